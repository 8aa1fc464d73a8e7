import type { AuditRecord } from '../domain/audit'
import {
  ENDED_STATES,
  type Delivery,
  type DeliveryState,
  type StoredDelivery
} from '../domain/delivery'
import { NationalIdError } from '../domain/errors'
import type { DeliveryFilter } from '../store/store'
import { deliveryAudit } from './audit'
import type { DeliveryDependencies } from './dependencies'

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
   * Goes on with a parked delivery where it stopped, or with a waiting one at once.
   * @throws NationalIdError `ERR_DELIVERY_UNKNOWN`, `ERR_DELIVERY_STATE` when it has ended
   */
  sendAgain(id: string, actor: string): Promise<Delivery>
  /**
   * Says no in the system's place: core is told the rejection (or, where core cannot take one any more, FACTS C9, the
   * action is accepted without an identity); what core does not wait for is cancelled.
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
  const state =
    delivery.state === 'parked'
      ? stateToResume(dependencies, delivery)
      : delivery.state
  const entry = deliveryAudit(delivery, {
    kind: 'operator.sentAgain',
    at: now,
    actor,
    details: { from: delivery.state, to: state }
  })
  const patch = {
    state,
    attempts: 0,
    nextAttemptAt: now,
    lastCode: null,
    stalledAt: null,
    lease: null
  }
  const updated = await store.update(
    id,
    { states: [delivery.state] },
    patch,
    [entry],
    now
  )
  return withoutSecrets(updated ?? wrongState(delivery))
}

/** A parked delivery goes on where it stopped; one whose outcome nobody knows is asked about first, where possible. */
function stateToResume(
  dependencies: DeliveryDependencies,
  delivery: StoredDelivery
): DeliveryState {
  if (
    delivery.secrets?.answer !== undefined ||
    delivery.operation === 'registerOnly'
  )
    return 'answered'
  const { idempotent, status } = dependencies.system.capabilities
  const mayBeDone =
    delivery.submittedAt !== undefined ||
    delivery.lastCode === 'ERR_OUTCOME_UNKNOWN'
  return mayBeDone && !idempotent && status ? 'submitted' : 'queued'
}

async function reject(
  dependencies: DeliveryDependencies,
  id: string,
  reason: string,
  actor: string
): Promise<Delivery> {
  const { clock, store } = dependencies
  const delivery = await found(dependencies, id)
  if (
    hasEnded(delivery) ||
    delivery.secrets?.answer?.outcome === 'accepted' ||
    delivery.operation === 'registerOnly'
  ) {
    return wrongState(delivery)
  }
  const now = clock.now()
  const waits = delivery.coreOwed !== 'nothing'
  const entry = deliveryAudit(delivery, {
    kind: waits ? 'operator.rejected' : 'operator.cancelled',
    at: now,
    actor,
    details: { from: delivery.state, core: waits ? 'told' : 'not waiting' }
  })
  const answer = { outcome: 'refused', code: OPERATOR_CODE, reason } as const
  const patch = waits
    ? ({
        state: 'answered',
        answer,
        answeredAt: now,
        attempts: 0,
        nextAttemptAt: now
      } as const)
    : ({ state: 'cancelled', endedAt: now } as const)
  const updated = await store.update(
    id,
    { states: [delivery.state] },
    { ...patch, lastCode: OPERATOR_CODE, lease: null },
    [entry],
    now
  )
  return withoutSecrets(updated ?? wrongState(delivery))
}

async function found(
  dependencies: DeliveryDependencies,
  id: string
): Promise<StoredDelivery> {
  const delivery = await dependencies.store.find(id)
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
  const ended: readonly DeliveryState[] = ENDED_STATES
  return ended.includes(state)
}

function wrongState(delivery: Delivery): never {
  throw new NationalIdError(
    `Delivery ${delivery.id} is ${delivery.state}${delivery.state === 'answered' ? ' with an identity that the system has issued' : ''}, so this cannot be done.`,
    { code: 'ERR_DELIVERY_STATE' }
  )
}

function withoutSecrets(delivery: StoredDelivery): Delivery {
  const { secrets: _secrets, ...open } = delivery
  return open
}
