import type { Declaration } from '../../domain/event'
import type { JsonObject } from '../../domain/json'

export type ActionStatus = 'Requested' | 'Accepted' | 'Rejected'

/** One row of a record's history, with the keys that core sends (FACTS A3). What is not set is absent, never null. */
export type ActionRow = {
  id: string
  transactionId: string
  type: string
  status: ActionStatus
  /** ISO 8601, UTC. */
  createdAt: string
  createdBy: string
  createdByUserType: 'user' | 'system'
  createdByRole?: string
  createdAtLocation?: string
  declaration: Declaration
  annotation?: Declaration
  originalActionId?: string
  content?: JsonObject
  requestId?: string
  registrationNumber?: string
  customActionType?: string
  assignedTo?: string
}

/** A record: what core calls an event document (FACTS A3). */
export type EventRecord = {
  id: string
  type: string
  createdAt: string
  updatedAt: string
  actions: ActionRow[]
  trackingId: string
}

/** The rows that answer an action. */
export function answersTo(event: EventRecord, actionId: string): ActionRow[] {
  return event.actions.filter((row) => row.originalActionId === actionId)
}

/** The actions that wait for an answer (FACTS A4). Core can only go on when it is exactly one (FACTS B6). */
export function pendingActions(event: EventRecord): ActionRow[] {
  return event.actions.filter(
    (row) => row.status === 'Requested' && answersTo(event, row.id).length === 0
  )
}
