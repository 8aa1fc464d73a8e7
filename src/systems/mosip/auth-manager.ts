import { plainCode } from '../../domain/code'
import type { SystemError } from '../../domain/errors'
import type { Clock } from '../../internal/clock'
import { parseJson, type HttpResponse } from '../../internal/http'
import { resolveSecret } from '../../internal/secret'
import type { Connection } from '../../internal/peer-connection'
import { isRecord } from '../../internal/json'
import { errorsIn } from './envelope'
import {
  abortedError,
  failure,
  orAborted,
  type CallName
} from '../../internal/system-call'
import { statusError } from './failures'
import type { MosipClient } from './options'
import { readTokenCookie } from './token-cookie'

/** Tokens of one client of MOSIP's auth manager. */
export type TokenSource = {
  /**
   * A token that is still good: the one we have, or a new one.
   * @throws SystemError `ERR_SYSTEM_TOKEN` when MOSIP gives none
   */
  token(signal: AbortSignal): Promise<string>
  /** MOSIP did not take this token; the next call fetches another. */
  forget(token: string): void
  /** Fetches one anew, past the kept one, and gives MOSIP's clock as its answer has it. */
  probe(signal: AbortSignal): Promise<{ serverTime: number | undefined }>
}

export type TokenSourceParts = {
  system: string
  connection: Connection
  clock: Clock
  timeoutMs: number
  /** Whole address of the token request. */
  url: string
  /** Where `client` stands in the options: `client`, `websub.client`. */
  option: string
}

type Token = { text: string; useUntil: number; response: HttpResponse }

/** When the token does not say how long it lasts. */
const UNSAID_LIFETIME_MS = 300_000

/** A token is renewed this long before it ends, or after nine tenths. */
const MARGIN_MS = 30_000

/**
 * Keeps one token and fetches the next: once for all calls that wait for it,
 * and not bound to the deadline of any of them.
 */
export function createTokenSource(
  client: Required<MosipClient>,
  parts: TokenSourceParts
): TokenSource {
  const call: CallName = {
    system: parts.system,
    what: `the token request of ${parts.option}`,
    changes: false
  }
  let kept: Token | undefined
  let fetching: Promise<Token> | undefined

  function fetchNext(): Promise<Token> {
    fetching ??= fetchToken(client, parts, call)
      .then((token) => {
        kept = token
        return token
      })
      .finally(() => {
        fetching = undefined
      })
    return fetching
  }

  return {
    async token(signal) {
      if (signal.aborted) throw abortedError(call)
      if (kept !== undefined && kept.useUntil > parts.clock.now()) {
        return kept.text
      }
      const { text } = await orAborted(fetchNext(), signal, call)
      return text
    },
    forget(token) {
      if (kept?.text === token) kept = undefined
    },
    async probe(signal) {
      const { response } = await orAborted(fetchNext(), signal, call)
      const date = Date.parse(response.headers.get('date') ?? '')
      return { serverTime: Number.isNaN(date) ? undefined : date }
    }
  }
}

async function fetchToken(
  client: Required<MosipClient>,
  parts: TokenSourceParts,
  call: CallName
): Promise<Token> {
  const asked = parts.clock.now()
  const secretKey = await resolveSecret(
    client.secretKey,
    `${parts.option}.secretKey`
  )
  const response = await parts.connection.request(call, {
    method: 'POST',
    url: parts.url,
    timeoutMs: parts.timeoutMs,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json'
    },
    body: JSON.stringify({
      id: 'mosip.io.clientId.pwd',
      version: '1.0',
      requesttime: new Date(asked).toISOString(),
      metadata: {},
      request: { clientId: client.clientId, secretKey, appId: client.appId }
    })
  })
  const text = readToken(call, parts, response, asked)
  const lifetimeMs = lifetimeOf(text, asked)
  const margin = Math.min(MARGIN_MS, lifetimeMs / 10)
  return { text, useUntil: asked + lifetimeMs - margin, response }
}

/** A 200 may hold `errors` and no token. */
function readToken(
  call: CallName,
  parts: TokenSourceParts,
  response: HttpResponse,
  asked: number
): string {
  const { headers, status, text } = response
  const [error] = errorsIn(parseJson(text))
  const isOurFault = status >= 400 && status < 500 && !isPassing(status)
  if (error !== undefined || isOurFault) {
    throw refused(call, parts.option, status, error?.code)
  }
  if (status !== 200) throw statusError(call, response, asked)
  const token = readTokenCookie(headers.get('set-cookie'))
  if (token !== undefined) return token
  throw failure(
    call,
    'was answered 200 without an Authorization cookie: this is not MOSIP’s auth manager, or something on the way drops cookies.',
    { code: 'ERR_SYSTEM_TOKEN', status, retryable: true }
  )
}

function isPassing(status: number): boolean {
  return [408, 425, 429].includes(status)
}

/** Stops all deliveries alike and ends when somebody corrects it, so each is tried again. */
function refused(
  call: CallName,
  option: string,
  status: number,
  code: string | undefined
): SystemError {
  return failure(
    call,
    `was answered ${status}${code === undefined ? '' : ` with the error ${plainCode(code)}`}: check ${option}.clientId, secretKey and appId.`,
    {
      code: 'ERR_SYSTEM_TOKEN',
      status,
      retryable: true,
      ...(code === undefined ? {} : { systemCode: plainCode(code) })
    }
  )
}

/** The token is MOSIP's business; only its end is read, which we need not believe. */
function lifetimeOf(token: string, now: number): number {
  const payload = token.split('.')[1] ?? ''
  const claims = parseJson(Buffer.from(payload, 'base64url').toString('utf8'))
  const exp = isRecord(claims) ? claims.exp : undefined
  return typeof exp === 'number' && Number.isFinite(exp)
    ? Math.max(0, exp * 1000 - now)
    : UNSAID_LIFETIME_MS
}
