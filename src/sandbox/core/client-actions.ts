import type { Declaration } from '../../domain/event'
import type { JsonObject, JsonValue } from '../../domain/json'
import { newId } from '../../internal/ids'
import { REGISTRAR, type Actor } from './actor'
import { isConfirmable } from './confirmation-procedures'
import {
  CoreFailure,
  internalFailure,
  type CoreFailureCode
} from './core-failure'
import type { CoreState } from './core-state'
import type { EventRecord } from './event-record'
import { requestAction } from './request-action'

/** What the client of core sees. */
export type ClientAnswer =
  | { status: 200; event: EventRecord }
  | { status: number; error: { code: CoreFailureCode; message: string } }

/** What may be said with every action. */
export type ActionOptions = {
  /** The client's own; default a fresh one. Use the same one to try again (FACTS B4). */
  transactionId?: string
  /** Default the registrar of the recordings. */
  actor?: Actor
  declaration?: Declaration
  annotation?: Declaration
  content?: JsonObject
  requestId?: string
  customActionType?: string
  /** Default true, as in the recordings; false adds an UNASSIGN row (FACTS B9). */
  keepAssignment?: boolean
  /** Taken as the country config's answer, and nobody is called. `body` is sent as JSON; a string as it is. */
  answeredWith?: { status: number; body?: JsonValue }
}

type Act = (
  eventId: string,
  type: string,
  options?: ActionOptions
) => Promise<ClientAnswer>

/** What people do in OpenCRVS, one method for each action that triggers (FACTS A1). */
export type ClientActions = {
  /** Any action, by its upper-case type. */
  act: Act
  declare(
    eventId: string,
    declaration: Declaration,
    options?: ActionOptions
  ): Promise<ClientAnswer>
  notify(
    eventId: string,
    declaration: Declaration,
    options?: ActionOptions
  ): Promise<ClientAnswer>
  edit(
    eventId: string,
    declaration: Declaration,
    options?: ActionOptions
  ): Promise<ClientAnswer>
  register(eventId: string, options?: ActionOptions): Promise<ClientAnswer>
  reject(
    eventId: string,
    reason: string,
    options?: ActionOptions
  ): Promise<ClientAnswer>
  archive(
    eventId: string,
    reason: string,
    options?: ActionOptions
  ): Promise<ClientAnswer>
  printCertificate(
    eventId: string,
    options?: ActionOptions
  ): Promise<ClientAnswer>
  requestCorrection(
    eventId: string,
    declaration: Declaration,
    options?: ActionOptions
  ): Promise<ClientAnswer>
  /** Of the last accepted correction request, unless `requestId` says which (FACTS C10). */
  approveCorrection(
    eventId: string,
    options?: ActionOptions
  ): Promise<ClientAnswer>
  rejectCorrection(
    eventId: string,
    reason: string,
    options?: ActionOptions
  ): Promise<ClientAnswer>
  custom(
    eventId: string,
    customActionType: string,
    options?: ActionOptions
  ): Promise<ClientAnswer>
}

/** The actions on one simulated core. */
export function createClientActions(core: CoreState): ClientActions {
  const act: Act = (eventId, type, options = {}) =>
    answerClient(core, eventId, type, options)
  const withReason =
    (type: string) =>
    (eventId: string, reason: string, options: ActionOptions = {}) =>
      act(eventId, type, { content: { reason }, ...options })
  const withValues =
    (type: string) =>
    (eventId: string, declaration: Declaration, options: ActionOptions = {}) =>
      act(eventId, type, { ...options, declaration })
  return {
    act,
    declare: withValues('DECLARE'),
    notify: withValues('NOTIFY'),
    edit: (eventId, declaration, options) =>
      act(eventId, 'EDIT', { content: {}, ...options, declaration }),
    register: (eventId, options) => act(eventId, 'REGISTER', options),
    reject: withReason('REJECT'),
    archive: withReason('ARCHIVE'),
    printCertificate: (eventId, options) =>
      act(eventId, 'PRINT_CERTIFICATE', {
        content: { templateId: 'v2.birth-certificate' },
        ...options
      }),
    requestCorrection: withValues('REQUEST_CORRECTION'),
    approveCorrection: (eventId, options) =>
      act(eventId, 'APPROVE_CORRECTION', {
        requestId: correctionRequestId(core, eventId),
        ...options
      }),
    rejectCorrection: (eventId, reason, options) =>
      act(eventId, 'REJECT_CORRECTION', {
        requestId: correctionRequestId(core, eventId),
        content: { reason },
        ...options
      }),
    custom: (eventId, customActionType, options) =>
      act(eventId, 'CUSTOM', { ...options, customActionType })
  }
}

async function answerClient(
  core: CoreState,
  eventId: string,
  type: string,
  options: ActionOptions
): Promise<ClientAnswer> {
  try {
    if (!isConfirmable(type)) {
      throw new CoreFailure('NOT_FOUND', `No action ${type}`)
    }
    const { answeredWith, ...rest } = options
    const event = await requestAction(core, {
      transactionId: newId(),
      actor: REGISTRAR,
      declaration: {},
      annotation: {},
      keepAssignment: true,
      ...rest,
      eventId,
      type,
      ...(answeredWith === undefined
        ? {}
        : { answeredWith: rawAnswer(answeredWith) })
    })
    return { status: 200, event }
  } catch (error) {
    const failure = error instanceof CoreFailure ? error : internalFailure()
    const { status, code, message } = failure
    return { status, error: { code, message } }
  }
}

function rawAnswer(answer: { status: number; body?: JsonValue }): {
  status: number
  body: string
} {
  const { status, body } = answer
  if (body === undefined) return { status, body: '' }
  return {
    status,
    body: typeof body === 'string' ? body : JSON.stringify(body)
  }
}

/** The id of the Accepted row, which alone leads to the corrected values (FACTS A5, C10). */
function correctionRequestId(core: CoreState, eventId: string): string {
  const request = core.store
    .find(eventId)
    ?.actions.findLast(
      (row) => row.type === 'REQUEST_CORRECTION' && row.status === 'Accepted'
    )
  return request?.id ?? newId()
}
