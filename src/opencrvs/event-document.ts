import type { Declaration } from '../domain/event'
import type { JsonObject } from '../domain/json'

/**
 * One row of an event's history (FACTS A3). Keys that we do not know are
 * left out when a document is read; those of other OpenCRVS releases do no
 * harm.
 */
export type EventAction = {
  /** UUID. */
  id: string
  /** Upper case: `DECLARE`, `REGISTER`, `REQUEST_CORRECTION`, ... */
  type: string
  /** `Requested`, `Accepted` or `Rejected`. */
  status: string
  /** What the row adds to the record. An explicit null clears a field. */
  declaration: Declaration
  /** The action's own form answers. */
  annotation?: Declaration
  /** `reason`, `comment` or `templateId`, depending on the type. */
  content?: JsonObject
  /** On an Accepted or Rejected row: the Requested row that it answers. */
  originalActionId?: string
  /** On APPROVE_CORRECTION and REJECT_CORRECTION (FACTS C10). */
  requestId?: string
  /** On an Accepted REGISTER row. */
  registrationNumber?: string
  /** On CUSTOM rows: which one. */
  customActionType?: string
  transactionId?: string
  /** ISO 8601. */
  createdAt?: string
  /** Id of the user or system client. */
  createdBy?: string
  /** `user` or `system`. */
  createdByUserType?: string
  /** Absent for system clients. */
  createdByRole?: string
  createdAtLocation?: string
}

/** A record with its whole history: the body of a trigger (FACTS A3). */
export type EventDocument = {
  /** UUID. */
  id: string
  /** `birth`, `death`, ... */
  type: string
  /** The short id that people quote. */
  trackingId: string
  /** ISO 8601. */
  createdAt?: string
  /** ISO 8601. */
  updatedAt?: string
  actions: EventAction[]
}
