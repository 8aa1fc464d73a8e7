import type { JsonObject } from './json'

/**
 * One entry of the audit trail. `details` hold names, codes and counts; never a field's value, a token, an identifier
 * or free text from another party.
 */
export type AuditEvent = {
  /** What happened, as `thing.verb`: `decision.taken`, `delivery.submitted`, `trigger.refused`, ... */
  kind: string
  at: number
  /**
   * Who did it: `core`, `system`, `worker`, `browser` (sign-in, before a user is known), `user:<id>`, `reader:<id>`
   * (who reads people back from us, as its token has it), or `command` (the command line).
   */
  actor: string
  deliveryId?: string
  eventId?: string
  actionId?: string
  details?: JsonObject
}

/** An entry as stored: numbered, and chained to the one before by its hash. */
export type AuditRecord = AuditEvent & { sequence: number; hash: string }

/** What checking the chain found. */
export type AuditVerdict =
  | { intact: true; entries: number; head: string }
  | { intact: false; entries: number; brokenAt: number; problem: string }
