import type { AuditEvent } from '../domain/audit'
import type { Delivery } from '../domain/delivery'
import type { DeliveryPatch } from '../store/store'
import { deliveryAudit } from './audit'
import type { DeliveryDependencies } from './dependencies'
import { write, type Step } from './step'

/** What cancelling for this reason changes. */
export function cancelledPatch(code: string, now: number): DeliveryPatch {
  return { state: 'cancelled', endedAt: now, lastCode: code }
}

/** The worker's entry that it has cancelled a delivery, and why. */
export function cancelledEntry(
  delivery: Pick<Delivery, 'id' | 'event' | 'action'>,
  code: string,
  at: number
): AuditEvent {
  return deliveryAudit(delivery, {
    kind: 'delivery.cancelled',
    at,
    actor: 'worker',
    details: { code }
  })
}

/** Cancels the delivery that this process works on. */
export async function cancelStep(
  dependencies: DeliveryDependencies,
  step: Step,
  code: string
): Promise<void> {
  const { clock, events } = dependencies
  const now = clock.now()
  const ended = await write(dependencies, step, cancelledPatch(code, now), [
    cancelledEntry(step.delivery, code, now)
  ])
  if (ended !== undefined)
    events.emit({ type: 'delivery.ended', delivery: ended })
}
