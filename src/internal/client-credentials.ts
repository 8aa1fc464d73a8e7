import { plainCode } from '../domain/code'
import type { SystemError } from '../domain/errors'
import type { Clock } from './clock'
import { headerSecret, isHeaderText } from './header-secret'
import { parseJson, type HttpResponse } from './http'
import { isRecord } from './json'
import type { Connection } from './peer-connection'
import type { Secret } from './secret'
import { failure, orAborted, type CallName } from './system-call'

/** A client of a token endpoint (RFC 6749, section 2.3.1). */
export type OAuth2Client = {
  tokenUrl: string
  clientId: string
  clientSecret: Secret
  scope?: string | undefined
  audience?: string | undefined
  sendCredentialsIn?: 'header' | 'body'
}

/** Access tokens by client credentials (RFC 6749, section 4.4). */
export type ClientCredentials = {
  /** A token that is still good: the one we have, or a new one. */
  token(signal: AbortSignal): Promise<string>
  /** The system did not take this token; the next call fetches another. */
  forget(token: string): void
}

export type ClientCredentialsParts = {
  system: string
  connection: Connection
  clock: Clock
  timeoutMs: number
  /** What a status means that says nothing of our client. */
  statusError: (
    call: CallName,
    response: HttpResponse,
    now: number
  ) => SystemError
}

type Token = { text: string; useUntil: number }

/** When the answer does not say how long a token lasts (section 5.1). */
const UNSAID_LIFETIME_SECONDS = 300

/** A token is renewed this long before it ends, or after nine tenths. */
const MARGIN_MS = 30_000

/**
 * Keeps one token and fetches the next: once for all calls that wait for it,
 * and not bound to the deadline of any of them.
 */
export function createClientCredentials(
  options: OAuth2Client,
  parts: ClientCredentialsParts
): ClientCredentials {
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
    forget(token) {
      if (kept?.text === token) kept = undefined
    }
  }
}

async function fetchToken(
  options: OAuth2Client,
  parts: ClientCredentialsParts,
  call: CallName
): Promise<Token> {
  const asked = parts.clock.now()
  const response = await parts.connection.request(call, {
    method: 'POST',
    url: options.tokenUrl,
    timeoutMs: parts.timeoutMs,
    ...(await tokenRequest(options))
  })
  if (response.status !== 200) throw refused(parts, call, response, asked)
  const body = parseJson(response.text)
  const text = isRecord(body) ? body.access_token : undefined
  if (!isRecord(body) || typeof text !== 'string' || !isHeaderText(text)) {
    throw noToken(call)
  }
  // A token of a type that we do not know must not be used (section 7.1).
  const type = body.token_type ?? 'Bearer'
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') {
    throw noToken(call)
  }
  const lifetimeMs = readLifetime(body.expires_in) * 1000
  const margin = Math.min(MARGIN_MS, lifetimeMs / 10)
  return { text, useUntil: asked + lifetimeMs - margin }
}

/** Body and headers of the request (sections 2.3.1 and 4.4.2). */
async function tokenRequest(
  options: OAuth2Client
): Promise<{ body: string; headers: Record<string, string> }> {
  const secret = await headerSecret(
    options.clientSecret,
    'authentication.clientSecret'
  )
  const body = new URLSearchParams({ grant_type: 'client_credentials' })
  if (options.scope !== undefined) body.set('scope', options.scope)
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

/** Both halves are form-encoded before they are joined (section 2.3.1). */
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
 * A 400 or 401 here means our client (section 5.2). It stops all deliveries
 * alike and ends when somebody corrects it, so each is tried again.
 */
function refused(
  { statusError }: ClientCredentialsParts,
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
