import type { DeliveryMode, SystemOperation } from './decision'
import type { ActionReference, Declaration, EventReference } from './event'
import type { JsonObject, JsonValue } from './json'
import type { Person } from './person'

/**
 * Where a delivery stands, one word each:
 * - `queued`: to be sent to the system;
 * - `submitted`: the system has it and will answer;
 * - `answered`: the system's answer is known, and core is to be told (or checked);
 * - `confirmed`: core has accepted;
 * - `refused`: the system said no, and core has been told;
 * - `delivered`: a notification that core did not wait for has arrived;
 * - `readable`: done, and kept for a while with its personal data, since the system reads the people back;
 * - `parked`: needs a person;
 * - `cancelled`: given up by an operator, with a reason.
 */
export type DeliveryState =
  | 'queued'
  | 'submitted'
  | 'answered'
  | 'confirmed'
  | 'refused'
  | 'delivered'
  | 'readable'
  | 'parked'
  | 'cancelled'

/** All of them, in the order in which a delivery meets them. */
export const DELIVERY_STATES = [
  'queued',
  'submitted',
  'answered',
  'confirmed',
  'refused',
  'delivered',
  'readable',
  'parked',
  'cancelled'
] as const satisfies readonly DeliveryState[]

/** States in which the worker still owes something. */
export const OPEN_STATES = [
  'queued',
  'submitted',
  'answered'
] as const satisfies readonly DeliveryState[]

/** States after which nothing more happens; personal data and tokens are erased on entering them. */
export const ENDED_STATES = [
  'confirmed',
  'refused',
  'delivered',
  'cancelled'
] as const satisfies readonly DeliveryState[]

/** The whole state machine. Every change of state is checked against it. */
const TRANSITIONS: Readonly<Record<DeliveryState, readonly DeliveryState[]>> = {
  queued: [
    'submitted',
    'answered',
    'delivered',
    'readable',
    'parked',
    'cancelled'
  ],
  submitted: ['queued', 'answered', 'delivered', 'parked', 'cancelled'],
  answered: [
    'confirmed',
    'refused',
    'delivered',
    'readable',
    'parked',
    'cancelled'
  ],
  readable: ['confirmed', 'delivered'],
  parked: ['queued', 'submitted', 'answered', 'cancelled'],
  confirmed: [],
  refused: [],
  delivered: [],
  cancelled: []
}

/** Whether a delivery may go from one state to another. Staying is always allowed while it has not ended. */
export function canTransition(from: DeliveryState, to: DeliveryState): boolean {
  if (from === to) return TRANSITIONS[from].length > 0
  return TRANSITIONS[from].includes(to)
}

/**
 * What is owed besides the system's work. `registerOnly` is not sent to any system: core was answered 200 with a
 * registration number, and the delivery only makes sure that core really has it. `announceIdentity` tells a system that
 * wants to know it that core has accepted.
 */
export type DeliveryOperation =
  SystemOperation | 'registerOnly' | 'announceIdentity'

/**
 * What core is owed once the system has answered:
 * - `confirmation`: it was answered 202 and waits for accept or reject;
 * - `check`: it was answered 200 or 400; the same accept or reject, which core takes as no change, makes sure that
 *   the answer arrived (FACTS C4, C6, C7);
 * - `nothing`: it was answered 200 and took nothing from us.
 */
export type CoreOwed = 'confirmation' | 'check' | 'nothing'

/** The system's answer about one delivery. */
export type SystemAnswer =
  | {
      outcome: 'accepted'
      /** The identifier that was issued, where one was. */
      identifier?: string
      /** Further field values for the record, by declaration field id. Unknown ids are dropped before core sees them. */
      declaration?: Record<string, JsonValue>
    }
  | {
      outcome: 'refused'
      /** The system's code. Shown to operators, counted in metrics. */
      code: string
      /** For people. May hold what the system said, so it is kept encrypted. */
      reason: string
    }
  | {
      outcome: 'pending'
      /** The system's own id for the request, if it gave one. */
      systemReference?: string
    }

/** An answer that ends the system's part. */
export type FinalAnswer = Exclude<SystemAnswer, { outcome: 'pending' }>

/** What core needs to be told which action is meant, with the extra fields of its accept procedure (FACTS C8, C10). */
export type ConfirmationTarget = {
  eventId: string
  eventType: string
  actionId: string
  /** Upper case action type. */
  actionType: string
  customActionType?: string
  /** Id of the **Accepted** REQUEST_CORRECTION row, for correction approve and reject. */
  requestId?: string
  /** The pending action's `content` (`reason`, `comment`), for EDIT, REJECT, ARCHIVE and REJECT_CORRECTION. */
  content?: JsonObject
}

/** Somebody in the declaration besides the event's subject. */
export type Relative = { person: Person; identifier?: string }

/** What the system is told. */
export type SystemRequest = {
  operation: SystemOperation
  /** Our id for this delivery: the idempotency key, and the reference the system answers with. */
  reference: string
  event: EventReference
  action: ActionReference
  person: Person
  /** The person's identifier in the system, where the record has one. */
  identifier?: string
  /** Other people of the declaration, by role, for a system that is told of them. */
  relatives?: Readonly<Record<string, Relative>>
  /** With `updateIdentity`: which attributes of the person changed. */
  changes?: readonly string[]
  /** The registration number, where it is known already. */
  registrationNumber?: string
  /** With `withdraw`. */
  cause?: 'revocation' | 'reversal'
}

/** The parts of a delivery that are personal or secret: encrypted at rest, erased when the delivery ends. */
export type DeliverySecrets = {
  /** The record token. */
  token?: string
  request: SystemRequest | null
  target: ConfirmationTarget
  answer?: FinalAnswer
  registrationNumber?: string
  /**
   * Identity statuses and evidence as they are proven, where the declaration says something else. They go to core with
   * whatever accepts the action. A null clears the field.
   */
  corrections?: Declaration
}

/** One thing owed, as it is stored. */
export type Delivery = {
  id: string
  /** `main`, or a further part of the same action's work: the notification that follows a registration answered at once,
   * the deactivation that a policy adds after a death, the announcement that core has accepted. */
  part: 'main' | 'notification' | 'deactivation' | 'announcement'
  event: EventReference
  action: ActionReference
  operation: DeliveryOperation
  mode: DeliveryMode
  coreOwed: CoreOwed
  state: DeliveryState
  /** The rule that decided. */
  rule: string
  /** Attempts at the present step. */
  attempts: number
  /** When the worker looks at it next, in milliseconds since 1970. */
  nextAttemptAt: number
  /** Core is not told before this moment, so that its own answer is never overtaken (FACTS C6). */
  confirmNotBefore: number
  createdAt: number
  updatedAt: number
  submittedAt?: number
  answeredAt?: number
  endedAt?: number
  /** The system's own id for the request. */
  systemReference?: string
  /** Code of the last failure or of the refusal. Never free text. */
  lastCode?: string
  /** When it was reported as stalled. */
  stalledAt?: number
  /** When the record token ends. */
  tokenExpiresAt?: number
  lease?: { owner: string; until: number }
}

/** A delivery together with its secret parts; they are absent once it ended. */
export type StoredDelivery = Delivery & {
  secrets?: DeliverySecrets
  /** Its secret parts are there and cannot be opened: they were damaged, or changed behind our back. */
  unreadable?: typeof UNREADABLE
}

/** The code of a delivery whose secret parts cannot be opened. */
export const UNREADABLE = 'ERR_SEAL_BROKEN'
