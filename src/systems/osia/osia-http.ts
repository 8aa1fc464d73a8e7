import type { JsonValue } from '../../domain/json'
import type { Clock } from '../../internal/clock'
import {
  parseJson,
  type HttpRequest,
  type HttpResponse
} from '../../internal/http'
import { withoutSlash } from '../../internal/peer-address'
import { createConnection } from '../../internal/peer-connection'
import {
  abortedError,
  unreadableError,
  type CallName
} from '../../internal/system-call'
import { requestError } from './failures'
import type { OsiaConnectionOptions, OsiaInterface } from './options'
import { createTokenSource } from './token-source'

/** One call to one interface. */
export type OsiaCall = CallName & {
  interface: OsiaInterface
  method: HttpRequest['method']
  /** The path's steps after the interface's base address, not encoded: `['v1', 'persons', uin]`. */
  steps: readonly string[]
  /** Query parameters in their order; a name may come more than once. */
  query?: ReadonlyArray<readonly [name: string, value: string]>
  /** Sent as JSON, with `content-type: application/json` unless `mediaType` says another. */
  body?: JsonValue
  mediaType?: string
}

/** Calls to every OSIA interface of one system. */
export type OsiaHttp = {
  /**
   * Makes a call: with the token, renewed once at a 401; with the interface's
   * headers; within `timeoutMs`. Every status is an answer.
   *
   * @throws SystemError when no answer came, `ERR_SYSTEM_REQUEST` when a step
   * cannot stand in a path or the interface has no address
   */
  send(call: OsiaCall, signal: AbortSignal): Promise<HttpResponse>
  /** The token that calls are made with, for looking at its scopes; undefined where we send none. */
  token(signal: AbortSignal): Promise<string | undefined>
  close(): void
}

/**
 * The client of all interfaces.
 *
 * @param scopes to ask the token endpoint for, where the options name none
 */
export function createOsiaHttp(
  options: OsiaConnectionOptions,
  clock: Clock,
  scopes: readonly string[] = []
): OsiaHttp {
  const { name, timeoutMs } = options
  const connection = createConnection(options.tls)
  const tokens = createTokenSource(options.authentication, {
    system: name,
    connection,
    clock,
    timeoutMs,
    scopes
  })

  function attempt(
    call: OsiaCall,
    token: string | undefined,
    signal: AbortSignal
  ): Promise<HttpResponse> {
    return connection.request(call, {
      method: call.method,
      url: addressOf(options, call),
      timeoutMs,
      signal,
      headers: headersOf(options, call, token),
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) })
    })
  }

  return {
    async send(call, signal) {
      if (signal.aborted) throw abortedError(call)
      addressOf(options, call)
      const token = await tokens.token(signal)
      const response = await attempt(call, token, signal)
      if (response.status !== 401 || !tokens.refused(token)) return response
      // Ended early or was revoked: a fresh one, once. D12: any 401, also one
      // that the interface's file does not declare. Nothing was done.
      return attempt(call, await tokens.token(signal), signal)
    },
    token: (signal) => tokens.token(signal),
    close: () => connection.close()
  }
}

function headersOf(
  options: OsiaConnectionOptions,
  call: OsiaCall,
  token: string | undefined
): Record<string, string> {
  return {
    ...options.headers,
    ...options.interfaceHeaders[call.interface],
    accept: 'application/json',
    ...(call.body === undefined
      ? {}
      : { 'content-type': call.mediaType ?? 'application/json' }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` })
  }
}

function addressOf(options: OsiaConnectionOptions, call: OsiaCall): string {
  const base = options.urls[call.interface]
  if (base === undefined) {
    throw requestError(call, `urls.${call.interface} is not configured.`)
  }
  if (!call.steps.every(isStep)) {
    throw requestError(
      call,
      'a number or reference holds what cannot stand in a path.'
    )
  }
  const path = call.steps.map(encodeURIComponent).join('/')
  const query = (call.query ?? [])
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .join('&')
  const address = `${withoutSlash(base)}/${path}`
  return query === '' ? address : `${address}?${query}`
}

/** Whether a text stays one step of a path, whoever decodes it. */
function isStep(text: string): boolean {
  return /^[\x21-\x7e]{1,200}$/.test(text) && !/^\.+$|[/\\]/.test(text)
}

/**
 * The JSON of an answer.
 * @throws SystemError when it is not JSON
 */
export function readJson(call: CallName, response: HttpResponse): unknown {
  const body = parseJson(response.text)
  if (body === undefined) throw unreadableError(call, response.status)
  return body
}
