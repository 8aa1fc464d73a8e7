import { plainCode } from '../domain/code'
import type {
  DeliveryState,
  FinalAnswer,
  StoredDelivery
} from '../domain/delivery'
import type { JsonObject } from '../domain/json'
import type { ConfirmationResult } from '../opencrvs/core'
import { deliveryAudit } from './audit'
import type { DeliveryDependencies } from './dependencies'
import { refusalCode } from './record-answer'
import { notice, write, type Step } from './step'

/**
 * Ends a delivery whose answer core has, or does not wait for: tells the country, then writes it.
 *
 * @param result what core has stored; undefined when core was told nothing
 */
export async function end(
  dependencies: DeliveryDependencies,
  step: Step,
  answer: FinalAnswer,
  result: ConfirmationResult | undefined
): Promise<void> {
  const { clock, events } = dependencies
  const { delivery } = step
  await tellCountry(dependencies, delivery, answer, result)
  const state = endState(delivery, answer)
  const entry = deliveryAudit(delivery, {
    kind: `delivery.${state}`,
    at: clock.now(),
    actor: 'worker',
    details: endDetails(answer, result)
  })
  const patch = {
    state,
    endedAt: clock.now(),
    lastCode: refusalCode(answer)
  }
  const ended = await write(dependencies, step, patch, [entry])
  if (ended === undefined) return
  events.emit({ type: 'delivery.ended', delivery: ended })
}

function endState(
  delivery: StoredDelivery,
  answer: FinalAnswer
): DeliveryState {
  if (answer.outcome === 'refused') return 'refused'
  return delivery.coreOwed === 'nothing' ? 'delivered' : 'confirmed'
}

function endDetails(
  answer: FinalAnswer,
  result: ConfirmationResult | undefined
): JsonObject {
  if (answer.outcome !== 'refused') return {}
  return { code: plainCode(answer.code), core: coreHas(result) }
}

function coreHas(result: ConfirmationResult | undefined): string {
  if (result === undefined) return 'not waiting'
  return result.storedAs === 'Rejected'
    ? 'rejected'
    : 'accepted without identity'
}

/** Before the delivery ends, so that a crash in between repeats it rather than loses it. */
async function tellCountry(
  { hooks }: DeliveryDependencies,
  delivery: StoredDelivery,
  answer: FinalAnswer,
  result: ConfirmationResult | undefined
): Promise<void> {
  if (answer.outcome === 'refused') {
    const { code, reason } = answer
    await hooks.run('onRejected', { ...notice(delivery), code, reason })
    return
  }
  if (delivery.coreOwed === 'nothing') return
  const registrationNumber =
    result?.registrationNumber ?? delivery.secrets?.registrationNumber
  await hooks.run('onAccepted', {
    ...notice(delivery),
    ...(registrationNumber === undefined ? {} : { registrationNumber })
  })
}
