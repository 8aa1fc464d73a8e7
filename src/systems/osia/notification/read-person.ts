import type { Clock } from '../../../internal/clock'
import { isRecord } from '../../../internal/json'
import { failure, type CallName } from '../../../internal/system-call'
import { answerError, statusError } from '../failures'
import type { CheckedOsiaOptions } from '../options'
import { readJson, type OsiaHttp } from '../osia-http'
import { comparedNames, type ToldAttributes } from './agreement'

/**
 * Reads a person back from the register (dataaccess 1.3.0,
 * `readPersonAttributes`): only what is compared, and the agreed reference.
 *
 * @throws SystemError; retryable when the register does not know the number
 * (yet), since an event may be faster than what it is about
 */
export async function readPerson(
  {
    clock,
    http,
    options
  }: {
    clock: Clock
    http: OsiaHttp
    options: CheckedOsiaOptions
  },
  uin: string,
  signal: AbortSignal
): Promise<ToldAttributes> {
  const call: CallName = {
    system: options.name,
    what: 'readPersonAttributes for a new person',
    changes: false
  }
  const { referenceAttribute } = options
  const names = [
    ...comparedNames(options),
    ...(referenceAttribute === undefined ? [] : [referenceAttribute.name])
  ]
  const response = await http.send(
    {
      ...call,
      interface: 'dataAccess',
      method: 'GET',
      steps: ['v1', 'persons', uin],
      query: names.map((name) => ['attributeNames', name] as const)
    },
    signal
  )
  if (response.status === 404) {
    throw failure(call, 'found nobody by the number of the event.', {
      code: 'ERR_SYSTEM_NOT_SHOWN',
      retryable: true
    })
  }
  if (response.status !== 200) throw statusError(call, response, clock.now())
  const body = readJson(call, response)
  if (!isRecord(body)) throw answerError(call, 200, 'the body is no object.')
  return toldIn(body)
}

/** An attribute that is refused or not known is an object with a code (FACTS 2.3): it is not told. */
function toldIn(body: Record<string, unknown>): ToldAttributes {
  const told = Object.entries(body).flatMap(([name, value]) =>
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
      ? [[name, String(value)] as const]
      : []
  )
  return Object.fromEntries(told)
}
