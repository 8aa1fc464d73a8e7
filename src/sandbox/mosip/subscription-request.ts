import type { Clock } from '../../internal/clock'
import { newId } from '../../internal/ids'
import type { MosipCallbacks } from './behaviour'
import type { HubCaller } from './hub-caller'
import { isLive, type Subscription } from './subscription'

/** What a subscriber asks the hub for (W3C WebSub, section 5.1). */
export type SubscriptionRequest = {
  mode: 'subscribe' | 'unsubscribe'
  topic: string
  callback: string
  secret: string | undefined
  leaseSeconds: number
}

/** Reads the form of a request; undefined when it is none. */
export function readSubscriptionRequest(
  body: string,
  callbacks: MosipCallbacks
): SubscriptionRequest | undefined {
  const form = new URLSearchParams(body)
  const mode = form.get('hub.mode')
  const topic = form.get('hub.topic') ?? ''
  const callback = form.get('hub.callback') ?? ''
  if (mode !== 'subscribe' && mode !== 'unsubscribe') return undefined
  if (topic === '' || !isAddress(callback)) return undefined
  const lease = Number(form.get('hub.lease_seconds') ?? NaN)
  return {
    mode,
    topic,
    callback,
    secret: form.get('hub.secret') ?? undefined,
    leaseSeconds: lease > 0 ? lease : callbacks.leaseSeconds
  }
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

/**
 * Why the hub does not want this; undefined when it does.
 *
 * @param before the same subscription from earlier
 */
export function denialOf(
  { mode, topic }: SubscriptionRequest,
  before: Subscription | undefined,
  topics: readonly string[],
  clock: Clock
): string | undefined {
  if (!topics.includes(topic)) return 'The topic is not registered at the hub'
  if (mode === 'unsubscribe') {
    return before === undefined ? 'There is no such subscription' : undefined
  }
  return before !== undefined && isLive(before, clock)
    ? 'The subscriber is already registered at the hub'
    : undefined
}

/** The intent check (section 5.3): whether the subscriber gives the challenge back. */
export async function isConfirmed(
  caller: HubCaller,
  { callback, leaseSeconds, mode, topic }: SubscriptionRequest
): Promise<boolean> {
  const challenge = newId()
  const answer = await caller.ask(callback, {
    'hub.mode': mode,
    'hub.topic': topic,
    'hub.challenge': challenge,
    ...(mode === 'subscribe'
      ? { 'hub.lease_seconds': String(leaseSeconds) }
      : {})
  })
  return (
    answer !== undefined &&
    answer.status >= 200 &&
    answer.status < 300 &&
    answer.text === challenge
  )
}
