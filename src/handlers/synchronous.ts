import { newRegistrationNumber, recordValues } from '../delivery/acceptance'
import { submit } from '../delivery/submit'
import type { FinalAnswer, StoredDelivery } from '../domain/delivery'
import type { DeliveryPatch } from '../store/store'
import { goesOnBehind, repeatedAnswer } from './repeated-answer'
import type { Runtime } from './runtime'
import { deferred, type TriggerAnswer } from './trigger-answer'

/**
 * Tries the system while core waits. Whatever does not succeed within the budget goes on behind, and core is answered
 * 202. The delivery is on disk throughout, so a crash at any point leaves it to the worker.
 */
export async function deliverSynchronously(
  runtime: Runtime,
  delivery: StoredDelivery
): Promise<TriggerAnswer> {
  try {
    const answered = await attempt(runtime, delivery)
    return answered === undefined
      ? deferred(delivery.id)
      : await repeatedAnswer(runtime, answered)
  } catch (failure) {
    // A store that fails now, or a server that stops. A 400 would have core reject what the system may have done.
    goesOnBehind(runtime, delivery, failure)
    return deferred(delivery.id)
  } finally {
    runtime.worker.wake()
  }
}

function attempt(
  runtime: Runtime,
  delivery: StoredDelivery
): Promise<StoredDelivery | undefined> {
  const { options, worker } = runtime
  return submit(
    runtime.delivery,
    { delivery, owner: worker.owner, signal: worker.signal },
    options.delivery.syncBudgetMs,
    (answer, submitted) => promise(runtime, submitted, answer)
  )
}

/**
 * What is written together with the system's answer so that core can be answered 200 or 400 at once: the number is on
 * disk before core sees it, and the worker makes sure later that core has it. When that cannot be had now, core is
 * answered 202 and the worker does it all.
 */
async function promise(
  runtime: Runtime,
  delivery: StoredDelivery,
  answer: FinalAnswer
): Promise<DeliveryPatch> {
  const { clock, settings } = runtime.delivery
  const checkAt = clock.now() + settings.checkAfterMs
  const check: DeliveryPatch = {
    coreOwed: 'check',
    confirmNotBefore: checkAt,
    nextAttemptAt: checkAt
  }
  if (answer.outcome === 'refused') return check
  try {
    const values = await recordValues(runtime.delivery, delivery, answer)
    if (values.dropped.length > 0) return {}
    if (delivery.action.type !== 'REGISTER') return check
    // The system was told one already, so that is the record's.
    if (delivery.secrets?.registrationNumber !== undefined) return check
    return {
      ...check,
      registrationNumber: await newRegistrationNumber(
        runtime.delivery,
        delivery
      )
    }
  } catch (error) {
    goesOnBehind(runtime, delivery, error)
    return {}
  }
}
