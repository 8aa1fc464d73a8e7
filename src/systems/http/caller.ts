import type { JsonValue } from '../../domain/json'
import type { Clock } from '../../internal/clock'
import type { HttpRequest, HttpResponse } from '../../internal/http'
import { parseJson } from '../../internal/http'
import { createConnection } from '../../internal/peer-connection'
import { createCredentials } from './credentials'
import {
  abortedError,
  unreadableError,
  type CallName
} from '../../internal/system-call'
import type { CheckedHttpOptions, HttpAnswer } from './options'

/** One call to the system. */
export type OutboundCall = CallName & {
  method: HttpRequest['method']
  url: string
  headers?: Record<string, string>
  body?: JsonValue
}

/** Makes the calls: with credentials, a deadline, and one renewal at a 401. */
export type Caller = {
  /** @throws SystemError when no answer came; every status is an answer */
  send(call: OutboundCall, signal: AbortSignal): Promise<HttpResponse>
  close(): void
}

/** What calls to the system described by `options` go through. */
export function createCaller(
  options: CheckedHttpOptions,
  clock: Clock
): Caller {
  const { authentication, name, timeoutMs, tls } = options
  const connection = createConnection(tls)
  const credentials = createCredentials(authentication, {
    system: name,
    connection,
    clock,
    timeoutMs
  })

  function attempt(
    call: OutboundCall,
    proof: Record<string, string>,
    signal: AbortSignal
  ): Promise<HttpResponse> {
    return connection.request(call, {
      method: call.method,
      url: call.url,
      timeoutMs,
      signal,
      headers: {
        ...options.headers,
        accept: 'application/json',
        ...(call.body === undefined
          ? {}
          : { 'content-type': 'application/json' }),
        ...call.headers,
        ...proof
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) })
    })
  }

  return {
    async send(call, signal) {
      if (signal.aborted) throw abortedError(call)
      const proof = await credentials.headers(signal)
      const response = await attempt(call, proof, signal)
      if (response.status !== 401 || !credentials.refused(proof)) {
        return response
      }
      // Ended early or was revoked: a fresh one, once.
      return attempt(call, await credentials.headers(signal), signal)
    },
    close: () => connection.close()
  }
}

/**
 * What a mapping function is given.
 * @throws SystemError when the body is not JSON
 */
export function readAnswer(call: CallName, response: HttpResponse): HttpAnswer {
  const { headers, status, text } = response
  const body = text.trim() === '' ? undefined : parseJson(text)
  if (body === undefined && text.trim() !== '') {
    throw unreadableError(call, status)
  }
  return { status, body, headers: { get: (name) => headers.get(name) } }
}
