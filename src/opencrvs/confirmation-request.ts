import type { ConfirmationTarget } from '../domain/delivery'
import { OpenCrvsError } from '../domain/errors'
import type { JsonObject, JsonValue } from '../domain/json'
import type {
  AcceptField,
  ConfirmableAction,
  OpenCrvsCapabilities
} from './capabilities'
import type { Acceptance } from './core'

/** A call of one of core's accept or reject procedures (FACTS C2, C8). */
export type ConfirmationRequest = {
  /** `event.actions.register.accept` */
  procedure: string
  input: JsonObject
}

/**
 * The call that accepts an action. `undefined` is never in it (FACTS C3), nor
 * are values that core would not take for this type.
 *
 * @throws OpenCrvsError `permanent`: `ERR_CORE_NOT_CONFIRMABLE` for a type that
 *   has no accept procedure, `ERR_CONFIRMATION_INCOMPLETE` when a field that
 *   core requires is not known
 */
export function acceptRequest(
  capabilities: OpenCrvsCapabilities,
  acceptance: Acceptance
): ConfirmationRequest {
  const { target } = acceptance
  const action = confirmableAction(capabilities, target)
  const input: JsonObject = {
    eventId: target.eventId,
    actionId: target.actionId,
    // FACTS C7: the same for every attempt, so that core stores one row.
    transactionId: `national-id-accept-${target.actionId}`,
    ...values('annotation', acceptance.annotation)
  }
  if (action.takesValues) {
    Object.assign(input, values('declaration', acceptance.declaration))
  }
  for (const field of action.acceptFields) {
    Object.assign(input, extraField(field, acceptance))
  }
  return { procedure: `event.actions.${action.procedure}.accept`, input }
}

/**
 * The call that rejects an action. A reason is not sent: core drops it (FACTS C2).
 *
 * @throws OpenCrvsError `permanent` `ERR_CORE_NOT_CONFIRMABLE` for a type that
 *   has no reject procedure
 */
export function rejectRequest(
  capabilities: OpenCrvsCapabilities,
  target: ConfirmationTarget
): ConfirmationRequest {
  const { procedure } = confirmableAction(capabilities, target)
  return {
    procedure: `event.actions.${procedure}.reject`,
    input: {
      eventId: target.eventId,
      actionId: target.actionId,
      transactionId: `national-id-reject-${target.actionId}`
    }
  }
}

function confirmableAction(
  capabilities: OpenCrvsCapabilities,
  target: ConfirmationTarget
): ConfirmableAction {
  const action = capabilities.confirmable.get(target.actionType)
  if (action !== undefined) return action
  throw new OpenCrvsError(
    `Action ${target.actionId} of event ${target.eventId} cannot be confirmed later: this OpenCRVS has no procedure for ${target.actionType}. It was not called; check opencrvs.version.`,
    { code: 'ERR_CORE_NOT_CONFIRMABLE', failure: 'permanent' }
  )
}

function extraField(field: AcceptField, acceptance: Acceptance): JsonObject {
  const { target, registrationNumber } = acceptance
  switch (field) {
    case 'content':
      return { content: target.content ?? {} }
    case 'contentReason':
      return {
        content: { reason: required(target.content?.reason, field, target) }
      }
    case 'registrationNumber':
      return { registrationNumber: required(registrationNumber, field, target) }
    case 'customActionType':
      return {
        customActionType: required(target.customActionType, field, target)
      }
    case 'requestId':
      return { requestId: required(target.requestId, field, target) }
  }
}

function required(
  value: JsonValue | undefined,
  field: AcceptField,
  target: ConfirmationTarget
): string {
  // An empty registration number would be stored as one (FACTS B).
  if (typeof value === 'string' && value !== '') return value
  throw new OpenCrvsError(
    `Action ${target.actionId} of event ${target.eventId} (${target.actionType}) cannot be accepted without ${field}, and it is not known. OpenCRVS was not called.`,
    { code: 'ERR_CONFIRMATION_INCOMPLETE', failure: 'permanent' }
  )
}

function values(
  key: 'declaration' | 'annotation',
  // The port's type knows no undefined, but a country's mapping may.
  given: Record<string, JsonValue | undefined> = {}
): JsonObject {
  const present: JsonObject = {}
  for (const [id, value] of Object.entries(given)) {
    if (value !== undefined) present[id] = value
  }
  return Object.keys(present).length === 0 ? {} : { [key]: present }
}
