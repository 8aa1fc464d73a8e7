import type { NewDelivery } from '../store/store'

/**
 * Why a delivery was cancelled: core was told that its trigger is refused, while nobody could say whether it had been
 * written.
 */
export const WRITTEN_UNSURE = 'ERR_STORE_UNSURE'

/** The deliveries of one trigger, without anything personal. */
export type AbandonedTrigger = {
  main: NewDelivery
  following: readonly NewDelivery[]
}

/**
 * Remembers the deliveries of triggers that core was told are refused, although they may have been written: the
 * connection to the store was lost during the commit, and the store did not come back in time. Core lets the registrar
 * try again, so these must never be worked on.
 *
 * Only for this process and only in memory: what a process that dies in between has abandoned is not known any more.
 */
export type AbandonedTriggers = {
  add(main: NewDelivery, following: readonly NewDelivery[]): void
  /** Whether a delivery is not to be worked on, by its id. */
  has(id: string): boolean
  /** Those that are not known to be out of the way. */
  unsettled(): readonly AbandonedTrigger[]
  /** It is known what became of them: they need no more watching. */
  settle(trigger: AbandonedTrigger): void
}

export function createAbandonedTriggers(): AbandonedTriggers {
  const triggers = new Map<string, AbandonedTrigger>()
  const ids = new Set<string>()
  return {
    add(main, following) {
      const trigger = { main: bare(main), following: following.map(bare) }
      triggers.set(main.id, trigger)
      for (const { id } of [main, ...following]) ids.add(id)
    },
    has: (id) => ids.has(id),
    unsettled: () => [...triggers.values()],
    settle({ main, following }) {
      triggers.delete(main.id)
      for (const { id } of [main, ...following]) ids.delete(id)
    }
  }
}

/** It may be kept for as long as the store is away, and has nothing left to do that would need what is personal. */
function bare(delivery: NewDelivery): NewDelivery {
  const { target } = delivery.secrets
  return { ...delivery, secrets: { request: null, target: plain(target) } }
}

function plain({
  eventId,
  eventType,
  actionId,
  actionType
}: NewDelivery['secrets']['target']): NewDelivery['secrets']['target'] {
  return { eventId, eventType, actionId, actionType }
}
