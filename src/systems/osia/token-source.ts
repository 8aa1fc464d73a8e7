import { plainCode } from '../../domain/code'
import type { SystemError } from '../../domain/errors'
import type { Clock } from '../../internal/clock'
import { parseJson, type HttpResponse } from '../../internal/http'
import { isRecord } from '../../internal/json'
import type { Connection } from '../../internal/peer-connection'
import {
  abortedError,
  failure,
  type CallName
} from '../../internal/system-call'
import { statusError } from './failures'
import { headerSecret, isHeaderText } from './header-text'
import type { OsiaAuthentication, OsiaOAuth2 } from './options'

/** Where bearer tokens come from. */
export type TokenSource = {
  /** A token that is still good, or undefined where we send none. */
  token(signal: AbortSignal): Promise<string | undefined>
  /**
   * The system did not take this token.
   * @returns whether asking again may bring another
   */
  refused(token: string | undefined): boolean
}

export type TokenSourceParts = {
  system: string
  connection: Connection
  clock: Clock
  timeoutMs: number
  /** The scopes to ask for where the options name none. */
  scopes: readonly string[]
}

type Token = { text: string; useUntil: number }

/** When the answer does not say how long a token lasts (RFC 6749, 5.1). */
const UNSAID_LIFETIME_SECONDS = 300

/** A token is renewed this long before it ends, or after nine tenths. */
const MARGIN_MS = 30_000

/** Tokens of each type of authentication. */
export function createTokenSource(
  options: OsiaAuthentication,
  parts: TokenSourceParts
): TokenSource {
  switch (options.type) {
    case 'none':
      return { token: async () => undefined, refused: () => false }
    case 'bearer':
      return {
        token: () => headerSecret(options.token, 'authentication.token'),
        // A function may read another one by now.
        refused: () => typeof options.token === 'function'
      }
    case 'oauth2':
      return clientCredentials(options, parts)
  }
}

/**
 * Keeps one token and fetches the next: once for all calls that wait for it,
 * and not bound to the deadline of any of them.
 */
function clientCredentials(
  options: OsiaOAuth2,
  parts: TokenSourceParts
): TokenSource {
  const call: CallName = {
    system: parts.system,
    what: 'the token request',
    changes: false
  }
  let kept: Token | undefined
  let fetching: Promise<string> | undefined

  async function fetchNext(): Promise<string> {
    const token = await fetchToken(options, parts, call)
    kept = token
    return token.text
  }

  return {
    async token(signal) {
      if (kept !== undefined && kept.useUntil > parts.clock.now()) {
        return kept.text
      }
      fetching ??= fetchNext().finally(() => {
        fetching = undefined
      })
      return orAborted(fetching, signal, call)
    },
    refused(token) {
      if (kept?.text === token) kept = undefined
      return true
    }
  }
}

async function fetchToken(
  options: OsiaOAuth2,
  parts: TokenSourceParts,
  call: CallName
): Promise<Token> {
  const asked = parts.clock.now()
  const response = await parts.connection.request(call, {
    method: 'POST',
    url: options.tokenUrl,
    timeoutMs: parts.timeoutMs,
    ...(await tokenRequest(options, parts.scopes))
  })
  if (response.status !== 200) throw refused(call, response, asked)
  const body = parseJson(response.text)
  const text = isRecord(body) ? body.access_token : undefined
  if (!isRecord(body) || typeof text !== 'string' || !isHeaderText(text)) {
    throw noToken(call)
  }
  // A token of a type that we do not know must not be used (RFC 6749, 7.1).
  const type = body.token_type ?? 'Bearer'
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') {
    throw noToken(call)
  }
  const lifetimeMs = readLifetime(body.expires_in) * 1000
  const margin = Math.min(MARGIN_MS, lifetimeMs / 10)
  return { text, useUntil: asked + lifetimeMs - margin }
}

/** Body and headers of the request (RFC 6749, 2.3.1 and 4.4.2). */
async function tokenRequest(
  options: OsiaOAuth2,
  scopes: readonly string[]
): Promise<{ body: string; headers: Record<string, string> }> {
  const secret = await headerSecret(
    options.clientSecret,
    'authentication.clientSecret'
  )
  const body = new URLSearchParams({ grant_type: 'client_credentials' })
  const scope = options.scope ?? scopes.join(' ')
  if (scope !== '') body.set('scope', scope)
  if (options.audience !== undefined) body.set('audience', options.audience)
  const headers: Record<string, string> = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded'
  }
  if (options.sendCredentialsIn === 'body') {
    body.set('client_id', options.clientId)
    body.set('client_secret', secret)
  } else {
    const pair = `${formEncoded(options.clientId)}:${formEncoded(secret)}`
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`
  }
  return { body: body.toString(), headers }
}

/** Both halves are form-encoded before they are joined (RFC 6749, 2.3.1). */
function formEncoded(text: string): string {
  return new URLSearchParams({ x: text }).toString().slice('x='.length)
}

function readLifetime(value: unknown): number {
  const seconds =
    typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0
    ? seconds
    : UNSAID_LIFETIME_SECONDS
}

/**
 * A 400 or 401 here means our client (RFC 6749, 5.2). It stops all deliveries
 * alike and ends when somebody corrects it, so each is tried again.
 */
function refused(
  call: CallName,
  response: HttpResponse,
  now: number
): SystemError {
  const { status } = response
  if (status < 400 || status >= 500 || [408, 425, 429].includes(status)) {
    return statusError(call, response, now)
  }
  const body = parseJson(response.text)
  const code = isRecord(body) ? body.error : undefined
  return failure(
    call,
    `was answered ${status}: check authentication.clientId, clientSecret and scope.`,
    {
      code: 'ERR_SYSTEM_TOKEN',
      status,
      retryable: true,
      ...(typeof code === 'string' ? { systemCode: plainCode(code) } : {})
    }
  )
}

function noToken(call: CallName): SystemError {
  return failure(call, 'was answered without a bearer token.', {
    code: 'ERR_SYSTEM_TOKEN',
    status: 200,
    retryable: true
  })
}

/** One caller's end of waiting does not end the request for the others. */
function orAborted<T>(
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
