import type { Delivery, StoredDelivery } from '../domain/delivery'
import { cancelledEntry, cancelledPatch, cancelStep } from './cancellation'
import type { DeliveryDependencies } from './dependencies'
import type { Step } from './step'

const SUPERSEDED = 'ERR_SUPERSEDED'

/** Whether a deactivation has lost its reason: the death was withdrawn during the grace period. */
export async function isSuperseded(
  dependencies: DeliveryDependencies,
  delivery: StoredDelivery
): Promise<boolean> {
  if (delivery.part !== 'deactivation') return false
  const { deliveries } = await dependencies.store.list({
    eventId: delivery.event.id,
    operation: 'withdraw',
    createdAfter: delivery.createdAt,
    limit: 1
  })
  return deliveries.length > 0
}

/** Ends a deactivation that has lost its reason. */
export function supersede(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<void> {
  return cancelStep(dependencies, step, SUPERSEDED)
}

/**
 * Ends the deactivations that a withdrawal takes the reason from, as soon as it is carried out: by the time that they
 * are due, the withdrawal itself may have been purged. One that is being sent at this moment cannot be called back.
 */
export async function cancelDeactivations(
  { clock, events, store }: DeliveryDependencies,
  withdrawal: Delivery
): Promise<void> {
  const now = clock.now()
  const { deliveries } = await store.list({
    eventId: withdrawal.event.id,
    operation: 'deactivateIdentity',
    states: ['queued', 'parked'],
    createdBefore: withdrawal.createdAt,
    limit: 200
  })
  for (const { id, event, action, lease, state } of deliveries) {
    if (lease !== undefined && lease.until >= now) continue
    const entry = cancelledEntry({ id, event, action }, SUPERSEDED, now)
    const guard = { states: [state] }
    const patch = cancelledPatch(SUPERSEDED, now)
    const ended = await store.update(id, guard, patch, [entry], now)
    if (ended !== undefined)
      events.emit({ type: 'delivery.ended', delivery: ended })
  }
}
