/** What is asked of the national ID system. */
export type SystemOperation =
  | 'createIdentity'
  | 'updateIdentity'
  | 'notifyDeath'
  | 'withdraw'
  | 'deactivateIdentity'

/**
 * How core is answered:
 * - `async`: 202; core waits until the system's answer is brought back;
 * - `sync`: the system is tried within a time budget, and core is answered 200 or 400; when that fails, as `async`;
 * - `notify`: 200 at once; the system is told behind.
 */
export type DeliveryMode = 'async' | 'sync' | 'notify'

/** What a rule decides about an action. */
export type Decision =
  /** Let core register (or accept) without the national ID system. */
  | { kind: 'registerOnly' }
  /** Ask for a new identity for the event's subject. Default mode `async`. */
  | { kind: 'createIdentity'; mode?: DeliveryMode }
  /** Send changed attributes of an identity. Default mode `notify`. */
  | { kind: 'updateIdentity'; mode?: DeliveryMode }
  /** Tell that the subject has died. Default mode `notify`. */
  | { kind: 'notifyDeath'; mode?: DeliveryMode }
  /** Undo: a registration was revoked, or a death was reversed. Default mode `notify`. */
  | { kind: 'withdraw'; cause: 'revocation' | 'reversal'; mode?: DeliveryMode }
  /** Refuse the action; core is answered 400. The reason is kept by us, since core drops it. */
  | { kind: 'reject'; reason: string }

/** Why a decision was taken, in names only: what is written to the audit trail and shown to an operator. */
export type DecisionExplanation = {
  /** The rule that decided, or why none did. */
  rule: string
  /** Each rule that was looked at, in order, with what its condition said. */
  considered: ReadonlyArray<{
    rule: string
    held: boolean
    conditions: readonly string[]
    fields: readonly string[]
  }>
  /** Policies that changed the decision, by name, with the reason. */
  policies: ReadonlyArray<{ policy: string; effect: string }>
}
