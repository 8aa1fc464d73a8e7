import type { AuditRecord } from '../domain/audit'
import {
  ENDED_STATES,
  UNREADABLE,
  type Delivery,
  type DeliveryState,
  type StoredDelivery
} from '../domain/delivery'
import { NationalIdError } from '../domain/errors'
import type { DeliveryFilter, DeliveryPatch } from '../store/store'
import { deliveryAudit } from './audit'
import type { DeliveryDependencies } from './dependencies'
import { closedReading } from './reading'
import { OUTCOME_UNDETERMINED } from './submission-failure'

/** The code of a refusal that an operator gave in the system's place. */
const OPERATOR_CODE = 'OPERATOR'

/** What a person may see and do about deliveries. Never shows a token, an identifier or a declaration. */
export type Operator = {
  list(
    filter: DeliveryFilter
  ): Promise<{ deliveries: Delivery[]; next?: string }>
  /** @throws NationalIdError `ERR_DELIVERY_UNKNOWN` */
  show(id: string): Promise<{ delivery: Delivery; timeline: AuditRecord[] }>
  /**
   * Goes on with a parked delivery where it stopped, or with a waiting one at once; what the system has and has not
   * answered is asked about, or sent again under the same reference.
   * @throws NationalIdError `ERR_DELIVERY_UNKNOWN`, `ERR_DELIVERY_STATE` when it has ended or must not be sent twice
   */
  sendAgain(id: string, actor: string): Promise<Delivery>
  /**
   * Says no in the system's place: core is told the rejection (or, where core cannot take one any more, FACTS C9, the
   * action is accepted without an identity); what core does not wait for, or
   * has settled already, is cancelled.
   * @throws NationalIdError `ERR_DELIVERY_UNKNOWN`, `ERR_DELIVERY_STATE` when it has ended or has a good answer
   */
  reject(id: string, reason: string, actor: string): Promise<Delivery>
}

export function createOperator(dependencies: DeliveryDependencies): Operator {
  const { store } = dependencies
  return {
    list: (filter) => store.list(filter),
    async show(id) {
      const delivery = withoutSecrets(await found(dependencies, id))
      const all = await store.timeline({
        id,
        eventId: delivery.event.id,
        actionId: delivery.action.id
      })
      return { delivery, timeline: all.filter(concerns(id)) }
    },
    sendAgain: (id, actor) => sendAgain(dependencies, id, actor),
    reject: (id, reason, actor) => reject(dependencies, id, reason, actor)
  }
}

async function sendAgain(
  dependencies: DeliveryDependencies,
  id: string,
  actor: string
): Promise<Delivery> {
  const { clock, store } = dependencies
  const delivery = await found(dependencies, id)
  if (hasEnded(delivery)) return wrongState(delivery)
  const now = clock.now()
  const state = stateToResume(dependencies, delivery)
  const entry = deliveryAudit(delivery, {
    kind: 'operator.sentAgain',
    at: now,
    actor,
    details: { from: delivery.state, to: state }
  })
  const patch: DeliveryPatch = {
    state,
    attempts: 0,
    nextAttemptAt: now,
    stalledAt: null,
    // A step that is under way keeps its lease and its code: nothing may be sent twice at the same time.
    ...(state === delivery.state ? {} : { lease: null, lastCode: null })
  }
  const guard = { states: [delivery.state] }
  const updated = await store.update(id, guard, patch, [entry], now)
  return withoutSecrets(updated ?? wrongState(delivery))
}

/** Where a delivery goes on that a person sends again. */
function stateToResume(
  { system }: DeliveryDependencies,
  delivery: StoredDelivery
): DeliveryState {
  const { idempotent, status } = system.capabilities
  if (delivery.state === 'parked')
    return parkedStateToResume(delivery, !idempotent && status)
  if (delivery.state !== 'submitted' || status) return delivery.state
  // Its callback may be lost, and it cannot be asked about: the same reference is sent again, if that is safe.
  if (idempotent) return 'queued'
  throw new NationalIdError(
    `Delivery ${delivery.id} is with ${system.name}, which would do the work twice, and cannot be asked about it. Nothing was changed; ask whoever runs it about our reference.`,
    { code: 'ERR_DELIVERY_STATE' }
  )
}

/** Codes of parked deliveries whose work the system may have done, although there is no answer that could be used. */
const MAYBE_DONE: ReadonlySet<string | undefined> = new Set([
  'ERR_OUTCOME_UNKNOWN',
  'ERR_ANSWER_WITHOUT_IDENTIFIER',
  'ERR_UNEXPECTED'
])

/** A parked delivery goes on where it stopped; one whose outcome nobody knows is asked about first, where possible. */
function parkedStateToResume(
  delivery: StoredDelivery,
  mustAsk: boolean
): DeliveryState {
  if (
    delivery.secrets?.answer !== undefined ||
    delivery.operation === 'registerOnly'
  )
    return 'answered'
  if (delivery.operation === 'announceIdentity') return 'queued'
  // It was asked and cannot tell: a person has found out that nothing was done.
  if (delivery.lastCode === OUTCOME_UNDETERMINED) return 'queued'
  const maybeDone =
    delivery.submittedAt !== undefined || MAYBE_DONE.has(delivery.lastCode)
  return maybeDone && mustAsk ? 'submitted' : 'queued'
}

/** What saying no does to a delivery. */
type Rejection = 'told' | 'closed' | 'impossible'

/** Codes of parked deliveries about which core cannot be told anything (any more): they can only be closed. */
const ONLY_TO_CLOSE: ReadonlySet<string | undefined> = new Set([
  'ERR_ALREADY_ACCEPTED',
  'ERR_ALREADY_REJECTED',
  'ERR_CORE_OTHER_ACTION',
  'ERR_CORE_NOT_FOUND',
  UNREADABLE
])

function rejectionOf(delivery: StoredDelivery): Rejection {
  if (hasEnded(delivery)) return 'impossible'
  const parkedAs = delivery.state === 'parked' ? delivery.lastCode : undefined
  if (ONLY_TO_CLOSE.has(parkedAs)) return 'closed'
  if (delivery.operation === 'registerOnly') return 'impossible'
  // An identity that core takes no values for would otherwise leave the record pending for ever.
  const cannotBeWritten = parkedAs === 'ERR_IDENTIFIER_NOT_TAKEN'
  if (delivery.secrets?.answer?.outcome === 'accepted' && !cannotBeWritten)
    return 'impossible'
  return delivery.coreOwed === 'nothing' ? 'closed' : 'told'
}

async function reject(
  dependencies: DeliveryDependencies,
  id: string,
  reason: string,
  actor: string
): Promise<Delivery> {
  const { clock, events, store } = dependencies
  const delivery = await found(dependencies, id)
  const rejection = rejectionOf(delivery)
  if (rejection === 'impossible') return wrongState(delivery)
  const isTold = rejection === 'told'
  const now = clock.now()
  const entry = deliveryAudit(delivery, {
    kind: isTold ? 'operator.rejected' : 'operator.cancelled',
    at: now,
    actor,
    details: { from: delivery.state, core: isTold ? 'told' : 'not told' }
  })
  const answer = { outcome: 'refused', code: OPERATOR_CODE, reason } as const
  const patch: DeliveryPatch = isTold
    ? {
        state: 'answered',
        answer,
        answeredAt: now,
        attempts: 0,
        nextAttemptAt: now
      }
    : { state: 'cancelled', endedAt: now, ...closedReading(dependencies) }
  const updated = await store.update(
    id,
    { states: [delivery.state] },
    { ...patch, lastCode: OPERATOR_CODE, lease: null },
    [entry],
    now
  )
  if (updated === undefined) return wrongState(delivery)
  if (!isTold) events.emit({ type: 'delivery.ended', delivery: updated })
  return withoutSecrets(updated)
}

async function found(
  dependencies: DeliveryDependencies,
  id: string
): Promise<StoredDelivery> {
  const delivery = await dependencies.store.find(id, 'marked')
  if (delivery !== undefined) return delivery
  throw new NationalIdError('There is no delivery with this id.', {
    code: 'ERR_DELIVERY_UNKNOWN'
  })
}

/** Entries about another part of the same action's work are that delivery's own story. */
function concerns(id: string): (entry: AuditRecord) => boolean {
  return ({ deliveryId, kind }) =>
    deliveryId === undefined || deliveryId === id || kind === 'decision.taken'
}

function hasEnded({ state }: Delivery): boolean {
  // What is only kept for reading is done.
  const ended: readonly DeliveryState[] = [...ENDED_STATES, 'readable']
  return ended.includes(state)
}

function wrongState(delivery: Delivery): never {
  throw new NationalIdError(
    `Delivery ${delivery.id} is ${delivery.state}${delivery.state === 'answered' ? ' with an identity that the system has issued' : ''}, so this cannot be done.`,
    { code: 'ERR_DELIVERY_STATE' }
  )
}

function withoutSecrets(delivery: StoredDelivery): Delivery {
  const { secrets: _secrets, unreadable: _unreadable, ...open } = delivery
  return open
}
