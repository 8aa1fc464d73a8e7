import type { Declaration } from '../domain/event'
import type { OpenCrvsCapabilities } from './capabilities'
import type { EventAction, EventDocument } from './event-document'
import { mergeDeclarations } from './merge-declarations'

/** Actions whose own values never enter the record (FACTS A6, B3). */
const OUTSIDE_THE_RECORD = new Set([
  'REQUEST_CORRECTION',
  'REJECT_CORRECTION',
  'PRINT_CERTIFICATE'
])

/** Whether values that a row of this type carries become part of the record. */
export function entersTheRecord(
  actionType: string,
  capabilities: OpenCrvsCapabilities
): boolean {
  return actionType === 'APPROVE_CORRECTION'
    ? capabilities.approveCorrectionTakesValues
    : !OUTSIDE_THE_RECORD.has(actionType)
}

/**
 * The record as all accepted actions left it; what was cleared is null
 * (FACTS A6). An accepted action counts with its Requested row, overlaid by
 * its Accepted row; an approved correction with the request that it approves.
 */
export function aggregateDeclaration(
  event: EventDocument,
  capabilities: OpenCrvsCapabilities
): Declaration {
  const rows = rowsById(event)
  let declaration: Declaration = {}
  for (const row of event.actions) {
    if (row.status !== 'Accepted') continue
    if (row.type === 'APPROVE_CORRECTION') {
      declaration = mergeDeclarations(declaration, approvedValues(row, rows))
    }
    if (entersTheRecord(row.type, capabilities)) {
      declaration = mergeDeclarations(declaration, wholeDeclaration(row, rows))
    }
  }
  return declaration
}

/** What a correction asked for: its Requested row, overlaid by its Accepted row (FACTS A5). */
export function requestedCorrection(
  event: EventDocument,
  acceptedRequest: EventAction
): Declaration {
  return wholeDeclaration(acceptedRequest, rowsById(event))
}

/**
 * The Accepted row of the correction request that an approval or a rejection
 * is about, whichever of the request's two rows it names (FACTS C10).
 */
export function acceptedCorrectionRequest(
  event: EventDocument,
  requestId: string
): EventAction | undefined {
  return event.actions.find(
    (row) =>
      row.type === 'REQUEST_CORRECTION' &&
      row.status === 'Accepted' &&
      (row.id === requestId || row.originalActionId === requestId)
  )
}

function approvedValues(
  approval: EventAction,
  rows: ReadonlyMap<string, EventAction>
): Declaration {
  const requested = rows.get(approval.originalActionId ?? '')
  const request = rows.get(approval.requestId ?? requested?.requestId ?? '')
  // An approval that named the Requested row was stored but never applied by
  // core, so it must not count here either (FACTS C10).
  return request?.type === 'REQUEST_CORRECTION' && request.status === 'Accepted'
    ? wholeDeclaration(request, rows)
    : {}
}

function wholeDeclaration(
  accepted: EventAction,
  rows: ReadonlyMap<string, EventAction>
): Declaration {
  const requested = rows.get(accepted.originalActionId ?? '')
  return requested === undefined
    ? accepted.declaration
    : mergeDeclarations(requested.declaration, accepted.declaration)
}

function rowsById(event: EventDocument): Map<string, EventAction> {
  return new Map(event.actions.map((row) => [row.id, row]))
}
