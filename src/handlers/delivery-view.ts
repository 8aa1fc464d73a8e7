import type { AuditRecord } from '../domain/audit'
import { ENDED_STATES, type Delivery } from '../domain/delivery'
import type { JsonObject } from '../domain/json'

/** A delivery as an operator sees it: times in ISO 8601, and only those that mean something. */
export function deliveryView(delivery: Delivery): JsonObject {
  const { action, event } = delivery
  return {
    id: delivery.id,
    state: delivery.state,
    operation: delivery.operation,
    mode: delivery.mode,
    part: delivery.part,
    event: { ...event },
    action: { ...action },
    rule: delivery.rule,
    coreOwed: delivery.coreOwed,
    attempts: delivery.attempts,
    ...present('lastCode', delivery.lastCode),
    ...present('systemReference', delivery.systemReference),
    ...time('nextAttemptAt', nextAttempt(delivery)),
    ...time('createdAt', delivery.createdAt),
    ...time('updatedAt', delivery.updatedAt),
    ...time('submittedAt', delivery.submittedAt),
    ...time('answeredAt', delivery.answeredAt),
    ...time('endedAt', delivery.endedAt),
    ...time('stalledAt', delivery.stalledAt),
    ...time('tokenExpiresAt', delivery.tokenExpiresAt)
  }
}

/** An entry of a delivery's timeline. */
export function auditView(record: AuditRecord): JsonObject {
  const { actor, details, kind, sequence } = record
  return {
    ...time('at', record.at),
    kind,
    actor,
    ...(details === undefined ? {} : { details }),
    sequence
  }
}

/** Absent when nothing is going to be tried: it has ended, waits for a person, or waits for a callback. */
function nextAttempt({ nextAttemptAt, state }: Delivery): number | undefined {
  const still: readonly string[] = [...ENDED_STATES, 'parked']
  return still.includes(state) ? undefined : nextAttemptAt
}

/** The last moment that a Date can hold; anything later means never. */
const LAST_TIME = 8.64e15

function time(name: string, at: number | undefined): JsonObject {
  if (at === undefined || at > LAST_TIME) return {}
  return { [name]: new Date(at).toISOString() }
}

function present(name: string, value: string | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value }
}
