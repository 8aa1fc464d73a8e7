import type { Declaration } from '../../domain/event'
import type { JsonObject } from '../../domain/json'
import type { Actor } from './actor'
import { checkAvailable } from './available-actions'
import { checkDocuments, findEvent, unassign } from './confirm'
import { CoreFailure, internalFailure } from './core-failure'
import type { CoreState } from './core-state'
import {
  callCountryConfig,
  readOutcome,
  type CountryConfigAnswer,
  type CountryConfigOutcome
} from './country-config-call'
import {
  answersTo,
  pendingActions,
  type ActionRow,
  type EventRecord
} from './event-record'
import type { NewRow } from './record-store'

/** What a client asks core to do with a record. */
export type ActionRequest = {
  eventId: string
  type: string
  transactionId: string
  actor: Actor
  declaration: Declaration
  annotation: Declaration
  content?: JsonObject
  requestId?: string
  customActionType?: string
  keepAssignment: boolean
  /** Taken as the country config's answer, instead of calling it. */
  answeredWith?: CountryConfigAnswer
}

/**
 * Does what core does when a user acts on a record: stores the Requested row,
 * calls the country config, and goes by its answer (FACTS B).
 *
 * @returns the event as the user's client sees it
 * @throws CoreFailure 400, 409 or 500 as the client sees it
 */
export async function requestAction(
  core: CoreState,
  request: ActionRequest
): Promise<EventRecord> {
  const event = findEvent(core, request.eventId)
  // FACTS B5: a bricked record answers 500 to everything.
  if (core.index.isBricked(event)) throw internalFailure()
  const earlier = earlierRequest(core, event, request)
  if (earlier !== undefined) return repeat(core, event, earlier, request)
  checkAvailable(request.type, core.index.stateOf(event))
  checkFields(core, event.type, request.declaration)
  const row = core.store.insert(event.id, requestedRow(request), request.actor)
  const withRow = findEvent(core, event.id)
  // FACTS B6: core itself cannot go on when two actions wait.
  if (row === undefined || pendingActions(withRow).length !== 1) {
    throw internalFailure()
  }
  return askCountryConfig(core, withRow, row, request)
}

function earlierRequest(
  core: CoreState,
  event: EventRecord,
  request: ActionRequest
): ActionRow | undefined {
  const earlier = event.actions.find(
    (row) =>
      row.type === request.type &&
      row.status === 'Requested' &&
      row.transactionId === request.transactionId
  )
  // FACTS B4: CUSTOM looks at the state first.
  if (earlier !== undefined && request.type === 'CUSTOM') {
    checkAvailable(request.type, core.index.stateOf(event))
  }
  return earlier
}

/** The same transactionId again: a false success, but DECLARE calls the country config once more (FACTS B4). */
async function repeat(
  core: CoreState,
  event: EventRecord,
  earlier: ActionRow,
  request: ActionRequest
): Promise<EventRecord> {
  const isPending = answersTo(event, earlier.id).length === 0
  return request.type === 'DECLARE' && isPending
    ? askCountryConfig(core, event, earlier, request)
    : event
}

async function askCountryConfig(
  core: CoreState,
  event: EventRecord,
  action: ActionRow,
  request: ActionRequest
): Promise<EventRecord> {
  const target = { eventId: event.id, actionId: action.id }
  const answer =
    request.answeredWith ??
    (await callCountryConfig(
      core,
      event,
      action,
      core.tokens.recordToken(target, request.actor)
    ))
  const outcome = readOutcome(action.type, answer)
  if (outcome.kind === 'failed') throw internalFailure()
  if (outcome.kind === 'pending') {
    // FACTS C6: core indexes the rows that it had before it called, however
    // many there are by now.
    indexUnlessNew(core, event)
    return event
  }
  core.store.insert(event.id, answerRow(action, outcome), request.actor)
  if (!request.keepAssignment) {
    unassign(core, event.id, action.transactionId, request.actor)
  }
  checkDocuments(core)
  const now = findEvent(core, event.id)
  indexUnlessNew(core, now)
  return now
}

/** FACTS B8: a record that is still CREATED is not indexed. */
function indexUnlessNew(core: CoreState, event: EventRecord): void {
  // Checked first: what cannot be read cannot be told from what is new.
  if (core.index.isBricked(event)) throw internalFailure()
  if (core.index.stateOf(event).status !== 'CREATED') core.index.write(event)
}

function requestedRow(request: ActionRequest): NewRow {
  return {
    transactionId: request.transactionId,
    type: request.type,
    status: 'Requested',
    declaration: request.declaration,
    annotation: request.annotation,
    ...sharedColumns(request)
  }
}

function answerRow(
  action: ActionRow,
  outcome: Extract<CountryConfigOutcome, { kind: 'accepted' | 'rejected' }>
): NewRow {
  const row = {
    transactionId: action.transactionId,
    type: action.type,
    originalActionId: action.id,
    declaration: {},
    ...sharedColumns(action)
  }
  if (outcome.kind === 'rejected') return { ...row, status: 'Rejected' }
  const { kind: _, ...values } = outcome
  return { ...row, status: 'Accepted', ...values }
}

function sharedColumns(
  from: Pick<ActionRow, 'content' | 'requestId' | 'customActionType'>
): Pick<NewRow, 'content' | 'requestId' | 'customActionType'> {
  const { content, requestId, customActionType } = from
  return {
    ...(content === undefined ? {} : { content }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(customActionType === undefined ? {} : { customActionType })
  }
}

function checkFields(
  core: CoreState,
  eventType: string,
  declaration: Declaration
): void {
  const known = core.index.fieldIds(eventType)
  const issues = Object.keys(declaration)
    .filter((id) => !known.has(id))
    .map((id) => ({ message: 'Unexpected field', id }))
  if (issues.length > 0) {
    throw new CoreFailure('BAD_REQUEST', JSON.stringify(issues))
  }
}
