import { plainCode } from '../../domain/code'
import type { SystemError } from '../../domain/errors'
import { parseJson, type HttpResponse } from '../../internal/http'
import { isRecord } from '../../internal/json'
import {
  failure,
  statusError as plainStatusError,
  type CallName
} from '../../internal/system-call'

const SEE = 'compare the system with docs/systems/osia.md.'

/** What a record lacks, or has in a shape that cannot be sent. Nothing was sent. */
export function requestError(call: CallName, problem: string): SystemError {
  return failure(call, `was not sent: ${problem}`, {
    code: 'ERR_SYSTEM_REQUEST'
  })
}

/**
 * An answer with a good status that is not what the standard says. After
 * `generateUIN` the outcome is unknown: a number was made and cannot be read.
 */
export function answerError(
  call: CallName,
  status: number,
  problem: string
): SystemError {
  return failure(
    call,
    `was answered ${status}, but ${problem} Nothing was taken from it; ${SEE}`,
    { code: 'ERR_SYSTEM_ANSWER', status, outcomeUnknown: call.changes }
  )
}

/**
 * What a status that is no answer means: 3xx and most 4xx are permanent; 401,
 * 403, 408, 425, 429 and 5xx pass.
 */
export function statusError(
  call: CallName,
  response: HttpResponse,
  now: number
): SystemError {
  const { status } = response
  const systemCode = readCode(response.text)
  const about = { status, ...(systemCode === undefined ? {} : { systemCode }) }
  // Our token, not this person: every delivery waits for the same cure.
  if (status === 403) {
    return failure(
      call,
      'was answered 403: our token lacks a scope, or we may not do this. Run the doctor to see which scopes it has.',
      { ...about, code: 'ERR_SYSTEM_FORBIDDEN', retryable: true }
    )
  }
  // Something in between may say so after it has passed the call on.
  if (status === 408 && call.changes) {
    return failure(call, 'was answered 408: it took too long.', {
      ...about,
      code: 'ERR_SYSTEM_TIMEOUT',
      retryable: true,
      outcomeUnknown: true
    })
  }
  return plainStatusError(call, response, now, {
    correct: 'Correct `urls`.',
    compare: `; ${SEE.slice(0, -1)}`,
    systemCode,
    unauthorizedPasses: true
  })
}

/** The whole number in an OSIA error body (`{"code": int32, "message": string}`). Its message may hold personal data. */
function readCode(text: string): string | undefined {
  const body = parseJson(text)
  const code = isRecord(body) ? body.code : undefined
  if (typeof code === 'number' && Number.isInteger(code)) return String(code)
  return typeof code === 'string' ? plainCode(code) : undefined
}
