import { plainCode } from '../../domain/code'
import { SystemError, type SystemErrorOptions } from '../../domain/errors'
import {
  parseJson,
  readRetryAfter,
  type HttpFailure,
  type HttpResponse
} from '../../internal/http'
import { isRecord } from './json-value'

/** A call, in words fit for an error: never a value, an address or a body. */
export type CallName = {
  /** The system's name. */
  system: string
  /** `createIdentity for delivery 3f…`, `the token request`. */
  what: string
  /**
   * True for a call that changes something there, which may therefore have
   * been done although no answer came.
   */
  changes: boolean
}

/** A failure of the mapping functions: trying again cannot help. */
export function mappingError(call: CallName, problem: string): SystemError {
  // No cause: what a mapping throws may quote the person's data.
  return failure(call, `${problem} Correct the mapping function.`, {
    code: 'ERR_SYSTEM_MAPPING'
  })
}

/** An answer that is JSON but not what was agreed. */
export function answerError(
  call: CallName,
  status: number,
  problem: string
): SystemError {
  return failure(
    call,
    `was answered ${status}, but ${problem} Nothing was taken from it; compare the system's answers with docs/systems/http.md.`,
    { code: 'ERR_SYSTEM_ANSWER', status }
  )
}

/** A success whose body is not JSON: it was cut, or something stands between. */
export function unreadableError(call: CallName, status: number): SystemError {
  return failure(call, `was answered ${status} with a body that is not JSON.`, {
    code: 'ERR_SYSTEM_UNREADABLE',
    status,
    retryable: true,
    outcomeUnknown: call.changes
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
  // Only the network's code: the text of the cause holds the address, and may
  // hold a header that was not legal.
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

/**
 * What a status that is no answer means: 3xx and most 4xx are permanent;
 * 401, 408, 425, 429 and 5xx pass.
 */
export function statusError(
  call: CallName,
  response: HttpResponse,
  now: number
): SystemError {
  const { status } = response
  const retryAfterMs = readRetryAfter(response.headers.get('retry-after'), now)
  const systemCode = readCode(response.text)
  const about = {
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(systemCode === undefined ? {} : { systemCode })
  }
  const said = `was answered ${status}`
  if (status >= 500) {
    return failure(call, `${said}: the system failed.`, {
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
  // Our credentials, not this person: all deliveries wait for the same cure.
  if (status === 401) {
    return failure(call, `${said}: it does not take our credentials.`, {
      ...about,
      code: 'ERR_SYSTEM_UNAUTHORIZED',
      retryable: true
    })
  }
  return permanentError(call, said, about)
}

function permanentError(
  call: CallName,
  said: string,
  about: Omit<SystemErrorOptions, 'code' | 'system'> & { status: number }
): SystemError {
  if (about.status < 400) {
    const why =
      'a redirect is not followed, since it would carry our credentials to a host that nobody configured.'
    return failure(call, `${said}: ${why} Correct baseUrl or the path.`, {
      ...about,
      code: 'ERR_SYSTEM_REDIRECT'
    })
  }
  return failure(
    call,
    `${said}: it does not take this call. Sending it again cannot help.`,
    { ...about, code: 'ERR_SYSTEM_CALL' }
  )
}

/** The system's own code in an error body, in plain letters. */
function readCode(text: string): string | undefined {
  const body = parseJson(text)
  if (!isRecord(body)) return undefined
  const code = body.code ?? body.error
  return typeof code === 'string' ? plainCode(code) : undefined
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
