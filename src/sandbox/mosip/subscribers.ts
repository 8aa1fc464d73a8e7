import type { Clock } from '../../internal/clock'
import type { Background } from './background'
import type { MosipCallbacks } from './behaviour'
import type { HubCaller } from './hub-caller'
import {
  deliverQueue,
  isLive,
  type QueuedMessage,
  type Subscription
} from './subscription'
import {
  denialOf,
  isConfirmed,
  type SubscriptionRequest
} from './subscription-request'

/** Who is subscribed, and what each is owed. */
export type Subscribers = {
  /** Checks a request with the subscriber, and does what it asks for. */
  handle(asked: SubscriptionRequest): Promise<void>
  /** Queues a message for each subscriber of a topic. */
  queue(topic: string, message: QueuedMessage): void
  of(topic: string): Subscription[]
  readonly all: readonly Subscription[]
  forgetAll(): void
}

export type SubscribersParts = {
  background: Background
  callbacks: MosipCallbacks
  caller: HubCaller
  clock: Clock
  stopped: AbortSignal
  /** Topics that there are. */
  topics: readonly string[]
  /** What is published on this one before anybody subscribes is kept for the first who does. */
  keptTopic: string
}

/** Nobody yet. */
export function createSubscribers(parts: SubscribersParts): Subscribers {
  const { background, caller, clock, keptTopic, topics } = parts
  const known = new Map<string, Subscription>()
  const unclaimed: QueuedMessage[] = []
  const delivery = { ...parts, forget }

  function forget(subscription: Subscription): void {
    known.delete(keyOf(subscription))
    subscription.queue.length = 0
  }

  function deliverTo(subscription: Subscription): void {
    background.run(() => deliverQueue(delivery, subscription))
  }

  function accept(
    asked: SubscriptionRequest,
    before: Subscription | undefined
  ): void {
    const { leaseSeconds, secret, topic } = asked
    const leaseEndsAt = clock.now() + leaseSeconds * 1000
    // A delivery to the earlier one may still be under way: it goes on.
    const subscription = before ?? newSubscription(asked)
    Object.assign(subscription, { secret, isActive: true, leaseEndsAt })
    if (topic === keptTopic) subscription.queue.push(...unclaimed.splice(0))
    known.set(keyOf(subscription), subscription)
    deliverTo(subscription)
  }

  function of(topic: string): Subscription[] {
    return [...known.values()].filter((one) => one.topic === topic)
  }

  return {
    of,
    async handle(asked) {
      const denial = denialOf(asked, known.get(keyOf(asked)), topics, clock)
      if (denial !== undefined) {
        await deny(caller, asked, denial)
      } else if (await isConfirmed(caller, asked)) {
        const before = known.get(keyOf(asked))
        if (asked.mode === 'subscribe') accept(asked, before)
        else if (before !== undefined) forget(before)
      }
    },
    queue(topic, message) {
      const subscribers = of(topic)
      if (subscribers.length === 0 && topic === keptTopic) {
        unclaimed.push(message)
      }
      for (const subscriber of subscribers) {
        subscriber.queue.push(message)
        if (isLive(subscriber, clock)) deliverTo(subscriber)
      }
    },
    get all() {
      return [...known.values()]
    },
    forgetAll: () => [...known.values()].forEach(forget)
  }
}

async function deny(
  caller: HubCaller,
  { callback, topic }: SubscriptionRequest,
  reason: string
): Promise<void> {
  await caller.ask(callback, {
    'hub.mode': 'denied',
    'hub.topic': topic,
    'hub.reason': reason
  })
}

function newSubscription({
  callback,
  secret,
  topic
}: SubscriptionRequest): Subscription {
  return {
    topic,
    callback,
    secret,
    isActive: false,
    leaseEndsAt: 0,
    queue: [],
    isBusy: false
  }
}

function keyOf({
  callback,
  topic
}: Pick<Subscription, 'callback' | 'topic'>): string {
  return `${topic} ${callback}`
}
