import { SystemError, type SystemErrorOptions } from 'opencrvs-national-id'

/** Shown in logs, metrics and the audit trail. */
export const NAME = 'population-register'

export type RegisterConnection = {
  /** Without a slash at the end. */
  baseUrl: string
  /** Who we are to the register. */
  client: string
  secret: () => Promise<string>
}

/** One call to the register. */
export type Call = {
  /** In words fit for a log: `createIdentity for 7c0a…`. Never a value. */
  what: string
  path: string
  /** Sent with POST; without one it is a GET. */
  body?: object
  /** It changes something, so it may have been done although no answer came. */
  changes: boolean
}

export type Answer = { status: number; body: unknown; retryAfter: number }

export type RegisterCalls = {
  /** @throws SystemError when no answer came; every status is an answer */
  send(call: Call, signal: AbortSignal): Promise<Answer>
}

/** Calls with a session token, which is fetched when needed and once more at a 401. */
export function createRegisterCalls(
  connection: RegisterConnection
): RegisterCalls {
  let session: string | undefined

  async function logIn(signal: AbortSignal): Promise<string> {
    const { client, secret } = connection
    const call = {
      what: 'the log-in',
      path: '/session',
      body: { client, secret: await secret().catch(noSecret) },
      changes: false
    }
    const answer = await exchange(connection, call, {}, signal)
    if (answer.status !== 200) throw statusError(call, answer)
    return textIn(answer.body, 'token') ?? unusable(call, answer)
  }

  async function attempt(call: Call, signal: AbortSignal): Promise<Answer> {
    const token = (session ??= await logIn(signal))
    const headers = { 'x-session': token }
    const answer = await exchange(connection, call, headers, signal)
    // Not a newer one, which another call has fetched meanwhile.
    if (answer.status === 401 && session === token) session = undefined
    return answer
  }

  return {
    async send(call, signal) {
      const answer = await attempt(call, signal)
      // The session ended, and nothing was done: once more with a fresh one.
      return answer.status === 401 ? attempt(call, signal) : answer
    }
  }
}

function noSecret(): never {
  throw failure(
    { what: 'the log-in' },
    'was not sent: the secret cannot be read.',
    {
      code: 'ERR_SYSTEM_SECRET',
      retryable: true
    }
  )
}

async function exchange(
  { baseUrl }: RegisterConnection,
  call: Call,
  headers: Record<string, string>,
  signal: AbortSignal
): Promise<Answer> {
  if (signal.aborted) {
    const words = 'was given up before it was sent.'
    throw failure(call, words, { code: 'ERR_SYSTEM_ABORTED', retryable: true })
  }
  try {
    const response = await fetch(`${baseUrl}${call.path}`, {
      signal,
      // A redirect would carry the session to a host that nobody configured.
      redirect: 'manual',
      headers: { ...headers, 'content-type': 'application/json' },
      ...(call.body === undefined
        ? {}
        : { method: 'POST', body: JSON.stringify(call.body) })
    })
    return {
      status: response.status,
      body: parse(await response.text()),
      retryAfter: Number(response.headers.get('retry-after'))
    }
  } catch (error) {
    throw noAnswer(call, error, signal)
  }
}

/** Codes of Node that say for certain that the register has not seen the call. */
const NOT_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']

function noAnswer(call: Call, error: unknown, signal: AbortSignal) {
  const code = textIn(error instanceof Error ? error.cause : error, 'code')
  const isSent = code === undefined || !NOT_SENT.includes(code)
  const words = signal.aborted
    ? 'got no answer in time.'
    : 'did not get through.'
  // No `cause`: its text may quote what was sent.
  return failure(call, words, {
    code: signal.aborted ? 'ERR_SYSTEM_TIMEOUT' : 'ERR_SYSTEM_UNREACHABLE',
    retryable: true,
    outcomeUnknown: call.changes && isSent
  })
}

/** What a status means that is no answer about a person. */
export function statusError(call: Call, answer: Answer): SystemError {
  const { body, retryAfter, status } = answer
  const systemCode = textIn(body, 'code')
  const about = { status, ...(systemCode === undefined ? {} : { systemCode }) }
  const said = `was answered ${status}.`
  if (status === 429 || status === 503) {
    return failure(call, said, {
      ...about,
      code: 'ERR_SYSTEM_BUSY',
      retryable: true,
      ...(retryAfter > 0 ? { retryAfterMs: retryAfter * 1000 } : {})
    })
  }
  if (status >= 500) {
    return failure(call, said, {
      ...about,
      code: 'ERR_SYSTEM_FAILED',
      retryable: true,
      outcomeUnknown: call.changes
    })
  }
  // All deliveries wait for the same cure, which is ours: do not park each.
  if (status === 401) {
    const words = `${said} It does not take our client or secret.`
    return failure(call, words, {
      ...about,
      code: 'ERR_SYSTEM_UNAUTHORIZED',
      retryable: true
    })
  }
  const words = `${said} Sending it again cannot help; compare the call with the register's manual.`
  return failure(call, words, { ...about, code: 'ERR_SYSTEM_CALL' })
}

/** An answer that makes no sense. Where the work may have been done, the worker is told so, and asks. */
export function unusable(call: Call, { status }: Answer): never {
  const words = `was answered ${status}, but what it says is no answer; compare it with the register's manual.`
  throw failure(call, words, {
    code: 'ERR_SYSTEM_ANSWER',
    status,
    outcomeUnknown: call.changes
  })
}

/** An error about a call: its words hold names and ids, never a value. */
export function failure(
  call: Pick<Call, 'what'>,
  words: string,
  options: Omit<SystemErrorOptions, 'system'>
): SystemError {
  return new SystemError(`${NAME}: ${call.what} ${words}`, {
    ...options,
    system: NAME
  })
}

/** A value of a JSON object: nothing is known of it yet. */
export function valueIn(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null
    ? Reflect.get(body, name)
    : undefined
}

/** A text of a JSON object, or undefined. */
export function textIn(body: unknown, name: string): string | undefined {
  const value = valueIn(body, name)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The JSON in a text, or undefined. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
