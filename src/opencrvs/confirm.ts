import type { ConfirmationTarget } from '../domain/delivery'
import { MalformedError, OpenCrvsError } from '../domain/errors'
import {
  acceptRequest,
  rejectRequest,
  type ConfirmationRequest
} from './confirmation-request'
import type { OpenCrvsCapabilities } from './capabilities'
import type { Acceptance, ConfirmationResult, Rejection } from './core'
import { callCore, procedureResult, type CoreConnection } from './core-call'
import type { EventDocument } from './event-document'
import { joinUrl } from './join-url'
import { parseEventDocument } from './parse-event-document'
import { storedOutcome } from './stored-outcome'

/** Core, reached through its gateway. */
export type Gateway = CoreConnection & {
  gatewayUrl: string
  capabilities: OpenCrvsCapabilities
}

type Outcome = ConfirmationResult | { storedAs: 'Requested' }

/**
 * Accepts an action; see `OpenCrvsCore.accept`.
 *
 * When core answers 500, the record is read back: the acceptance may be stored
 * all the same (FACTS B10). If it is not, the error is `ERR_CORE_NOT_STORED`:
 * for REGISTER, another record may have the number (FACTS C4).
 */
export async function acceptAction(
  gateway: Gateway,
  acceptance: Acceptance
): Promise<ConfirmationResult> {
  const { target, token } = acceptance
  const request = acceptRequest(gateway.capabilities, acceptance)
  const outcome = await confirm(gateway, request, target, token)
  if (outcome.storedAs === 'Accepted') return outcome
  if (outcome.storedAs === 'Rejected') throw alreadyDone(target, outcome)
  throw notStored(target, 'permanent')
}

/**
 * Rejects an action; see `OpenCrvsCore.reject`.
 *
 * Core answers 500 when the action was accepted before, which reading it back
 * shows, and always for the types of FACTS C9: `ERR_CORE_CANNOT_REJECT`.
 */
export async function rejectAction(
  gateway: Gateway,
  { target, token }: Rejection
): Promise<ConfirmationResult> {
  const request = rejectRequest(gateway.capabilities, target)
  const action = gateway.capabilities.confirmable.get(target.actionType)
  let outcome: Outcome
  try {
    outcome = await confirm(gateway, request, target, token)
  } catch (error) {
    // A repeated rejection is taken even for these types, so core is asked
    // first; only its 500 shows that there was none.
    if (action?.canRejectLater === false && isServerError(error)) {
      throw cannotReject(target)
    }
    throw error
  }
  if (outcome.storedAs === 'Rejected') return outcome
  if (outcome.storedAs === 'Accepted') throw alreadyDone(target, outcome)
  throw notStored(target, 'permanent')
}

/** What the record says about an action now; see `OpenCrvsCore.readAction` (FACTS C6). */
export async function readStoredAction(
  gateway: Gateway,
  target: ConfirmationTarget,
  token: string
): Promise<Outcome> {
  const what = `the reading of event ${target.eventId}`
  const body = await callCore(gateway, {
    what,
    method: 'GET',
    url: joinUrl(
      gateway.gatewayUrl,
      `/events/events/${encodeURIComponent(target.eventId)}`
    ),
    headers: { authorization: `Bearer ${token}` }
  })
  // The REST route gives the bare document, the tRPC one an envelope.
  const event = parseAnswer(procedureResult(body) ?? body, what)
  return outcomeOf(event, target)
}

async function confirm(
  gateway: Gateway,
  request: ConfirmationRequest,
  target: ConfirmationTarget,
  token: string
): Promise<Outcome> {
  const what = `${request.procedure} for action ${target.actionId}`
  let body: unknown
  try {
    body = await callCore(gateway, {
      what,
      method: 'POST',
      url: joinUrl(gateway.gatewayUrl, `/events/${request.procedure}`),
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`
      },
      // FACTS C2: without this envelope core sees no input.
      body: JSON.stringify({ json: request.input })
    })
  } catch (error) {
    if (!isServerError(error)) throw error
    return await readBack(gateway, target, token, error)
  }
  return outcomeOf(parseAnswer(procedureResult(body), what), target)
}

/** A 500 says nothing about what was stored (FACTS B10, C4); the record does. */
async function readBack(
  gateway: Gateway,
  target: ConfirmationTarget,
  token: string,
  error: OpenCrvsError
): Promise<Outcome> {
  let outcome: Outcome
  try {
    outcome = await readStoredAction(gateway, target, token)
  } catch (readError) {
    // That core has no such action is worth more than its 500; that it cannot
    // be read now is not.
    const isKnown =
      readError instanceof OpenCrvsError &&
      readError.code === 'ERR_CORE_OTHER_ACTION'
    throw isKnown ? readError : error
  }
  if (outcome.storedAs === 'Requested') throw notStored(target, 'transient')
  return outcome
}

function parseAnswer(value: unknown, what: string): EventDocument {
  try {
    return parseEventDocument(value)
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error
    throw new OpenCrvsError(
      `OpenCRVS answered ${what} with something that is not an event document. It is tried again; check opencrvs.gatewayUrl.`,
      { code: 'ERR_CORE_ANSWER', failure: 'transient', status: 200 }
    )
  }
}

function outcomeOf(event: EventDocument, target: ConfirmationTarget): Outcome {
  const outcome = storedOutcome(event, target)
  if (outcome !== 'otherAction') return outcome
  throw new OpenCrvsError(
    `OpenCRVS does not hold action ${target.actionId} of event ${target.eventId} as a ${target.actionType} that waits for this answer. Trying again cannot help; look at the record's history.`,
    { code: 'ERR_CORE_OTHER_ACTION', failure: 'permanent' }
  )
}

function isServerError(error: unknown): error is OpenCrvsError {
  return error instanceof OpenCrvsError && error.status === 500
}

function notStored(
  target: ConfirmationTarget,
  failure: 'transient' | 'permanent'
): OpenCrvsError {
  // After a 200 it is permanent: core took the transactionId for another
  // record's and will do so again (FACTS C4).
  return new OpenCrvsError(
    `OpenCRVS has not stored the answer to action ${target.actionId} of event ${target.eventId} (${target.actionType}). ${failure === 'transient' ? 'It is tried again; for a registration, another record may have the same number.' : 'Trying again cannot help.'}`,
    {
      code: 'ERR_CORE_NOT_STORED',
      failure,
      status: failure === 'transient' ? 500 : 200
    }
  )
}

function alreadyDone(
  target: ConfirmationTarget,
  { storedAs }: ConfirmationResult
): OpenCrvsError {
  return new OpenCrvsError(
    `OpenCRVS has action ${target.actionId} of event ${target.eventId} as ${storedAs} already. Nothing was changed.`,
    {
      code: `ERR_CORE_ALREADY_${storedAs === 'Accepted' ? 'ACCEPTED' : 'REJECTED'}`,
      failure: 'alreadyDone',
      storedAs
    }
  )
}

function cannotReject(target: ConfirmationTarget): OpenCrvsError {
  return new OpenCrvsError(
    `OpenCRVS cannot reject action ${target.actionId} of event ${target.eventId} after it was answered 202: it is a ${target.actionType}. Trying again cannot help; the record waits until the action is accepted.`,
    { code: 'ERR_CORE_CANNOT_REJECT', failure: 'permanent', status: 500 }
  )
}
