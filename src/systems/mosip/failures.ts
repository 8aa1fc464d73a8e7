import { plainCode } from '../../domain/code'
import { SystemError, type SystemErrorOptions } from '../../domain/errors'
import {
  readRetryAfter,
  type HttpFailure,
  type HttpResponse
} from '../../internal/http'

/** A call, in words fit for an error: never a value, an address or a body. */
export type CallName = {
  /** The system's name. */
  system: string
  /** `createPacket for delivery 3f…`, `the token request`. */
  what: string
  /** True for a call whose work may have been done although no answer came. */
  changes: boolean
}

/** An error about a call. */
export function failure(
  call: CallName,
  words: string,
  options: Omit<SystemErrorOptions, 'system'>
): SystemError {
  return new SystemError(`${call.system}: ${call.what} ${words}`, {
    ...options,
    system: call.system
  })
}

/** A call that was given up before anything was sent. */
export function abortedError(call: CallName): SystemError {
  return failure(call, 'was given up before it was sent.', {
    code: 'ERR_SYSTEM_ABORTED',
    retryable: true
  })
}

const REASONS = {
  timeout: ['ERR_SYSTEM_TIMEOUT', 'got no answer in time.'],
  aborted: ['ERR_SYSTEM_ABORTED', 'was given up.'],
  network: ['ERR_SYSTEM_UNREACHABLE', 'did not get through'],
  tooLarge: ['ERR_SYSTEM_UNREADABLE', 'got an answer that is too large.']
} as const satisfies Record<HttpFailure['reason'], readonly [string, string]>

/** A call that got no answer. */
export function networkError(call: CallName, cause: HttpFailure): SystemError {
  const [code, words] = REASONS[cause.reason]
  // No cause: its text holds the address, and IDA's address holds secrets.
  const detail = cause.reason === 'network' ? ` (${codeOf(cause.cause)}).` : ''
  return failure(call, `${words}${detail}`, {
    code,
    retryable: true,
    outcomeUnknown: call.changes && cause.sent
  })
}

function codeOf(cause: unknown): string {
  const code: unknown =
    typeof cause === 'object' && cause !== null && 'code' in cause
      ? cause.code
      : undefined
  return typeof code === 'string' ? plainCode(code) : 'no code'
}

/** The system is asked to come back later by these (RFC 9110, 8470, 6585). */
const COME_BACK = [408, 425, 429]

/** 503 says that nothing was done; after any other 5xx that is not known. */
const NOT_DONE = 503

/** A status that is no answer: 408, 425, 429 and 5xx pass, the others do not. */
export function statusError(
  call: CallName,
  response: HttpResponse,
  now: number
): SystemError {
  const { status } = response
  const retryAfterMs = readRetryAfter(response.headers.get('retry-after'), now)
  const about = {
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs })
  }
  const said = `was answered ${status}`
  if (status >= 500) {
    return failure(call, `${said}: MOSIP failed.`, {
      ...about,
      code: 'ERR_SYSTEM_FAILED',
      retryable: true,
      outcomeUnknown: call.changes && status !== NOT_DONE
    })
  }
  if (COME_BACK.includes(status)) {
    return failure(call, `${said}: come back later.`, {
      ...about,
      code: 'ERR_SYSTEM_BUSY',
      retryable: true
    })
  }
  if (status < 400) {
    const why =
      'a redirect is not followed, since it would carry our credentials to a host that nobody configured.'
    return failure(call, `${said}: ${why} Correct the address.`, {
      ...about,
      code: 'ERR_SYSTEM_REDIRECT'
    })
  }
  return failure(
    call,
    `${said}: it does not take this call. Sending it again cannot help; compare baseUrl and paths with docs/systems/mosip.md.`,
    { ...about, code: 'ERR_SYSTEM_CALL' }
  )
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
