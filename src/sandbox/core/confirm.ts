import type { JsonObject, JsonValue } from '../../domain/json'
import { sleep } from '../../internal/clock'
import { isJsonObject, textOf } from '../json-object'
import type { Actor } from './actor'
import type { ConfirmationProcedure } from './confirmation-procedures'
import { CoreFailure, internalFailure } from './core-failure'
import type { CoreState } from './core-state'
import { answersTo, type EventRecord } from './event-record'
import type { NewRow } from './record-store'

/**
 * Accepts or rejects an action, with all that is odd about it (FACTS C4 to
 * C10). The caller's token was checked before.
 *
 * @returns the event as core answers it
 * @throws CoreFailure as FACTS C4 lists them
 */
export async function confirm(
  core: CoreState,
  procedure: ConfirmationProcedure,
  input: JsonObject,
  actor: Actor
): Promise<EventRecord> {
  const eventId = textOf(input.eventId)
  const actionId = textOf(input.actionId)
  const event = findEvent(core, eventId)
  if (isAnswered(event, actionId, procedure.answer)) return event
  // FACTS C7: core looks first and stores later, so two calls can both find
  // nothing and both store.
  await sleep(core.confirmationGapMs, core.stopped)
  const stored = core.store.insert(
    eventId,
    confirmationRow(procedure, input),
    actor
  )
  if (actor.userType === 'user' && input.keepAssignment !== true) {
    unassign(core, eventId, textOf(input.transactionId), actor)
  }
  const now = findEvent(core, eventId)
  // FACTS C4: a transactionId that another record used. Core says 200.
  if (stored === undefined) return now
  checkDocuments(core)
  core.index.write(now)
  return now
}

/**
 * Gives up the assignment, as core does after most actions (FACTS B9).
 */
export function unassign(
  core: CoreState,
  eventId: string,
  transactionId: string,
  actor: Actor
): void {
  core.store.insert(
    eventId,
    { transactionId, type: 'UNASSIGN', status: 'Accepted', declaration: {} },
    actor
  )
}

/**
 * Core asks its documents service after storing and before indexing.
 *
 * @throws CoreFailure 500 when the fault `documents` is set up (FACTS B10)
 */
export function checkDocuments(core: CoreState): void {
  if (core.faults.takeOnly('documents') !== undefined) throw internalFailure()
}

/** @throws CoreFailure 404 (FACTS C4) */
export function findEvent(core: CoreState, eventId: string): EventRecord {
  const event = core.store.find(eventId)
  if (event !== undefined) return event
  throw new CoreFailure('NOT_FOUND', `Event not found with ID: ${eventId}`)
}

/** Whether core has this very answer already; the other answer is an error, and not the same one both ways (FACTS C4). */
function isAnswered(
  event: EventRecord,
  actionId: string,
  answer: ConfirmationProcedure['answer']
): boolean {
  const answers = answersTo(event, actionId)
  if (answers.some((row) => row.status === answer)) return true
  const isKnown = event.actions.some((row) => row.id === actionId)
  if (answer === 'Accepted') {
    if (!isKnown) throw new CoreFailure('NOT_FOUND', 'Action not found.')
    if (answers.length === 0) return false
    throw new CoreFailure('BAD_REQUEST', 'Action has already been rejected.')
  }
  if (!isKnown || answers.length > 0) throw internalFailure()
  return false
}

function confirmationRow(
  procedure: ConfirmationProcedure,
  input: JsonObject
): NewRow {
  const row = {
    transactionId: textOf(input.transactionId),
    type: procedure.actionType,
    status: procedure.answer,
    originalActionId: textOf(input.actionId),
    declaration: {}
  }
  // FACTS C2, C9: whatever is said with a rejection is thrown away.
  if (procedure.answer === 'Rejected') return row
  return {
    ...row,
    ...objectColumn('declaration', input.declaration),
    ...objectColumn('annotation', input.annotation),
    ...(procedure.input.some(({ path }) => path[0] === 'content')
      ? objectColumn('content', input.content)
      : {}),
    ...textColumn(procedure, 'registrationNumber', input),
    ...textColumn(procedure, 'customActionType', input),
    ...textColumn(procedure, 'requestId', input)
  }
}

function objectColumn(
  name: string,
  value: JsonValue | undefined
): Record<string, JsonObject> {
  return isJsonObject(value) ? { [name]: value } : {}
}

/** Keys that the procedure does not know are dropped (FACTS C8). */
function textColumn(
  procedure: ConfirmationProcedure,
  name: string,
  input: JsonObject
): Record<string, string> {
  const value = input[name]
  return procedure.input.some(({ path }) => path[0] === name) &&
    typeof value === 'string'
    ? { [name]: value }
    : {}
}
