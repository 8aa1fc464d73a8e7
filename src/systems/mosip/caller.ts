import type { JsonValue } from '../../domain/json'
import type { Clock } from '../../internal/clock'
import type { HttpResponse } from '../../internal/http'
import type { TokenSource } from './auth-manager'
import type { Connection } from '../../internal/peer-connection'
import { isUnauthorized, readEnvelope, type Envelope } from './envelope'
import { abortedError, type CallName } from '../../internal/system-call'

/** One call to a service behind MOSIP's auth manager. */
export type ServiceCall = CallName & {
  method: 'POST' | 'PUT'
  /** Whole address. */
  url: string
  body: JsonValue
}

/** Makes the calls: with a token, a deadline, and one renewal where the token is refused. */
export type Caller = {
  /** @throws SystemError when there is no answer of MOSIP's; its `errors` are given, not thrown */
  send(call: ServiceCall, signal: AbortSignal): Promise<Envelope>
}

/** Calls with the tokens of one client. */
export function createCaller(parts: {
  connection: Connection
  tokens: TokenSource
  clock: Clock
  timeoutMs: number
}): Caller {
  const { clock, connection, timeoutMs, tokens } = parts

  function attempt(
    call: ServiceCall,
    body: string,
    token: string,
    signal: AbortSignal
  ): Promise<HttpResponse> {
    return connection.request(call, {
      method: call.method,
      url: call.url,
      timeoutMs,
      signal,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        cookie: `Authorization=${token}`
      },
      body
    })
  }

  return {
    async send(call, signal) {
      if (signal.aborted) throw abortedError(call)
      const body = JSON.stringify(call.body)
      const token = await tokens.token(signal)
      let response = await attempt(call, body, token, signal)
      if (isUnauthorized(response)) {
        // Ended early or was revoked: a fresh one, once.
        tokens.forget(token)
        response = await attempt(call, body, await tokens.token(signal), signal)
      }
      return readEnvelope(call, response, clock.now())
    }
  }
}
