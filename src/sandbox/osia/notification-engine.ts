import { sleep, type Clock } from '../../internal/clock'
import { newId } from '../../internal/ids'
import type { Background } from '../mosip/background'
import type { OsiaBehaviour } from './behaviour'
import type { OsiaCaller } from './notify-caller'
import { deliveryOf, type OsiaMessage } from './notify-message'
import {
  createOsiaSubscribers,
  subscriptionOf,
  type OsiaSubscription,
  type Subscriber,
  type Subscribers
} from './subscribers'
import { createTopics, type Topics } from './topics'

/** The notification engine behind its interface. */
export type NotificationEngine = {
  readonly topics: Topics
  readonly subscribers: Subscribers
  /** Undefined when there is no topic of that name. */
  subscribe(
    asked: Omit<OsiaSubscription, 'active' | 'uuid'>
  ): OsiaSubscription | undefined
  /** Gives the id of the message; undefined when there is no such topic. */
  publish(topicId: string, text: string, subject?: string): string | undefined
  /** Delivers a message that was published before once more, with the same id. */
  replay(messageId: string): Promise<number[]>
  readonly messages: readonly OsiaMessage[]
  readonly held: readonly OsiaMessage[]
  release(order: 'oldestFirst' | 'newestFirst'): Promise<void>
}

/** What the engine works with. */
export type EngineParts = {
  background: Background
  behaviour: OsiaBehaviour
  caller: OsiaCaller
  clock: Clock
  stopped: AbortSignal
  /** Where the notification interface is; known once the server listens. */
  baseUrl: () => string
  /** The register itself listens to every topic. */
  onPublished: (topic: string, text: string) => void
}

/** A load test publishes a hundred thousand; who replays one takes a recent one. */
const MOST_REMEMBERED = 1_000

/** An engine with topics and nobody subscribed. */
export function createNotificationEngine(
  parts: EngineParts,
  beginWith: readonly string[]
): NotificationEngine {
  const { background, behaviour } = parts
  const topics = createTopics(beginWith)
  const subscribers = createOsiaSubscribers()
  const messages: OsiaMessage[] = []
  let held: OsiaMessage[] = []

  function send(message: OsiaMessage): void {
    for (const subscriber of subscribers.of(message.topicId)) {
      for (let copy = 0; copy < behaviour.notification.copies; copy++) {
        background.run(() => deliver(parts, subscriber, message))
      }
    }
  }

  return {
    ...{ topics, subscribers, messages },
    get held() {
      return held
    },
    subscribe(asked) {
      const topic = topics.named(asked.topic)
      if (topic === undefined) return undefined
      const whole = { ...asked, topic: topic.uuid }
      const { isNew, subscriber } = subscribers.add(whole)
      const isToAsk = !subscriber.active && behaviour.notification.asksAgain
      if (isNew || isToAsk) {
        const message = confirmationOf(subscriber, parts)
        background.run(() => deliver(parts, subscriber, message))
      }
      return subscriptionOf(subscriber)
    },
    publish(topicId, text, subject) {
      const topic = topics.find(topicId)
      if (topic === undefined) return undefined
      const message = notificationOf(topicId, text, subject, parts.clock)
      messages.push(message)
      if (messages.length > MOST_REMEMBERED) messages.shift()
      const { delivery } = behaviour.notification
      if (delivery === 'hold') held.push(message)
      else if (delivery === 'send') send(message)
      parts.onPublished(topic.name, text)
      return message.messageId
    },
    replay: (messageId) => replay(parts, subscribers, messages, messageId),
    async release(order) {
      const going = order === 'oldestFirst' ? held : held.toReversed()
      held = []
      for (const message of going) {
        for (const subscriber of subscribers.of(message.topicId)) {
          await deliver(parts, subscriber, message)
        }
      }
    }
  }
}

async function replay(
  parts: EngineParts,
  subscribers: Subscribers,
  messages: readonly OsiaMessage[],
  messageId: string
): Promise<number[]> {
  const message = messages.find((one) => one.messageId === messageId)
  if (message === undefined) throw new Error(`No message ${messageId}.`)
  const statuses = await Promise.all(
    subscribers
      .of(message.topicId)
      .map((subscriber) => deliverOnce(parts, subscriber, message))
  )
  return statuses.map((status) => status ?? 0)
}

function confirmationOf(
  { token, topic }: Subscriber,
  { baseUrl, clock }: EngineParts
): OsiaMessage {
  return {
    type: 'SubscriptionConfirmation',
    messageId: newId(),
    topicId: topic,
    text: 'Please confirm',
    token,
    subscribeUrl: `${baseUrl()}/v1/subscriptions/confirm?token=${token}`,
    timestamp: new Date(clock.now()).toISOString()
  }
}

function notificationOf(
  topicId: string,
  text: string,
  subject: string | undefined,
  clock: Clock
): OsiaMessage {
  return {
    type: 'Notification',
    messageId: newId(),
    topicId,
    text,
    ...(subject === undefined ? {} : { subject }),
    timestamp: new Date(clock.now()).toISOString()
  }
}

/** Until it is taken with 200, or the subscription's policy gives up: "seconds to wait, maximum tries". */
async function deliver(
  parts: EngineParts,
  subscriber: Subscriber,
  message: OsiaMessage
): Promise<void> {
  const { behaviour, stopped } = parts
  const [seconds = 3600, most = 168] = subscriber.policy.split(',').map(Number)
  for (let tries = 0; most === -1 || tries <= most; tries++) {
    if (stopped.aborted || subscriber.isGone) return
    if ((await deliverOnce(parts, subscriber, message)) === 200) return
    await sleep(seconds * behaviour.notification.policySecondMs, stopped)
  }
}

async function deliverOnce(
  { behaviour, caller }: EngineParts,
  { address, uuid }: Subscriber,
  message: OsiaMessage
): Promise<number | undefined> {
  const answer = await caller.call({
    kind: message.type === 'Notification' ? 'notification' : 'confirmation',
    method: 'POST',
    url: address,
    ...deliveryOf(message, uuid, behaviour.notification)
  })
  return answer?.status
}
