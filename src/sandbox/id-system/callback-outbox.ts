import type { CallbackBehaviour } from './behaviour'
import type { CallbackMessage, CallbackSender } from './callback-sender'

/** Callbacks on their way, held back, and those of before. */
export type CallbackOutbox = {
  /** Does with a message what the behaviour says. */
  deliver(reference: string, message: CallbackMessage): Promise<void>
  /** References of what is held back, oldest first. */
  readonly held: readonly string[]
  /** Sends what is held back, one after another. */
  release(order: 'oldestFirst' | 'newestFirst'): Promise<void>
  /** The last message that was made for a reference. */
  lastMessage(reference: string): CallbackMessage | undefined
}

/** An empty outbox. */
export function createCallbackOutbox(
  sender: CallbackSender,
  behaviour: CallbackBehaviour
): CallbackOutbox {
  const last = new Map<string, CallbackMessage>()
  let held: Array<{ reference: string; message: CallbackMessage }> = []

  async function sendCopies(message: CallbackMessage): Promise<void> {
    const copies = Array.from({ length: behaviour.copies }, () =>
      sender.send(message)
    )
    await Promise.all(copies)
  }

  return {
    async deliver(reference, message) {
      last.set(reference, message)
      if (behaviour.delivery === 'lose') return
      if (behaviour.delivery === 'hold') held.push({ reference, message })
      else await sendCopies(message)
    },
    get held() {
      return held.map(({ reference }) => reference)
    },
    async release(order) {
      const going = order === 'oldestFirst' ? held : held.toReversed()
      held = []
      for (const { message } of going) await sendCopies(message)
    },
    lastMessage: (reference) => last.get(reference)
  }
}
