import * as http from 'node:http'
import * as https from 'node:https'
import fetch, { FetchError, type RequestInit } from 'node-fetch'

/** Client certificate, key and trusted authorities for mutual TLS, in PEM. */
export type TlsOptions = {
  cert?: string
  key?: string
  ca?: string
  passphrase?: string
}

export type HttpRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: string
  headers?: Record<string, string>
  body?: string
  /** The whole call, connecting and reading the answer included. */
  timeoutMs: number
  /** Aborts the call early. */
  signal?: AbortSignal
}

export type HttpResponse = {
  status: number
  headers: { get(name: string): string | null }
  text: string
}

/**
 * A call that got no answer.
 * `sent` is false only when it is certain that the other side has not seen the request.
 */
export class HttpFailure extends Error {
  readonly reason: 'timeout' | 'aborted' | 'network' | 'tooLarge'
  readonly sent: boolean

  constructor(reason: HttpFailure['reason'], sent: boolean, cause: unknown) {
    // The cause's text may hold the URL; ours never does.
    super(`no answer: ${reason}`, { cause })
    this.name = 'HttpFailure'
    this.reason = reason
    this.sent = sent
  }
}

export type HttpClient = {
  request(request: HttpRequest): Promise<HttpResponse>
  /** Closes the kept-alive connections. */
  close(): void
}

/** Answers larger than this are refused: nothing that we ask for comes near it. */
const MAX_RESPONSE_BYTES = 10 * 1024 * 1024

const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH'
])

/**
 * An HTTP client for one peer, with kept-alive connections, a deadline on every call, a bound on the answer's size and
 * no redirects followed (a redirect would carry our credentials to a host that nobody configured).
 */
export function createHttpClient(
  options: { tls?: TlsOptions; maxSockets?: number } = {}
): HttpClient {
  const maxSockets = options.maxSockets ?? 64
  const httpAgent = new http.Agent({ keepAlive: true, maxSockets })
  const httpsAgent = new https.Agent({
    keepAlive: true,
    maxSockets,
    ...options.tls
  })

  const agent = (url: URL) =>
    url.protocol === 'https:' ? httpsAgent : httpAgent

  return {
    async request(request) {
      const deadline = openDeadline(request)
      try {
        const init = initOf(request, deadline.signal, agent)
        const response = await fetch(request.url, init)
        const { status, headers } = response
        return { status, headers, text: await response.text() }
      } catch (error) {
        throw failureOf(error, deadline.endedBy())
      } finally {
        deadline.close()
      }
    },
    close() {
      httpAgent.destroy()
      httpsAgent.destroy()
    }
  }
}

/** The end of a call before its answer: when its time is over, or when whoever asked wants it no more. */
type Deadline = {
  signal: AbortSignal
  endedBy(): 'timeout' | 'aborted' | undefined
  /** The call is over: nothing of it is kept, as it would be with `AbortSignal.timeout`. */
  close(): void
}

function openDeadline({ signal, timeoutMs }: HttpRequest): Deadline {
  const end = new AbortController()
  let endedBy: 'timeout' | 'aborted' | undefined
  const endBy = (cause: 'timeout' | 'aborted') => {
    endedBy ??= cause
    end.abort(cause)
  }
  const onAbort = () => {
    endBy('aborted')
  }
  const timer = setTimeout(endBy, timeoutMs, 'timeout').unref()
  if (signal?.aborted === true) onAbort()
  else signal?.addEventListener('abort', onAbort, { once: true })
  return {
    signal: end.signal,
    endedBy: () => endedBy,
    close() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
  }
}

function initOf(
  { method, headers, body }: HttpRequest,
  signal: AbortSignal,
  agent: (url: URL) => http.Agent
): RequestInit {
  return {
    method,
    headers: headers ?? {},
    redirect: 'manual',
    size: MAX_RESPONSE_BYTES,
    agent,
    // node-fetch's own type of AbortSignal predates Node's.
    signal: signal as unknown as NonNullable<RequestInit['signal']>,
    ...(body === undefined ? {} : { body })
  }
}

function failureOf(
  error: unknown,
  endedBy: 'timeout' | 'aborted' | undefined
): HttpFailure {
  if (endedBy !== undefined) return new HttpFailure(endedBy, true, error)
  if (!(error instanceof FetchError)) {
    return new HttpFailure('network', true, error)
  }
  if (error.type === 'max-size') return new HttpFailure('tooLarge', true, error)
  const sent = error.code === undefined || !NOT_SENT.has(error.code)
  return new HttpFailure('network', sent, error)
}

/**
 * `Retry-After` in milliseconds from now (RFC 9110, section 10.2.3: seconds or an HTTP date), or undefined when it is
 * absent or unreadable. Never negative.
 */
export function readRetryAfter(
  value: string | null,
  now: number
): number | undefined {
  if (value === null || value.trim() === '') return undefined
  if (/^\d+$/.test(value.trim())) return Number(value.trim()) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

/** The JSON in a text, or undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
