import { plainCode } from '../domain/code'
import type {
  DeliveryState,
  FinalAnswer,
  StoredDelivery
} from '../domain/delivery'
import type { JsonObject } from '../domain/json'
import { NationalIdError, OpenCrvsError } from '../domain/errors'
import { sleep } from '../internal/clock'
import type { ConfirmationResult } from '../opencrvs/core'
import { newRegistrationNumber, recordValues } from './acceptance'
import { deliveryAudit } from './audit'
import { confirmationFailed } from './confirmation-failure'
import type { DeliveryDependencies } from './dependencies'
import { notice, write, writeAndHold, type Step } from './step'
import { usableToken } from './token'

/** Waiting for less than this is cheaper than writing down to come back. */
const WORTH_A_WRITE_MS = 250

/** Brings an `answered` delivery's answer into the record, and ends the delivery. */
export async function confirm(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<void> {
  const { clock, gate } = dependencies
  const { delivery } = step
  const answer = delivery.secrets?.answer
  if (answer === undefined && delivery.operation !== 'registerOnly') {
    await write(dependencies, step, {
      state: 'parked',
      lastCode: 'ERR_DELIVERY_EMPTY'
    })
    return
  }
  const notBefore = earliest(dependencies, delivery)
  const early = notBefore - clock.now()
  if (early > WORTH_A_WRITE_MS) {
    await write(dependencies, step, { nextAttemptAt: notBefore })
    return
  }
  if (early > 0) await sleep(early, step.signal)
  // Without an answer of a system there is nothing to refuse: the registration itself is made sure of.
  const toTell: FinalAnswer = answer ?? { outcome: 'accepted' }
  try {
    await tellCore(dependencies, step, toTell)
  } catch (error) {
    await confirmationFailed(dependencies, step, error)
    return
  }
  gate.forget(delivery.id)
}

/** Core's own answer must never be overtaken (FACTS C6). */
function earliest(
  dependencies: DeliveryDependencies,
  delivery: StoredDelivery
): number {
  const { clock, gate, settings } = dependencies
  if (delivery.coreOwed === 'nothing') return 0
  const flushed = gate.flushedAt(delivery.id)
  if (flushed === 'held') return clock.now() + settings.acceptPauseMs
  if (flushed === 'unknown') return delivery.confirmNotBefore
  const pause =
    delivery.coreOwed === 'check'
      ? settings.checkAfterMs
      : settings.acceptPauseMs
  return Math.max(flushed + pause, delivery.confirmNotBefore)
}

async function tellCore(
  dependencies: DeliveryDependencies,
  step: Step,
  answer: FinalAnswer
): Promise<void> {
  if (step.delivery.coreOwed === 'nothing') {
    await end(dependencies, step, answer, undefined)
    return
  }
  const held = await usableToken(dependencies, step)
  if (held === undefined) return
  if (
    answer.outcome === 'refused' &&
    dependencies.core.canRejectLater(held.delivery.action.type)
  ) {
    await rejectInCore(dependencies, held, answer)
    return
  }
  await acceptInCore(dependencies, held, answer)
}

async function rejectInCore(
  dependencies: DeliveryDependencies,
  step: Step,
  answer: FinalAnswer
): Promise<void> {
  const { target, token } = secretsOf(step)
  await dependencies.core.reject({ target, token })
  await healIfOvertaken(dependencies, step)
  await end(dependencies, step, answer, undefined)
}

async function acceptInCore(
  dependencies: DeliveryDependencies,
  step: Step,
  answer: FinalAnswer
): Promise<void> {
  const numbered = await withRegistrationNumber(dependencies, step)
  if (numbered === undefined) return
  const values = await recordValues(dependencies, numbered.delivery, answer)
  if (values.dropped.length > 0)
    await noteDropped(dependencies, numbered, values.dropped)
  const { target, token, registrationNumber } = secretsOf(numbered)
  const annotation = reasonAnnotation(dependencies, answer)
  const result = await dependencies.core.accept({
    target,
    token,
    ...(registrationNumber === undefined ? {} : { registrationNumber }),
    ...(values.declaration === undefined
      ? {}
      : { declaration: values.declaration }),
    ...(annotation === undefined ? {} : { annotation })
  })
  await healIfOvertaken(dependencies, numbered)
  await end(dependencies, numbered, answer, result)
}

/** The number is on disk before core sees it, so that every repetition says the same one (FACTS C7). */
async function withRegistrationNumber(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<Step | undefined> {
  const { delivery } = step
  if (
    delivery.action.type !== 'REGISTER' ||
    delivery.secrets?.registrationNumber !== undefined
  )
    return step
  const registrationNumber = await newRegistrationNumber(dependencies, delivery)
  const updated = await writeAndHold(dependencies, step, { registrationNumber })
  return updated === undefined ? undefined : { ...step, delivery: updated }
}

function reasonAnnotation(
  dependencies: DeliveryDependencies,
  answer: FinalAnswer
): Record<string, string> | undefined {
  const field = dependencies.settings.reasonAnnotation
  return answer.outcome === 'refused' && field !== undefined
    ? { [field]: answer.reason }
    : undefined
}

async function noteDropped(
  dependencies: DeliveryDependencies,
  step: Step,
  dropped: readonly string[]
): Promise<void> {
  const { clock, logger, store } = dependencies
  logger.warn(
    { deliveryId: step.delivery.id, fields: dropped },
    'the answer names fields that the event does not have; they are not sent to core'
  )
  await store.audit([
    deliveryAudit(step.delivery, {
      kind: 'fields.dropped',
      at: clock.now(),
      actor: 'worker',
      details: { fields: [...dropped] }
    })
  ])
}

/**
 * If nobody knows whether our 202 had reached core (a restart, another process), the acceptance may have overtaken
 * it; a read then makes core index the record afresh (FACTS C6). It needs a scope that not every token has, so a
 * refusal is no failure.
 */
async function healIfOvertaken(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<void> {
  const { clock, core, gate, logger, settings } = dependencies
  const { delivery } = step
  const young = clock.now() - delivery.createdAt < 10 * 60 * 1000
  if (gate.flushedAt(delivery.id) !== 'unknown' || !young) return
  await sleep(settings.acceptPauseMs, step.signal)
  const { target, token } = secretsOf(step)
  try {
    await core.readAction(target, token)
  } catch (error) {
    const code =
      error instanceof NationalIdError ? error.code : 'ERR_UNEXPECTED'
    logger.warn(
      { deliveryId: delivery.id, code },
      'the record could not be read after its confirmation'
    )
  }
}

async function end(
  dependencies: DeliveryDependencies,
  step: Step,
  answer: FinalAnswer,
  result: ConfirmationResult | undefined
): Promise<void> {
  const { clock, events, logger } = dependencies
  const { delivery } = step
  await tellCountry(dependencies, delivery, answer, result)
  const state = endState(delivery, answer)
  const entry = deliveryAudit(delivery, {
    kind: `delivery.${state}`,
    at: clock.now(),
    actor: 'worker',
    details: endDetails(answer, result)
  })
  const patch = { state, endedAt: clock.now() }
  const ended = await write(dependencies, step, patch, [entry])
  if (ended === undefined) return
  events.emit({ type: 'delivery.ended', delivery: ended })
  logger.info(
    { deliveryId: delivery.id, eventId: delivery.event.id, state },
    'delivery ended'
  )
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
  const core = result === undefined ? 'rejected' : 'accepted without identity'
  return { code: plainCode(answer.code), core }
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

function secretsOf(
  step: Step
): NonNullable<StoredDelivery['secrets']> & { token: string } {
  const { secrets } = step.delivery
  if (secrets?.token === undefined) {
    throw new OpenCrvsError(
      `Delivery ${step.delivery.id} has no record token.`,
      {
        code: 'ERR_TOKEN_MISSING',
        failure: 'unauthorized'
      }
    )
  }
  return { ...secrets, token: secrets.token }
}
