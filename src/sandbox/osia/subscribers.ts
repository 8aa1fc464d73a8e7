import { newId } from '../../internal/ids'

/** A subscription, as the interface shows it. */
export type OsiaSubscription = {
  uuid: string
  /** UUID of the topic. */
  topic: string
  protocol: 'http' | 'email'
  address: string
  policy: string
  active: boolean
}

/** A subscription as the engine keeps it. */
export type Subscriber = OsiaSubscription & {
  /** What confirms it. */
  token: string
  /** Ended: nothing more is delivered. */
  isGone: boolean
}

/** Who is subscribed. */
export type Subscribers = {
  readonly all: readonly OsiaSubscription[]
  /** Makes one, or gives the one of that topic, protocol and address. */
  add(asked: Omit<OsiaSubscription, 'active' | 'uuid'>): {
    subscriber: Subscriber
    isNew: boolean
  }
  /** False when no subscription has that token. */
  confirm(token: string): boolean
  /** False when there is none. */
  remove(uuid: string): boolean
  /** Those to whom a topic's messages go. */
  of(topicId: string): Subscriber[]
  forgetAll(): void
}

/** Nobody yet. */
export function createOsiaSubscribers(): Subscribers {
  const known = new Map<string, Subscriber>()

  function remove(uuid: string): boolean {
    const subscriber = known.get(uuid)
    if (subscriber !== undefined) subscriber.isGone = true
    return known.delete(uuid)
  }

  return {
    remove,
    get all() {
      return [...known.values()].map(subscriptionOf)
    },
    add(asked) {
      const before = [...known.values()].find(
        ({ address, protocol, topic }) =>
          topic === asked.topic &&
          protocol === asked.protocol &&
          address === asked.address
      )
      const subscriber = before ?? newSubscriber(asked)
      known.set(subscriber.uuid, subscriber)
      return { subscriber, isNew: before === undefined }
    },
    confirm(token) {
      const subscriber = [...known.values()].find((one) => one.token === token)
      if (subscriber !== undefined) subscriber.active = true
      return subscriber !== undefined
    },
    of: (topicId) =>
      [...known.values()].filter(
        ({ active, topic }) => active && topic === topicId
      ),
    forgetAll: () => [...known.keys()].forEach(remove)
  }
}

function newSubscriber(
  asked: Omit<OsiaSubscription, 'active' | 'uuid'>
): Subscriber {
  return {
    ...asked,
    uuid: newId(),
    active: false,
    token: newId().replaceAll('-', ''),
    isGone: false
  }
}

/** What may be shown of it. */
export function subscriptionOf({
  isGone: _isGone,
  token: _token,
  ...shown
}: Subscriber): OsiaSubscription {
  return shown
}
