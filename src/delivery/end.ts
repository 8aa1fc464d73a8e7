import { plainCode } from '../domain/code'
import type {
  DeliveryState,
  FinalAnswer,
  StoredDelivery
} from '../domain/delivery'
import type { JsonObject } from '../domain/json'
import type { ConfirmationResult } from '../opencrvs/core'
import type { DeliveryPatch } from '../store/store'
import { announcementOf } from './announcement'
import { deliveryAudit } from './audit'
import type { DeliveryDependencies } from './dependencies'
import { closedReading, readingOf, type Reading } from './reading'
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
  const reading =
    state === 'refused' ? undefined : readingOf(dependencies, delivery, answer)
  const announcement = announcementOf(dependencies, delivery, answer, result)
  const entry = deliveryAudit(delivery, {
    kind: `delivery.${state}`,
    at: clock.now(),
    actor: 'worker',
    details: {
      ...endDetails(answer, result),
      ...(announcement === undefined ? {} : { announcement: announcement.id })
    }
  })
  const patch: DeliveryPatch = {
    lastCode: refusalCode(answer),
    ...(reading === undefined
      ? { state, endedAt: clock.now(), ...closedReading(dependencies) }
      : keptForReading(reading))
  }
  const following = announcement === undefined ? [] : [announcement]
  const ended = await write(dependencies, step, patch, [entry], following)
  if (ended === undefined) return
  if (reading === undefined)
    events.emit({ type: 'delivery.ended', delivery: ended })
  if (announcement !== undefined) {
    const { secrets: _secrets, createdAt, ...open } = announcement
    const stored = { ...open, createdAt, updatedAt: createdAt, attempts: 0 }
    events.emit({ type: 'delivery.stored', delivery: stored })
  }
}

/** Done, but for the reading: the end comes when that is over. */
function keptForReading(readable: Reading): DeliveryPatch {
  const { until } = readable
  return { state: 'readable', attempts: 0, nextAttemptAt: until, readable }
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
