import { NationalIdError, OpenCrvsError } from '../domain/errors'
import { newRegistrationNumber } from './acceptance'
import { deliveryAudit } from './audit'
import type { DeliveryDependencies } from './dependencies'
import { freshToken } from './token'
import { park, retryLater, write, type Step } from './step'

/** Meets a failure to bring an answer into the record. */
export async function confirmationFailed(
  dependencies: DeliveryDependencies,
  step: Step,
  error: unknown
): Promise<void> {
  if (step.signal.aborted) {
    await write(dependencies, step, {})
    return
  }
  const current =
    (await dependencies.store.find(step.delivery.id)) ?? step.delivery
  const held = { ...step, delivery: current }
  if (!(error instanceof OpenCrvsError)) {
    await otherFailure(dependencies, held, error)
    return
  }
  switch (error.failure) {
    case 'alreadyDone':
      await contradicted(dependencies, held, error)
      return
    case 'unauthorized':
      await unauthorized(dependencies, held, error)
      return
    case 'permanent':
      await park(dependencies, held, error.code)
      return
    case 'transient':
      await transient(dependencies, held, error)
      return
  }
}

async function otherFailure(
  dependencies: DeliveryDependencies,
  step: Step,
  error: unknown
): Promise<void> {
  if (error instanceof NationalIdError && error.retryable) {
    await retryLater(dependencies, step, { step: 'confirm', code: error.code })
    return
  }
  await park(
    dependencies,
    step,
    error instanceof NationalIdError ? error.code : 'ERR_UNEXPECTED'
  )
}

/**
 * Core has the other answer. Where that is what our own 400 brought about, all is well; otherwise the record and the
 * ID system disagree, and only a person can say which is right.
 */
async function contradicted(
  dependencies: DeliveryDependencies,
  step: Step,
  error: OpenCrvsError
): Promise<void> {
  const { clock, events } = dependencies
  const { delivery } = step
  const refused = delivery.secrets?.answer?.outcome === 'refused'
  if (!refused || error.storedAs !== 'Rejected') {
    await park(
      dependencies,
      step,
      error.storedAs === 'Rejected'
        ? 'ERR_ALREADY_REJECTED'
        : 'ERR_ALREADY_ACCEPTED'
    )
    return
  }
  const entry = deliveryAudit(delivery, {
    kind: 'delivery.refused',
    at: clock.now(),
    actor: 'worker'
  })
  const ended = await write(
    dependencies,
    step,
    { state: 'refused', endedAt: clock.now() },
    [entry]
  )
  if (ended !== undefined)
    events.emit({ type: 'delivery.ended', delivery: ended })
}

/** A refused token is replaced once by the system client's; a second refusal is for a person. */
async function unauthorized(
  dependencies: DeliveryDependencies,
  step: Step,
  error: OpenCrvsError
): Promise<void> {
  if (step.delivery.lastCode === 'ERR_TOKEN_REFUSED') {
    await park(dependencies, step, error.code)
    return
  }
  let fresh: Step | undefined
  try {
    fresh = await freshToken(dependencies, step, 'ERR_TOKEN_REFUSED')
  } catch (cause) {
    const code =
      cause instanceof NationalIdError ? cause.code : 'ERR_UNEXPECTED'
    await retryLater(dependencies, step, { step: 'confirm', code })
    return
  }
  if (fresh === undefined) return
  await write(dependencies, fresh, {
    nextAttemptAt: dependencies.clock.now(),
    lastCode: 'ERR_TOKEN_REFUSED'
  })
}

/**
 * Core says 500 both for a passing fault and for a registration number that another record has (FACTS C4), and has
 * stored nothing either way. So the same number is tried once more, then a new one: the transactionId stays the same,
 * which is what keeps core from storing two rows (FACTS C7).
 */
async function transient(
  dependencies: DeliveryDependencies,
  step: Step,
  error: OpenCrvsError
): Promise<void> {
  const { delivery } = step
  const maybeTaken =
    error.status === 500 &&
    delivery.action.type === 'REGISTER' &&
    delivery.lastCode === 'ERR_CORE_500'
  if (maybeTaken && delivery.secrets?.registrationNumber !== undefined) {
    await replaceNumber(dependencies, step, delivery.secrets.registrationNumber)
    return
  }
  await retryLater(dependencies, step, {
    step: 'confirm',
    code: error.status === 500 ? 'ERR_CORE_500' : error.code,
    retryAfterMs: error.retryAfterMs
  })
}

async function replaceNumber(
  dependencies: DeliveryDependencies,
  step: Step,
  previous: string
): Promise<void> {
  const { clock, settings } = dependencies
  const attempts = step.delivery.attempts + 1
  if (attempts >= settings.retry.maxAttempts) {
    await park(dependencies, step, 'ERR_RETRIES_SPENT')
    return
  }
  let registrationNumber: string
  try {
    registrationNumber = await newRegistrationNumber(
      dependencies,
      step.delivery
    )
  } catch {
    await retryLater(dependencies, step, {
      step: 'confirm',
      code: 'ERR_REGISTRATION_NUMBER'
    })
    return
  }
  const entry = deliveryAudit(step.delivery, {
    kind: 'registrationNumber.replaced',
    at: clock.now(),
    actor: 'worker',
    details: { previous, attempt: attempts }
  })
  await write(
    dependencies,
    step,
    {
      registrationNumber,
      attempts,
      nextAttemptAt: clock.now(),
      lastCode: 'ERR_NUMBER_REPLACED'
    },
    [entry]
  )
}
