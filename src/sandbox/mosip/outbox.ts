import type { MosipCallbacks } from './behaviour'
import type { Hub } from './hub'

/** Something to be published about an application id. */
export type OutboxMessage = {
  applicationId: string
  topic: string
  body: string
}

/** What is published, held back or lost. */
export type Outbox = {
  /** Does with a message what the behaviour says. */
  send(message: OutboxMessage): Promise<void>
  /** What is held back, oldest first. */
  readonly held: readonly OutboxMessage[]
  /** Publishes what is held back, one after another. */
  release(order: 'oldestFirst' | 'newestFirst'): Promise<void>
  /** The last message on a topic about an application id. */
  last(applicationId: string, topic: string): string | undefined
}

/** A load test sends a hundred thousand; who replays one takes a recent one. */
const MOST_REMEMBERED = 1_000

/** An empty outbox. */
export function createOutbox(
  hub: Pick<Hub, 'publish'>,
  callbacks: MosipCallbacks
): Outbox {
  const sent = new Map<string, string>()
  let held: OutboxMessage[] = []

  async function publish({ body, topic }: OutboxMessage): Promise<void> {
    const copies = Array.from({ length: callbacks.copies }, () =>
      hub.publish(topic, body)
    )
    await Promise.all(copies)
  }

  function remember(key: string, body: string): void {
    sent.delete(key)
    sent.set(key, body)
    const [oldest = ''] = sent.keys()
    if (sent.size > MOST_REMEMBERED) sent.delete(oldest)
  }

  return {
    async send(message) {
      const { applicationId, body, topic } = message
      remember(`${topic} ${applicationId}`, body)
      if (callbacks.delivery === 'hold') held.push(message)
      else if (callbacks.delivery !== 'lose') await publish(message)
    },
    get held() {
      return held
    },
    async release(order) {
      const going = order === 'oldestFirst' ? held : held.toReversed()
      held = []
      for (const message of going) await publish(message)
    },
    last: (applicationId, topic) => sent.get(`${topic} ${applicationId}`)
  }
}
