import { Webhook } from 'standardwebhooks'
import type { JsonObject } from '../../domain/json'
import { sleep, type Clock } from '../../internal/clock'
import {
  createHttpClient,
  HttpFailure,
  type HttpClient
} from '../../internal/http'
import { newId } from '../../internal/ids'
import type { ExchangeLog } from '../exchange-log'
import { parseForLog } from '../json-object'
import type { CallbackBehaviour } from './behaviour'

/**
 * How a callback is no proof of its sender:
 * - `unsigned`: no signature;
 * - `wrongSecret`: signed with a secret of somebody else;
 * - `tampered`: the body was changed after it was signed;
 * - `oldTimestamp`: signed rightly, an hour ago.
 */
export type Forgery = 'unsigned' | 'wrongSecret' | 'tampered' | 'oldTimestamp'

/** A signed message, ready to be sent any number of times. */
export type CallbackMessage = { body: string; headers: Record<string, string> }

export type CallbackSender = {
  /** Sends until it is answered 2xx or the schedule is spent. Gives the last status; undefined without an answer. */
  send(message: CallbackMessage): Promise<number | undefined>
  /** One attempt. */
  sendOnce(message: CallbackMessage): Promise<number | undefined>
  /** Signs as Standard Webhooks says: over id, timestamp and body, with every present secret. */
  sign(body: JsonObject): CallbackMessage
  forge(body: JsonObject, how: Forgery): CallbackMessage
  setUrl(url: string): void
  /** `whsec_` and base64. With several, receivers may know either (rotation). */
  setSecrets(secrets: readonly string[]): void
  close(): void
}

export type CallbackSenderOptions = {
  url: string | undefined
  secrets: readonly string[]
  clock: Clock
  log: ExchangeLog
  behaviour: () => CallbackBehaviour
  stopped: AbortSignal
}

const TIMEOUT_MS = 10_000
const HOUR_MS = 3_600_000

/** Sends and signs the ID system's callbacks. */
export function createCallbackSender(
  options: CallbackSenderOptions
): CallbackSender {
  const { clock, log, stopped } = options
  const http = createHttpClient()
  let { url, secrets } = options

  async function sendOnce(
    message: CallbackMessage
  ): Promise<number | undefined> {
    if (url === undefined || stopped.aborted) return undefined
    const at = clock.now()
    const status = await post(http, url, message, stopped)
    log.add({
      direction: 'sent',
      at,
      endedAt: clock.now(),
      kind: 'callback',
      method: 'POST',
      path: new URL(url).pathname,
      status: status ?? 'noAnswer',
      body: parseForLog(message.body)
    })
    return status
  }

  return {
    sendOnce,
    async send(message) {
      let status = await sendOnce(message)
      for (const wait of options.behaviour().retryAfterMs) {
        if (isTaken(status) || stopped.aborted) return status
        await sleep(wait, stopped)
        status = await sendOnce(message)
      }
      return status
    },
    sign: (body) => sign(JSON.stringify(body), secrets, clock.now()),
    forge: (body, how) => forge(body, how, secrets, clock.now()),
    setUrl: (next) => void (url = next),
    setSecrets: (next) => void (secrets = next),
    close: () => http.close()
  }
}

async function post(
  http: HttpClient,
  url: string,
  { body, headers }: CallbackMessage,
  signal: AbortSignal
): Promise<number | undefined> {
  try {
    const response = await http.request({
      method: 'POST',
      url,
      headers,
      body,
      timeoutMs: TIMEOUT_MS,
      signal
    })
    return response.status
  } catch (error) {
    if (error instanceof HttpFailure) return undefined
    throw error
  }
}

function isTaken(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300
}

function sign(
  body: string,
  secrets: readonly string[],
  now: number
): CallbackMessage {
  const id = `msg_${newId()}`
  const time = new Date(now)
  const signatures = secrets.map((secret) =>
    new Webhook(secret).sign(id, time, body)
  )
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now / 1000)),
      'webhook-signature': signatures.join(' ')
    }
  }
}

function forge(
  body: JsonObject,
  how: Forgery,
  secrets: readonly string[],
  now: number
): CallbackMessage {
  const text = JSON.stringify(body)
  switch (how) {
    case 'unsigned': {
      const message = sign(text, secrets, now)
      delete message.headers['webhook-signature']
      return message
    }
    case 'wrongSecret': {
      const stranger = `whsec_${Buffer.from(newId()).toString('base64')}`
      return sign(text, [stranger], now)
    }
    case 'tampered': {
      const message = sign(text, secrets, now)
      return { ...message, body: JSON.stringify({ ...body, tampered: true }) }
    }
    case 'oldTimestamp':
      return sign(text, secrets, now - HOUR_MS)
  }
}
