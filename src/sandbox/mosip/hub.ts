import { sleep, type Clock } from '../../internal/clock'
import type { ServedAnswer, ServedRequest } from '../loopback-server'
import { tokenIn, type AuthManager } from './auth-manager'
import type { Background } from './background'
import type { MosipBehaviour } from './behaviour'
import type { DeliveryForgery, HubCaller, SubscriberAnswer } from './hub-caller'
import type { Topics } from './messages'
import { createSubscribers } from './subscribers'
import { addressOf, isLive, type QueuedMessage } from './subscription'
import { readSubscriptionRequest } from './subscription-request'

/** A subscription as it can be looked at. */
export type SubscriptionView = {
  topic: string
  callback: string
  isActive: boolean
  /** Messages that it has not taken yet. */
  owed: number
}

/** MOSIP's WebSub hub (FACTS 6). */
export type Hub = {
  answer(request: ServedRequest): ServedAnswer
  /** Resolves when the first attempts to deliver have ended, or soon. */
  publish(topic: string, body: string): Promise<void>
  /** One delivery past the queue. Gives the status; undefined without an answer or a subscriber. */
  deliverOnce(
    topic: string,
    body: string,
    forgery?: DeliveryForgery
  ): Promise<number | undefined>
  /** Asks the subscriber of a topic whatever is wanted. */
  ask(
    topic: string,
    parameters: Readonly<Record<string, string>>
  ): Promise<SubscriberAnswer | undefined>
  readonly subscriptions: readonly SubscriptionView[]
  /** Forgets all subscribers and what they are owed. */
  forgetAll(): void
}

export type HubParts = {
  auth: AuthManager
  background: Background
  behaviour: MosipBehaviour
  caller: HubCaller
  clock: Clock
  stopped: AbortSignal
  topics: Topics
}

/** Whoever waits for first attempts does not wait for ever: an earlier message may hold them back. */
const LONGEST_WAIT_MS = 2_000

/** A hub without subscribers. */
export function createHub(parts: HubParts): Hub {
  const { auth, background, caller, clock, stopped, topics } = parts
  const { callbacks } = parts.behaviour
  const subscribers = createSubscribers({
    ...parts,
    callbacks,
    topics: Object.values(topics),
    keptTopic: topics.credentials
  })
  return {
    answer(request) {
      // The hub reads the one, the gateway before it the other (FACTS 1).
      const tokens = [request.headers.authorization ?? '', tokenIn(request)]
      if (!tokens.every((token) => auth.isGood(token, 'websub'))) {
        return plain(401, 'The simulator does not know this token.')
      }
      const asked = readSubscriptionRequest(request.body, callbacks)
      if (asked === undefined) return plain(400, 'This is no subscription.')
      background.run(() => subscribers.handle(asked))
      return plain(202, 'hub.mode=accepted')
    },
    async publish(topic, body) {
      const message = newMessage(body)
      const isAwaited = subscribers.of(topic).some((one) => isLive(one, clock))
      subscribers.queue(topic, message)
      if (!isAwaited) return
      const done = new AbortController()
      void message.done.then(() => done.abort())
      await sleep(LONGEST_WAIT_MS, AbortSignal.any([stopped, done.signal]))
    },
    async deliverOnce(topic, body, forgery) {
      const [subscriber] = subscribers.of(topic)
      if (subscriber === undefined) return undefined
      const url = addressOf(subscriber.callback, callbacks)
      return caller.deliver(url, subscriber.secret, body, forgery)
    },
    async ask(topic, parameters) {
      const [subscriber] = subscribers.of(topic)
      return subscriber && caller.ask(subscriber.callback, parameters)
    },
    get subscriptions() {
      return subscribers.all.map((one) => ({
        topic: one.topic,
        callback: one.callback,
        isActive: isLive(one, clock),
        owed: one.queue.length
      }))
    },
    forgetAll: () => subscribers.forgetAll()
  }
}

function newMessage(body: string): QueuedMessage & { done: Promise<void> } {
  let attempted: () => void = () => undefined
  const done = new Promise<void>((resolve) => {
    attempted = resolve
  })
  return { body, done, attempted: () => attempted() }
}

function plain(status: number, body: string): ServedAnswer {
  return { status, headers: { 'content-type': 'text/plain' }, body }
}
