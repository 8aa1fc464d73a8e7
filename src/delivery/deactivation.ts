import type { StoredDelivery } from '../domain/delivery'
import { deliveryAudit } from './audit'
import type { DeliveryDependencies } from './dependencies'
import { write, type Step } from './step'

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
export async function supersede(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<void> {
  const { clock, events } = dependencies
  const entry = deliveryAudit(step.delivery, {
    kind: 'delivery.cancelled',
    at: clock.now(),
    actor: 'worker',
    details: { code: 'ERR_SUPERSEDED' }
  })
  const ended = await write(
    dependencies,
    step,
    { state: 'cancelled', endedAt: clock.now(), lastCode: 'ERR_SUPERSEDED' },
    [entry]
  )
  if (ended !== undefined)
    events.emit({ type: 'delivery.ended', delivery: ended })
}
