import type { Clock } from '../../internal/clock'
import { resolveSecret } from '../../internal/secret'
import type { TokenSource } from './auth-manager'
import type { Connection } from '../../internal/peer-connection'
import { type CallName } from '../../internal/system-call'
import { statusError } from './failures'
import type { CheckedWebSub } from './options'

/** What the hub says to a subscriber that it has already (public source of MOSIP's hub). */
export const ALREADY = /already\s+(?:been\s+)?(?:registered|subscribed)/i

/** What asking the hub takes. */
export type HubParts = {
  system: string
  websub: CheckedWebSub
  callbackUrl: string
  connection: Connection
  tokens: TokenSource
  clock: Clock
  timeoutMs: number
}

/**
 * Asks the hub to deliver a topic to us (W3C WebSub, section 5.1). That the hub
 * takes the request says nothing yet: it checks with us first.
 *
 * @throws SystemError, NationalIdError
 */
export async function subscribe(
  parts: HubParts,
  topic: string,
  signal: AbortSignal
): Promise<'asked' | 'already'> {
  const { clock, connection, timeoutMs, tokens, websub } = parts
  const call: CallName = {
    system: parts.system,
    what: `the subscription to ${topic}`,
    changes: false
  }
  const { secrets } = websub
  const [first] = typeof secrets === 'object' ? secrets : [secrets]
  const body = new URLSearchParams({
    'hub.mode': 'subscribe',
    'hub.topic': topic,
    'hub.callback': parts.callbackUrl,
    'hub.secret': await resolveSecret(first ?? '', 'websub.secrets[0]')
  }).toString()

  async function attempt(token: string) {
    return connection.request(call, {
      method: 'POST',
      url: websub.hubUrl,
      timeoutMs,
      signal,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        // The hub reads the one, the gateway before it the other (FACTS 1).
        authorization: token,
        cookie: `Authorization=${token}`
      },
      body
    })
  }

  const token = await tokens.token(signal)
  let response = await attempt(token)
  if (response.status === 401) {
    tokens.forget(token)
    response = await attempt(await tokens.token(signal))
  }
  if (ALREADY.test(response.text)) return 'already'
  if (response.status >= 200 && response.status < 300) return 'asked'
  throw statusError(call, response, clock.now())
}
