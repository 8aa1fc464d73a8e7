import type { SystemError } from '../../domain/errors'
import type { HttpResponse } from '../../internal/http'
import {
  failure,
  statusError as plainStatusError,
  type CallName
} from '../../internal/system-call'

/** A status that is no answer: 408, 425, 429 and 5xx pass, the others do not. */
export function statusError(
  call: CallName,
  response: HttpResponse,
  now: number
): SystemError {
  return plainStatusError(call, response, now, {
    who: 'MOSIP',
    correct: 'Correct the address.',
    compare: '; compare baseUrl and paths with docs/systems/mosip.md'
  })
}

/** A success whose body is not what MOSIP's envelopes are: something stands between, or it was cut. */
export function unreadableError(call: CallName, status: number): SystemError {
  return failure(
    call,
    `was answered ${status} with a body that is no JSON object of MOSIP's.`,
    {
      code: 'ERR_SYSTEM_UNREADABLE',
      status,
      retryable: true,
      outcomeUnknown: call.changes
    }
  )
}

/** What asks cannot be made out of the record or the options. */
export function mappingError(call: CallName, problem: string): SystemError {
  return failure(call, `was not sent: ${problem}`, {
    code: 'ERR_SYSTEM_MAPPING'
  })
}
