import type { Clock } from '../internal/clock'

/**
 * Knows which answers to core are still on their way out of this process. An acceptance that overtakes our own 202
 * leaves core's search index stale (FACTS C6), so the worker asks here first.
 *
 * Only for this process and only in memory: after a crash no answer went out, and for a delivery that another process
 * answered, `flushedAt` is `unknown` and the worker heals by reading the record afterwards.
 */
export type FlushGate = {
  /** An answer about this delivery is being prepared. */
  hold(deliveryId: string): void
  /** The answer has left, or the connection has ended. */
  release(deliveryId: string): void
  /** When the answer left; `held` while it has not; `unknown` when it was not ours to send. */
  flushedAt(deliveryId: string): number | 'held' | 'unknown'
  /** The delivery needs no more watching. */
  forget(deliveryId: string): void
}

/** Flushed deliveries are remembered this long; later ones are old enough for core to have stored our answer. */
const REMEMBER_MS = 10 * 60 * 1000

/**
 * An answer that is held for longer than this was never sent: its handler failed after it had written the delivery. It
 * must not hold up the record for ever. The longest synchronous answer takes less than a minute.
 */
const HOLD_MS = 10 * 60 * 1000

export function createFlushGate(clock: Clock): FlushGate {
  const held = new Map<string, number>()
  const flushed = new Map<string, number>()

  function expire(): void {
    const oldest = clock.now() - REMEMBER_MS
    // A Map keeps its order of insertion, so the first young one ends the search.
    for (const [id, at] of flushed) {
      if (at > oldest) return
      flushed.delete(id)
    }
  }

  return {
    hold(deliveryId) {
      held.set(deliveryId, clock.now())
    },
    release(deliveryId) {
      if (!held.delete(deliveryId)) return
      expire()
      flushed.set(deliveryId, clock.now())
    },
    flushedAt(deliveryId) {
      const since = held.get(deliveryId)
      if (since !== undefined && clock.now() - since < HOLD_MS) return 'held'
      held.delete(deliveryId)
      return flushed.get(deliveryId) ?? 'unknown'
    },
    forget(deliveryId) {
      held.delete(deliveryId)
      flushed.delete(deliveryId)
    }
  }
}
