import { plainCode } from '../domain/code'
import { SystemError, type SystemErrorOptions } from '../domain/errors'
import { readRetryAfter, type HttpFailure, type HttpResponse } from './http'

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

/** A success whose body is not JSON: it was cut, or something stands between. */
export function unreadableError(call: CallName, status: number): SystemError {
  return failure(call, `was answered ${status} with a body that is not JSON.`, {
    code: 'ERR_SYSTEM_UNREADABLE',
    status,
    retryable: true,
    outcomeUnknown: call.changes
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
  // Only the network's code: the text of the cause holds the address, which may hold a secret, or a header that was
  // not legal.
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

/** How a system's failures are told. */
export type StatusWords = {
  /** Who failed at 5xx: `MOSIP`. Default `the system`. */
  who?: string
  /** After a redirect: `Correct baseUrl or the path.` */
  correct: string
  /** After any other status: what to compare. */
  compare?: string
  /** The system's own code, where the body had one, in plain letters. */
  systemCode?: string | undefined
  /** Whether 401 may pass by itself, since all deliveries wait for the same cure. Default: permanent. */
  unauthorizedPasses?: boolean
}

/**
 * What a status that is no answer means: 3xx and most 4xx are permanent; 408, 425, 429 and 5xx pass, and 401 where the
 * system says so.
 */
export function statusError(
  call: CallName,
  response: Pick<HttpResponse, 'status' | 'headers'>,
  now: number,
  words: StatusWords
): SystemError {
  const { status } = response
  const { systemCode, who = 'the system' } = words
  const retryAfterMs = readRetryAfter(response.headers.get('retry-after'), now)
  const about = {
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(systemCode === undefined ? {} : { systemCode })
  }
  const said = `was answered ${status}`
  if (status >= 500) {
    return failure(call, `${said}: ${who} failed.`, {
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
  if (status === 401 && words.unauthorizedPasses === true) {
    return failure(call, `${said}: it does not take our credentials.`, {
      ...about,
      code: 'ERR_SYSTEM_UNAUTHORIZED',
      retryable: true
    })
  }
  return permanentError(call, said, about, words)
}

function permanentError(
  call: CallName,
  said: string,
  about: Omit<SystemErrorOptions, 'code' | 'system'> & { status: number },
  { correct, compare = '' }: StatusWords
): SystemError {
  if (about.status < 400) {
    const why =
      'a redirect is not followed, since it would carry our credentials to a host that nobody configured.'
    return failure(call, `${said}: ${why} ${correct}`, {
      ...about,
      code: 'ERR_SYSTEM_REDIRECT'
    })
  }
  return failure(
    call,
    `${said}: it does not take this call. Sending it again cannot help${compare}.`,
    { ...about, code: 'ERR_SYSTEM_CALL' }
  )
}

/** One caller's end of waiting does not end the request for the others. */
export function orAborted<T>(
  work: Promise<T>,
  signal: AbortSignal,
  call: CallName
): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(abortedError(call))
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp, { once: true })
    work
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', giveUp))
  })
}
