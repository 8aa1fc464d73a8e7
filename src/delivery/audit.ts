import type { AuditEvent } from '../domain/audit'
import type { Delivery } from '../domain/delivery'
import type { JsonObject } from '../domain/json'

/** An audit entry about a delivery. `details` hold names, codes and counts only. */
export function deliveryAudit(
  delivery: Pick<Delivery, 'id' | 'event' | 'action'>,
  entry: { kind: string; at: number; actor: string; details?: JsonObject }
): AuditEvent {
  return {
    kind: entry.kind,
    at: entry.at,
    actor: entry.actor,
    deliveryId: delivery.id,
    eventId: delivery.event.id,
    actionId: delivery.action.id,
    ...(entry.details === undefined ? {} : { details: entry.details })
  }
}
