import { NationalIdError, OpenCrvsError } from '../domain/errors'
import { newRegistrationNumber } from './acceptance'
import { deliveryAudit } from './audit'
import type { DeliveryDependencies } from './dependencies'
import { end } from './end'
import { retryDelay } from './retry-schedule'
import { logFailure } from './submission-failure'
import { freshToken } from './token'
import { park, retryLater, write, type Step } from './step'

const TOKEN_REFUSED = 'ERR_TOKEN_REFUSED'
const NUMBER_REPLACED = 'ERR_NUMBER_REPLACED'
/** Core said 500, and reading the record back has shown that nothing is stored. */
const NOT_STORED = 'ERR_CORE_NOT_STORED'
const UNAVAILABLE = 'ERR_CORE_UNAVAILABLE'

/** Code of an attempt that core answered 500, and whose outcome could not be read back. */
export const CORE_500 = 'ERR_CORE_500'

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
  logFailure(dependencies, step, error)
  // The step may have written a token or a number since it began.
  const current = await dependencies.store.find(step.delivery.id)
  // An operator or another worker has changed it meanwhile: the failure is nobody's any more.
  if (current?.state !== step.delivery.state) return
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
      await park(dependencies, held, error.code, error.status)
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
    const retryAfterMs =
      error instanceof OpenCrvsError ? error.retryAfterMs : undefined
    const { code } = error
    await retryLater(dependencies, step, {
      step: 'confirm',
      code,
      retryAfterMs
    })
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
  const answer = step.delivery.secrets?.answer
  const storedAs = error.storedAs ?? 'Accepted'
  if (answer?.outcome === 'refused' && storedAs === 'Rejected') {
    await end(dependencies, step, answer, { storedAs })
    return
  }
  await park(
    dependencies,
    step,
    storedAs === 'Rejected' ? 'ERR_ALREADY_REJECTED' : 'ERR_ALREADY_ACCEPTED'
  )
}

/** A refused token is replaced once by the system client's; a second refusal is for a person. */
async function unauthorized(
  dependencies: DeliveryDependencies,
  step: Step,
  error: OpenCrvsError
): Promise<void> {
  if (step.delivery.lastCode === TOKEN_REFUSED) {
    await park(dependencies, step, error.code)
    return
  }
  let fresh: Step | undefined
  try {
    fresh = await freshToken(dependencies, step, TOKEN_REFUSED)
  } catch (cause) {
    await otherFailure(dependencies, step, cause)
    return
  }
  if (fresh === undefined) return
  await write(dependencies, fresh, {
    nextAttemptAt: dependencies.clock.now(),
    lastCode: TOKEN_REFUSED
  })
}

async function transient(
  dependencies: DeliveryDependencies,
  step: Step,
  error: OpenCrvsError
): Promise<void> {
  const previous = step.delivery.secrets?.registrationNumber
  if (previous !== undefined && mayReplace(dependencies, step, error)) {
    const attempts = step.delivery.attempts + 1
    const isSure = error.code === NOT_STORED
    const pauseMs = isSure
      ? 0
      : retryDelay(attempts, dependencies.settings.retry)
    await replaceNumber(dependencies, step, { attempts, pauseMs })
    return
  }
  // A 500 is told apart, since it is also how core refuses a number.
  const is500 = error.code === UNAVAILABLE && error.status === 500
  const code = is500 ? CORE_500 : error.code
  const { retryAfterMs, status } = error
  await retryLater(dependencies, step, {
    step: 'confirm',
    code,
    status,
    retryAfterMs
  })
}

/**
 * Core says 500 both for a passing fault and for a registration number that another record has (FACTS C4). A new number
 * is safe at any time: should the old one be stored after all, the transactionId, which stays the same, makes core keep
 * it (FACTS C7). But numbers are not to be wasted on an outage:
 * - where the record was read and shows nothing stored, the number is the likeliest cause, and is replaced at once; only
 *   not twice in a row, since then it was not the number;
 * - where it could not be read (the token may lack `record.read`), the third failure replaces it, then the sixth, the
 *   twelfth and so on.
 */
function mayReplace(
  { system }: DeliveryDependencies,
  step: Step,
  error: OpenCrvsError
): boolean {
  // The system was given the number with its request: another one would be a registration that it knows nothing of.
  const isElsewhere =
    system.capabilities.needsRegistrationNumber === true &&
    step.delivery.operation !== 'registerOnly'
  return !isElsewhere && isNumberTaken(step, error)
}

function isNumberTaken({ delivery }: Step, error: OpenCrvsError): boolean {
  if (delivery.action.type !== 'REGISTER' || error.status !== 500) return false
  if (error.code === NOT_STORED) return delivery.lastCode !== NUMBER_REPLACED
  return Number.isInteger(Math.log2((delivery.attempts + 1) / 3))
}

async function replaceNumber(
  dependencies: DeliveryDependencies,
  step: Step,
  how: { attempts: number; pauseMs: number }
): Promise<void> {
  const { clock, settings } = dependencies
  const { attempts, pauseMs } = how
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
  } catch (error) {
    await otherFailure(dependencies, step, error)
    return
  }
  const entry = deliveryAudit(step.delivery, {
    kind: 'registrationNumber.replaced',
    at: clock.now(),
    actor: 'worker',
    details: { attempt: attempts }
  })
  await write(
    dependencies,
    step,
    {
      registrationNumber,
      attempts,
      nextAttemptAt: clock.now() + pauseMs,
      lastCode: NUMBER_REPLACED
    },
    [entry]
  )
}
