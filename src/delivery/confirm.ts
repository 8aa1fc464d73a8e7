import { plainCode } from '../domain/code'
import type { FinalAnswer, StoredDelivery } from '../domain/delivery'
import { OpenCrvsError } from '../domain/errors'
import { sleep } from '../internal/clock'
import { newRegistrationNumber, recordValues } from './acceptance'
import { deliveryAudit } from './audit'
import { confirmationFailed } from './confirmation-failure'
import { earliestConfirmation } from './confirmation-time'
import type { DeliveryDependencies } from './dependencies'
import { end } from './end'
import { healSearch } from './heal-search'
import { park, write, writeAndHold, type Step } from './step'
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
    await park(dependencies, step, 'ERR_DELIVERY_EMPTY')
    return
  }
  const notBefore = earliestConfirmation(dependencies, delivery)
  const early = notBefore - clock.now()
  if (early > WORTH_A_WRITE_MS) {
    await write(dependencies, step, { nextAttemptAt: notBefore })
    return
  }
  if (early > 0) await sleep(early, step.signal)
  if (step.signal.aborted) {
    await write(dependencies, step, {})
    return
  }
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
  const result = await dependencies.core.reject({ target, token })
  await healSearch(dependencies, step, { target, token })
  await end(dependencies, step, answer, result)
}

async function acceptInCore(
  dependencies: DeliveryDependencies,
  step: Step,
  answer: FinalAnswer
): Promise<void> {
  const numbered = await withRegistrationNumber(dependencies, step)
  if (numbered === undefined) return
  const values = await recordValues(dependencies, numbered.delivery, answer)
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
  if (values.dropped.length > 0)
    await noteDropped(dependencies, numbered, values.dropped)
  await healSearch(dependencies, numbered, { target, token })
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
  // They are the system's words until it is known that they are field ids, and these are not.
  const fields = dropped.map(plainCode)
  logger.warn(
    { deliveryId: step.delivery.id, fields },
    'the answer names fields that the event does not have; they are not sent to core'
  )
  await store.audit([
    deliveryAudit(step.delivery, {
      kind: 'fields.dropped',
      at: clock.now(),
      actor: 'worker',
      details: { fields }
    })
  ])
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
