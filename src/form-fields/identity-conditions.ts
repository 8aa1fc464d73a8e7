import { IDENTITY_STATUSES, type IdentityStatus } from '../domain/identity'
import { isOneOf, type Condition } from './conditions'

/** Ready conditionals about a person, for a country's own fields and actions. */
export type IdentityConditions = {
  /** The person proved presence to the ID system. */
  authenticated: Condition
  /** The details match the ID system's. */
  verified: Condition
  /** Either of the two. */
  proven: Condition
  /** Captured, not checked yet. */
  pending: Condition
  /** The check did not succeed. */
  failed: Condition
  /** There are details from the ID system or a card: `proven` or `pending`. What `fill` locks by default. */
  locked: Condition
}

/** The conditionals about the person whose status stands in this field. */
export function identityConditions(statusField: string): IdentityConditions {
  function has(...statuses: IdentityStatus[]): Condition {
    return isOneOf(statusField, statuses)
  }
  return {
    authenticated: has('authenticated'),
    verified: has('verified'),
    proven: has('authenticated', 'verified'),
    pending: has('pending'),
    failed: has('failed'),
    locked: has('authenticated', 'verified', 'pending')
  }
}

/** There is one of the four words; anything else must never be shown (forms CLIENT 2). */
export function hasStatus(statusField: string): Condition {
  return isOneOf(statusField, IDENTITY_STATUSES)
}
