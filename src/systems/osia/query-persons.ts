import { answerError, requestError, statusError } from './failures'
import { readUin } from './generate-uin'
import { readJson } from './osia-http'
import type { Attributes } from './person-attributes'
import { named, type OsiaParts, type Task } from './task'

/** Names that the query itself uses (D14). An attribute called so cannot be asked for. */
export const TAKEN_QUERY_NAMES = ['names', 'offset', 'limit'] as const

/** More hits than this are not read: one is certain, two are already too many. */
const MOST = 10

/**
 * Numbers of the people who have all these attributes (dataaccess 1.3.0,
 * `queryPersonList`); none when nobody has (the interface says 404).
 *
 * @throws SystemError
 */
export async function queryPersonList(
  { clock, http, options }: OsiaParts,
  task: Task,
  attributes: Attributes
): Promise<string[]> {
  const call = named({ options }, task, 'queryPersonList')
  const asked = Object.entries(attributes)
  if (asked.length === 0) {
    throw requestError(call, 'the record has none of the attributes to ask by.')
  }
  const response = await http.send(
    {
      ...call,
      interface: 'dataAccess',
      method: 'GET',
      steps: ['v1', 'persons'],
      query: [
        ...asked.map(([name, value]) => [name, String(value)] as const),
        ['offset', '0'],
        ['limit', String(MOST)]
      ]
    },
    task.signal
  )
  const { status } = response
  if (status === 404) return []
  if (status !== 200) throw statusError(call, response, clock.now())
  const body = readJson(call, response)
  const hits = Array.isArray(body)
    ? body.map((one) => readUin(options, one))
    : []
  if (!Array.isArray(body) || !hits.every((one) => one !== undefined)) {
    throw answerError(call, status, 'the body is no list of numbers.')
  }
  return [...new Set(hits)]
}
