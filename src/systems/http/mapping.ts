import type { JsonValue } from '../../domain/json'
import { isJsonValue } from '../../internal/json'
import type { Shaped } from './answer-shape'
import { type CallName } from '../../internal/system-call'
import { mappingError } from './failures'
import type { HttpAnswer } from './options'

/**
 * The body that a mapping function makes.
 * @throws SystemError `ERR_SYSTEM_MAPPING` when it throws or gives no JSON
 */
export function mapRequest<T>(
  call: CallName,
  map: (request: T) => JsonValue,
  request: T
): JsonValue {
  const body = guarded(call, '`request`', () => map(request))
  if (isJsonValue(body)) return body
  throw mappingError(
    call,
    'was not sent: its `request` mapping gave something that is not JSON (an undefined, a date, a promise, ...).'
  )
}

/**
 * What a mapping function reads out of an answer, checked.
 * @throws SystemError `ERR_SYSTEM_MAPPING` when it throws or gives no answer
 */
export function mapAnswer<T>(
  call: CallName,
  map: (answer: HttpAnswer) => T,
  answer: HttpAnswer,
  shape: (mapped: unknown) => Shaped<T>
): T {
  const shaped = shape(guarded(call, '`answer`', () => map(answer)))
  if ('answer' in shaped) return shaped.answer
  throw mappingError(
    call,
    `was answered ${answer.status}, but what the \`answer\` mapping gave cannot be used: ${shaped.problem}`
  )
}

function guarded(call: CallName, which: string, map: () => unknown): unknown {
  try {
    return map()
  } catch {
    throw mappingError(call, `failed in its ${which} mapping, which threw.`)
  }
}
