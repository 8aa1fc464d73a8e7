import { newRegistrationNumber, recordValues } from '../delivery/acceptance'
import { submit } from '../delivery/submit'
import type { FinalAnswer, StoredDelivery } from '../domain/delivery'
import { NationalIdError } from '../domain/errors'
import type { DeliveryPatch } from '../store/store'
import { repeatedAnswer } from './repeated-answer'
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
  const { options, worker } = runtime
  const step = { delivery, owner: worker.owner, signal: worker.signal }
  const answered = await submit(
    runtime.delivery,
    step,
    options.delivery.syncBudgetMs,
    (answer) => promise(runtime, delivery, answer)
  )
  worker.wake()
  return answered === undefined
    ? deferred(delivery.id)
    : repeatedAnswer(runtime, answered)
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
  const { clock, logger, settings } = runtime.delivery
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
    return {
      ...check,
      registrationNumber: await newRegistrationNumber(
        runtime.delivery,
        delivery
      )
    }
  } catch (error) {
    const code =
      error instanceof NationalIdError ? error.code : 'ERR_UNEXPECTED'
    logger.warn(
      { deliveryId: delivery.id, code },
      'core is answered 202 instead of 200; the worker goes on with it'
    )
    return {}
  }
}
