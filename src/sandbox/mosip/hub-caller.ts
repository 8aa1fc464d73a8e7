import { createHmac } from 'node:crypto'
import type { Clock } from '../../internal/clock'
import { newId } from '../../internal/ids'
import {
  createHttpClient,
  HttpFailure,
  type HttpRequest,
  type HttpResponse
} from '../../internal/http'
import type { ExchangeLog } from '../exchange-log'

/**
 * How a delivery is no proof of its sender:
 * - `unsigned`: no signature;
 * - `wrongSecret`: signed with a secret of somebody else;
 * - `tampered`: a blank was added to the body after it was signed.
 */
export type DeliveryForgery = 'unsigned' | 'wrongSecret' | 'tampered'

/** What a subscriber answered. */
export type SubscriberAnswer = { status: number; text: string }

/** The hub's calls to its subscribers. */
export type HubCaller = {
  /** One attempt to deliver. Gives the status; undefined without an answer. */
  deliver(
    callback: string,
    secret: string | undefined,
    body: string,
    forgery?: DeliveryForgery
  ): Promise<number | undefined>
  /** Asks a subscriber with these parameters in the query (W3C WebSub, section 5.3). */
  ask(
    callback: string,
    parameters: Readonly<Record<string, string>>
  ): Promise<SubscriberAnswer | undefined>
  close(): void
}

const TIMEOUT_MS = 10_000

/** Calls subscribers; neither bodies nor queries get into the log. */
export function createHubCaller({
  clock,
  log,
  stopped
}: {
  clock: Clock
  log: ExchangeLog
  stopped: AbortSignal
}): HubCaller {
  const http = createHttpClient()

  async function call(
    kind: string,
    request: Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body'>
  ): Promise<HttpResponse | undefined> {
    if (stopped.aborted) return undefined
    const at = clock.now()
    const response = await answerOf(
      http.request({ ...request, timeoutMs: TIMEOUT_MS, signal: stopped })
    )
    log.add({
      direction: 'sent',
      at,
      endedAt: clock.now(),
      kind,
      method: request.method,
      path: new URL(request.url).pathname,
      status: response?.status ?? 'noAnswer'
    })
    return response
  }

  return {
    async deliver(callback, secret, body, forgery) {
      const response = await call('delivery', {
        method: 'POST',
        url: callback,
        headers: {
          'content-type': 'application/json',
          ...signatureHeader(secret, body, forgery)
        },
        body: forgery === 'tampered' ? `${body} ` : body
      })
      return response?.status
    },
    async ask(callback, parameters) {
      const url = new URL(callback)
      for (const [name, value] of Object.entries(parameters)) {
        url.searchParams.append(name, value)
      }
      const response = await call('intentCheck', {
        method: 'GET',
        url: url.href
      })
      return response && { status: response.status, text: response.text }
    },
    close: () => http.close()
  }
}

async function answerOf(
  call: Promise<HttpResponse>
): Promise<HttpResponse | undefined> {
  try {
    return await call
  } catch (error) {
    if (error instanceof HttpFailure) return undefined
    throw error
  }
}

/** HMAC-SHA256 over the body's very bytes, in hex (FACTS 6). */
function signatureHeader(
  secret: string | undefined,
  body: string,
  forgery: DeliveryForgery | undefined
): Record<string, string> {
  if (secret === undefined || forgery === 'unsigned') return {}
  const key = forgery === 'wrongSecret' ? newId() : secret
  const hex = createHmac('sha256', key).update(body, 'utf8').digest('hex')
  return { 'x-hub-signature': `sha256=${hex}` }
}
