import type { AuditEvent } from '../domain/audit'
import type { Delivery, StoredDelivery } from '../domain/delivery'
import type { DeliveryPatch, NewDelivery } from '../store/store'
import { deliveryAudit } from './audit'
import type { DeliveryDependencies } from './dependencies'
import { retryDelay } from './retry-schedule'

/** One step of one delivery, by whoever holds its lease. */
export type Step = {
  delivery: StoredDelivery
  owner: string
  /** Aborts when the server stops. */
  signal: AbortSignal
}

/**
 * Writes a change, if this step still holds the delivery. Undefined means that somebody else has changed it meanwhile
 * (a callback, an operator, another worker after the lease ended): then there is nothing left to do here.
 *
 * @param following deliveries that the change brings about, written with it
 */
export async function write(
  dependencies: DeliveryDependencies,
  step: Step,
  patch: DeliveryPatch,
  audit: readonly AuditEvent[] = [],
  following: readonly NewDelivery[] = []
): Promise<StoredDelivery | undefined> {
  const { delivery, owner } = step
  const updated = await dependencies.store.update(
    delivery.id,
    { states: [delivery.state], leaseOwner: owner },
    { lease: null, ...patch },
    audit,
    dependencies.clock.now(),
    following
  )
  if (updated === undefined) {
    dependencies.logger.info(
      { deliveryId: delivery.id, state: delivery.state },
      'delivery was changed by somebody else meanwhile'
    )
  }
  return updated
}

/** Writes a change and keeps hold of the delivery for another lease. */
export function writeAndHold(
  dependencies: DeliveryDependencies,
  step: Step,
  patch: DeliveryPatch,
  audit: readonly AuditEvent[] = []
): Promise<StoredDelivery | undefined> {
  const until = dependencies.clock.now() + dependencies.settings.leaseMs
  return write(
    dependencies,
    step,
    { ...patch, lease: { owner: step.owner, until } },
    audit
  )
}

/**
 * Leaves the delivery to a person. The hook is told first, so that a crash in between tells it twice rather than never;
 * taking hold once more before shows that there is something to tell.
 *
 * @param status HTTP status of the other side's answer, if that was the cause
 */
export async function park(
  dependencies: DeliveryDependencies,
  step: Step,
  code: string,
  status?: number
): Promise<void> {
  const { clock, events, hooks } = dependencies
  const { delivery } = step
  if ((await writeAndHold(dependencies, step, {})) === undefined) return
  await hooks.run('onParked', { ...notice(delivery), code })
  const entry = deliveryAudit(delivery, {
    kind: 'delivery.parked',
    at: clock.now(),
    actor: 'worker',
    details: {
      code,
      from: delivery.state,
      attempts: delivery.attempts,
      ...(status === undefined ? {} : { status })
    }
  })
  const parked = await write(
    dependencies,
    step,
    { state: 'parked', lastCode: code },
    [entry]
  )
  if (parked === undefined) return
  events.emit({ type: 'delivery.parked', delivery: parked, code })
}

/** Tries the same step again later, or leaves it to a person once the attempts are spent. */
export async function retryLater(
  dependencies: DeliveryDependencies,
  step: Step,
  failure: {
    step: 'submit' | 'status' | 'confirm'
    code: string
    /** HTTP status of the other side's answer, if there was one. */
    status?: number | undefined
    retryAfterMs?: number | undefined
  }
): Promise<void> {
  const { clock, events, settings } = dependencies
  const attempts = step.delivery.attempts + 1
  if (failure.step !== 'status' && attempts >= settings.retry.maxAttempts) {
    await park(dependencies, step, 'ERR_RETRIES_SPENT', failure.status)
    return
  }
  const delay = retryDelay(attempts, settings.retry, failure.retryAfterMs)
  const entry = deliveryAudit(step.delivery, {
    kind: `delivery.${failure.step}Failed`,
    at: clock.now(),
    actor: 'worker',
    details: {
      code: failure.code,
      attempt: attempts,
      nextInMs: delay,
      ...(failure.status === undefined ? {} : { status: failure.status })
    }
  })
  const waiting = await write(
    dependencies,
    step,
    { attempts, nextAttemptAt: clock.now() + delay, lastCode: failure.code },
    [entry]
  )
  if (waiting === undefined) return
  events.emit({
    type: 'delivery.retried',
    delivery: waiting,
    code: failure.code,
    step: failure.step
  })
}

/** What a hook is told about a delivery. */
export function notice(delivery: Delivery): {
  event: Delivery['event']
  action: Delivery['action']
  deliveryId: string
  rule: string
} {
  return {
    event: delivery.event,
    action: delivery.action,
    deliveryId: delivery.id,
    rule: delivery.rule
  }
}
