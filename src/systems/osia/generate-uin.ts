import { answerError, requestError, statusError } from './failures'
import { readJson } from './osia-http'
import type { CheckedOsiaOptions } from './options'
import type { Attributes } from './person-attributes'
import { named, transactionId, type OsiaParts, type Task } from './task'

/**
 * Asks for a new number (uin 1.2.0, `generateUIN`). NOT idempotent: every call
 * may make a number, so whenever the answer is lost or cannot be read the error
 * says `outcomeUnknown`, and the delivery is looked up or left to a person.
 *
 * @throws SystemError
 */
export async function generateUin(
  { clock, http, options }: OsiaParts,
  task: Task,
  attributes: Attributes
): Promise<string> {
  const call = named({ options }, task, 'generateUIN', true)
  // D11: the published file lets an empty body pass.
  if (Object.keys(attributes).length === 0) {
    throw requestError(call, 'the record says nothing about the person.')
  }
  const response = await http.send(
    {
      ...call,
      interface: 'uin',
      method: 'POST',
      steps: ['v1', 'uin'],
      query: [transactionId(options, task)],
      body: attributes
    },
    task.signal
  )
  if (response.status !== 200) {
    // Any other 2xx may hide a number as well.
    if (response.status > 200 && response.status < 300) {
      throw answerError(call, response.status, 'only 200 brings a number.')
    }
    throw statusError(call, response, clock.now())
  }
  const uin = readUin(options, readJson(call, response))
  if (uin !== undefined) return uin
  throw answerError(
    call,
    response.status,
    'what it gave is no number by `uinPattern`.'
  )
}

/**
 * The number in an answer, or undefined when it is none. D1: the standard's own
 * example is quoted twice, and systems are built by it.
 */
export function readUin(
  { uinPattern }: Pick<CheckedOsiaOptions, 'uinPattern'>,
  answer: unknown
): string | undefined {
  if (typeof answer !== 'string') return undefined
  const isQuoted = /^".+"$/.test(answer)
  const uin = (isQuoted ? answer.slice(1, -1) : answer).trim()
  return isWhole(uinPattern, uin) ? uin : undefined
}

/** Whether a pattern takes a text from its beginning to its end, anchored or not. */
function isWhole(pattern: RegExp, text: string): boolean {
  return new RegExp(`^(?:${pattern.source})$`, pattern.flags).test(text)
}
