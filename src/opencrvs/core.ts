import type { ConfirmationTarget } from '../domain/delivery'
import type { JsonValue } from '../domain/json'

/** What is said when accepting. Only field ids of the event's configuration may be in `declaration` (FACTS B5). */
export type Acceptance = {
  target: ConfirmationTarget
  token: string
  /** Compulsory for REGISTER. */
  registrationNumber?: string
  /** Merged over the record by core, without validation. Keys with `undefined` are never sent. */
  declaration?: Record<string, JsonValue>
  annotation?: Record<string, JsonValue>
}

export type Rejection = { target: ConfirmationTarget; token: string }

/** What core's own answer shows to be stored for the action. */
export type ConfirmationResult = {
  storedAs: 'Accepted' | 'Rejected'
  /** The number that the record has, for REGISTER. */
  registrationNumber?: string
}

/**
 * The port to OpenCRVS core.
 * All calls may throw `OpenCrvsError`; its `failure` says how to meet it.
 */
export type OpenCrvsCore = {
  /**
   * Accepts the action. Deterministic `transactionId`, so that any number of calls store one row (FACTS C7); resolves
   * only when the answer's rows show the action accepted (FACTS C4).
   * @throws OpenCrvsError `alreadyDone` with `storedAs: 'Rejected'` when core has a rejection for it.
   */
  accept(acceptance: Acceptance): Promise<ConfirmationResult>
  /**
   * Rejects the action. Core cannot take this for APPROVE_CORRECTION, REJECT_CORRECTION and REJECT (FACTS C9): see
   * `canRejectLater`.
   * @throws OpenCrvsError `alreadyDone` with `storedAs: 'Accepted'` when core has an acceptance for it.
   */
  reject(rejection: Rejection): Promise<ConfirmationResult>
  /** Whether a 202 for this action type can be followed by a rejection. */
  canRejectLater(actionType: string): boolean
  /** Whether values may be given along with an acceptance of this action type, and reach the record. */
  takesValues(actionType: string): boolean
  /**
   * What the record says about the action now. Reading also makes core index the record afresh, which heals a record
   * whose acceptance overtook our 202 (FACTS C6).
   */
  readAction(
    target: ConfirmationTarget,
    token: string
  ): Promise<ConfirmationResult | { storedAs: 'Requested' }>
  /** A fresh record token for the same record and action, from one that is still good (FACTS D2). */
  renewToken(
    target: { eventId: string; actionId: string },
    token: string
  ): Promise<RecordToken>
  /** A record token by way of the system client, where one is configured (FACTS D4). */
  tokenFromSystemClient?(target: {
    eventId: string
    actionId: string
  }): Promise<RecordToken>
  /** The ids of all declaration fields of an event type, as core has them configured. */
  declarationFieldIds(
    eventType: string,
    token: string
  ): Promise<ReadonlySet<string>>
  close(): void
}

export type RecordToken = {
  token: string
  /** Milliseconds since 1970. */
  expiresAt: number
}
