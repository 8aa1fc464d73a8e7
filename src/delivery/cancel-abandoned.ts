import { NationalIdError } from '../domain/errors'
import type { NewDelivery } from '../store/store'
import { WRITTEN_UNSURE, type AbandonedTrigger } from './abandoned'
import { cancelledEntry, cancelledPatch, cancelStep } from './cancellation'
import { every, type Chore } from './chores'
import type { DeliveryDependencies } from './dependencies'
import type { Step } from './step'

/** How soon after the store has come back: before another process takes up what is to be cancelled. */
const LOOK_MS = 200

/** Cancels what was abandoned as soon as the store answers again. */
export function cancellingAbandoned(dependencies: DeliveryDependencies): Chore {
  const { abandoned, logger } = dependencies
  const chore = every(
    dependencies,
    'cancelling of abandoned triggers',
    LOOK_MS,
    async (signal) => {
      for (const trigger of abandoned.unsettled()) {
        if (signal.aborted || !(await settle(dependencies, trigger))) return
      }
    }
  )
  return {
    start() {
      chore.start()
    },
    async stop() {
      await chore.stop()
      for (const { main } of abandoned.unsettled())
        logger.error(
          {
            deliveryId: main.id,
            eventId: main.event.id,
            actionId: main.action.id,
            code: WRITTEN_UNSURE
          },
          'this trigger was refused, and it is not known whether its delivery was written: the store has not answered since. Look for the delivery, and reject it if it is there'
        )
    }
  }
}

/**
 * Writes each as cancelled. Whatever the lost commit does yet, the store keeps one delivery for an action: either that
 * one was there, and is cancelled, or ours is, and the lost one can never be.
 *
 * @returns whether the store has answered
 */
async function settle(
  dependencies: DeliveryDependencies,
  trigger: AbandonedTrigger
): Promise<boolean> {
  const { abandoned, clock, store } = dependencies
  const { main, following } = trigger
  try {
    const now = clock.now()
    const { delivery, inserted } = await store.insert(cancelled(main, now), [
      cancelledEntry(main, WRITTEN_UNSURE, now)
    ])
    if (!inserted && delivery.id === main.id) {
      for (const one of [main, ...following]) await cancel(dependencies, one)
    }
  } catch (error) {
    // It is tried again in a moment; each call to the store that fails is told by whoever needs it.
    if (error instanceof NationalIdError) return false
    throw error
  }
  abandoned.settle(trigger)
  return true
}

function cancelled(delivery: NewDelivery, now: number): NewDelivery {
  const { lease: _lease, ...rest } = delivery
  return { ...rest, state: 'cancelled', endedAt: now, lastCode: WRITTEN_UNSURE }
}

/** Cancels one that was written, unless somebody has begun with it: the ID system may have been asked by then. */
async function cancel(
  { clock, events, logger, store }: DeliveryDependencies,
  delivery: NewDelivery
): Promise<void> {
  const now = clock.now()
  const ended = await store.update(
    delivery.id,
    // What the handler has leased was for it alone.
    {
      states: [delivery.state],
      leaseOwner: delivery.lease?.owner ?? null
    },
    cancelledPatch(WRITTEN_UNSURE, now),
    [cancelledEntry(delivery, WRITTEN_UNSURE, now)],
    now
  )
  if (ended !== undefined) {
    events.emit({ type: 'delivery.ended', delivery: ended })
    return
  }
  const current = await store.find(delivery.id, 'marked')
  if (current === undefined || current.state === 'cancelled') return
  logger.error(
    { deliveryId: delivery.id, state: current.state, code: WRITTEN_UNSURE },
    'core was told that this trigger is refused, and its delivery is worked on all the same; it is parked when core says that the action was rejected'
  )
}

/** Ends a delivery that this process was given to work on, and that it has abandoned. */
export function cancelTaken(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<void> {
  return cancelStep(dependencies, step, WRITTEN_UNSURE)
}
