import type { ConfirmationTarget } from '../domain/delivery'
import { MalformedError } from '../domain/errors'
import type { Declaration, EventReference } from '../domain/event'
import {
  acceptedCorrectionRequest,
  aggregateDeclaration,
  entersTheRecord,
  requestedCorrection
} from './aggregate-declaration'
import {
  capabilitiesOf,
  type OpenCrvsCapabilities,
  type OpenCrvsVersion
} from './capabilities'
import type { EventAction, EventDocument } from './event-document'
import {
  changedFields,
  dropNulls,
  mergeDeclarations
} from './merge-declarations'
import { parseEventDocument } from './parse-event-document'

/** What an event document says about the action that waits for an answer. */
export type ReadEvent = {
  event: EventReference
  /** The action that core asks about (FACTS A4). */
  pendingAction: EventAction
  /**
   * The record as it will be once the action is accepted. For a correction
   * that is only asked for, as it would be if approved later. Cleared fields
   * are absent.
   */
  declaration: Declaration
  /** Ids of the fields that this action gives another value, or clears. */
  changes: string[]
  /** The action's own form answers; cleared ones are absent. */
  annotation: Declaration
  /** What accept and reject need to be told. */
  target: ConfirmationTarget
}

/**
 * Reads the body of a trigger: which action is pending (FACTS A4), and the
 * declaration as core will compute it (FACTS A5, A6).
 *
 * @param options.version the line of OpenCRVS that sent it. Default `2`
 *
 * @example
 * const { pendingAction, declaration, changes } = readEvent(request.payload)
 *
 * @throws MalformedError `ERR_EVENT_SHAPE` when it is not an event document,
 *   or a correction's request is not in it; `ERR_NO_PENDING_ACTION` and
 *   `ERR_SEVERAL_PENDING_ACTIONS` when not exactly one action is pending
 */
export function readEvent(
  eventDocument: unknown,
  options: { version?: OpenCrvsVersion } = {}
): ReadEvent {
  const capabilities = capabilitiesOf(options.version ?? '2')
  const event = parseEventDocument(eventDocument)
  const pendingAction = findPendingAction(event)
  const request = findCorrectionRequest(event, pendingAction)
  const before = aggregateDeclaration(event, capabilities)
  const declaration = dropNulls(
    applyPending({ event, before, pendingAction, request, capabilities })
  )
  return {
    event: { id: event.id, type: event.type, trackingId: event.trackingId },
    pendingAction,
    declaration,
    changes: changedFields(dropNulls(before), declaration),
    annotation: dropNulls(pendingAction.annotation ?? {}),
    target: confirmationTarget(event, pendingAction, request)
  }
}

function findPendingAction(event: EventDocument): EventAction {
  const answered = new Set(
    event.actions
      .filter((row) => row.status === 'Accepted' || row.status === 'Rejected')
      .map((row) => row.originalActionId)
  )
  const [pending, another] = event.actions.filter(
    (row) => row.status === 'Requested' && !answered.has(row.id)
  )
  if (pending === undefined) {
    throw new MalformedError(
      `No action of event ${event.id} waits for an answer. Nothing was done with it.`,
      { code: 'ERR_NO_PENDING_ACTION' }
    )
  }
  if (another !== undefined) {
    // FACTS B6: core itself cannot go on with such a record.
    throw new MalformedError(
      `Several actions of event ${event.id} wait for an answer, so it is not clear which one is meant. Nothing was done with it; accept or reject all but one of them.`,
      { code: 'ERR_SEVERAL_PENDING_ACTIONS' }
    )
  }
  return pending
}

function findCorrectionRequest(
  event: EventDocument,
  pending: EventAction
): EventAction | undefined {
  if (
    pending.type !== 'APPROVE_CORRECTION' &&
    pending.type !== 'REJECT_CORRECTION'
  ) {
    return undefined
  }
  const request =
    pending.requestId === undefined
      ? undefined
      : acceptedCorrectionRequest(event, pending.requestId)
  if (request !== undefined) return request
  throw new MalformedError(
    `Action ${pending.id} of event ${event.id} is about a correction request that the event document does not hold. Nothing was done with it.`,
    { code: 'ERR_EVENT_SHAPE' }
  )
}

function applyPending(parts: {
  event: EventDocument
  before: Declaration
  pendingAction: EventAction
  request: EventAction | undefined
  capabilities: OpenCrvsCapabilities
}): Declaration {
  const { event, before, pendingAction, request, capabilities } = parts
  // FACTS A6, the trap: an approval carries no values of its own; without
  // this the country would see the record as it was before the correction.
  const corrected =
    pendingAction.type === 'APPROVE_CORRECTION' && request !== undefined
      ? mergeDeclarations(before, requestedCorrection(event, request))
      : before
  // A correction that is asked for is shown as if it were approved already,
  // though its values do not enter the record yet (FACTS A6).
  return pendingAction.type === 'REQUEST_CORRECTION' ||
    entersTheRecord(pendingAction.type, capabilities)
    ? mergeDeclarations(corrected, pendingAction.declaration)
    : corrected
}

function confirmationTarget(
  event: EventDocument,
  pending: EventAction,
  request: EventAction | undefined
): ConfirmationTarget {
  const { customActionType, content } = pending
  return {
    eventId: event.id,
    eventType: event.type,
    actionId: pending.id,
    actionType: pending.type,
    ...(customActionType === undefined ? {} : { customActionType }),
    ...(request === undefined ? {} : { requestId: request.id }),
    ...(content === undefined ? {} : { content })
  }
}
