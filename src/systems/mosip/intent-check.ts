import type { InboundRequest, SystemRoute } from '../system'
import type { Subscriptions } from './subscription'

/** A challenge is a random word; anything longer is somebody else's idea. */
const CHALLENGE = /^[\x21-\x7e]{1,512}$/

type Answer = Awaited<ReturnType<SystemRoute['handle']>>

const NOT_OURS: Answer = { status: 404 }

/**
 * Answers the hub's check of a subscription (W3C WebSub, section 5.3): only
 * what we want is confirmed, so that nobody can unsubscribe us or have us echo
 * what is not ours. Anybody may ask; nothing but a word of the asker's is told.
 *
 * @param acceptBare confirm what names neither mode nor topic, as MOSIP's mock
 *   asks
 */
export function intentRoutes(
  subscriptions: Subscriptions,
  acceptBare: boolean
): SystemRoute[] {
  // The same address as the deliveries', which a hub may end with a slash.
  return ['/confirmation', '/confirmation/'].map((path) => ({
    method: 'GET',
    path,
    access:
      'anybody (WebSub intent check): confirms only subscriptions that we want',
    handle: async (request) => checkIntent(subscriptions, acceptBare, request)
  }))
}

function checkIntent(
  subscriptions: Subscriptions,
  acceptBare: boolean,
  { query }: InboundRequest
): Answer {
  const mode = query['hub.mode']
  const topic = query['hub.topic']
  if (mode === 'denied' && topic !== undefined) {
    subscriptions.deny(topic, query['hub.reason'] ?? '')
    return { status: 200 }
  }
  const challenge = query['hub.challenge'] ?? ''
  if (!CHALLENGE.test(challenge)) return NOT_OURS
  const isWanted =
    mode === undefined && topic === undefined
      ? acceptBare && confirmAll(subscriptions)
      : isOurs(subscriptions, mode, topic, query['hub.lease_seconds'])
  return isWanted ? echo(challenge) : NOT_OURS
}

/** "unsubscribe" is nothing that we ever ask for. */
function isOurs(
  subscriptions: Subscriptions,
  mode: string | undefined,
  topic: string | undefined,
  leaseSeconds: string | undefined
): boolean {
  return (
    mode === 'subscribe' &&
    topic !== undefined &&
    subscriptions.confirm(topic, leaseOf(leaseSeconds))
  )
}

function confirmAll(subscriptions: Subscriptions): boolean {
  for (const topic of subscriptions.topics) {
    subscriptions.confirm(topic, undefined)
  }
  return true
}

function leaseOf(value: string | undefined): number | undefined {
  return value !== undefined && /^[1-9]\d{0,9}$/.test(value)
    ? Number(value)
    : undefined
}

function echo(challenge: string): Answer {
  return {
    status: 200,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff'
    },
    body: challenge
  }
}
