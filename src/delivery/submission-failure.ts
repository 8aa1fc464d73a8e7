import { plainCode } from '../domain/code'
import { NationalIdError, OpenCrvsError, SystemError } from '../domain/errors'
import { placesOf } from '../internal/thrown'
import { deliveryAudit } from './audit'
import type { DeliveryDependencies } from './dependencies'
import { park, retryLater, write, type Step } from './step'
import { CircuitOpenError } from './system-gateway'

/**
 * Stands at a delivery while a system that is not idempotent is called, and after a call whose outcome nobody knows.
 * A `queued` delivery that has it must not be sent again without asking.
 */
export const OUTCOME_UNKNOWN = 'ERR_OUTCOME_UNKNOWN'

/**
 * Stands at a delivery that was parked since the system, when asked, could not tell either. A person finds out by other
 * means; sending it again is then that person's word that nothing was done.
 */
export const OUTCOME_UNDETERMINED = 'ERR_OUTCOME_UNDETERMINED'

/** How long after an unknown outcome the system is asked what became of the request. */
const ASK_AFTER_MS = 5_000

/** Meets a failure to send a delivery to the system. */
export async function submissionFailed(
  dependencies: DeliveryDependencies,
  step: Step,
  error: unknown
): Promise<void> {
  const { clock } = dependencies
  if (error instanceof CircuitOpenError) {
    await write(dependencies, step, {
      nextAttemptAt: clock.now() + error.retryAfterMs,
      lastCode: error.code
    })
    return
  }
  logFailure(dependencies, step, error)
  // An announcement may come twice.
  const mayRepeat =
    dependencies.system.capabilities.idempotent ||
    step.delivery.operation === 'announceIdentity'
  if (isOutcomeUnknown(error) && !mayRepeat) {
    await askInstead(dependencies, step)
    return
  }
  // The server is stopping: give it back as it was, it is nobody's failure. The same request is safe to repeat.
  if (step.signal.aborted) {
    await write(dependencies, step, { lastCode: null })
    return
  }
  const failure = describe(error)
  if (!failure.retryable) {
    await park(dependencies, step, failure.code, failure.status)
    return
  }
  await retryLater(dependencies, step, { step: 'submit', ...failure })
}

/**
 * A system that would do the work twice may have done it already: it is asked, or a person is (never called again
 * blindly). Counts as an attempt, since it may turn out that the system has never seen it, again and again.
 */
export async function askInstead(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<void> {
  const { clock, settings, system } = dependencies
  const attempts = step.delivery.attempts + 1
  if (!system.capabilities.status || attempts >= settings.retry.maxAttempts) {
    await park(dependencies, step, OUTCOME_UNKNOWN)
    return
  }
  const now = clock.now()
  const entry = deliveryAudit(step.delivery, {
    kind: 'delivery.outcomeUnknown',
    at: now,
    actor: 'worker'
  })
  await write(
    dependencies,
    step,
    {
      state: 'submitted',
      submittedAt: now,
      attempts,
      nextAttemptAt: now + ASK_AFTER_MS,
      lastCode: OUTCOME_UNKNOWN
    },
    [entry]
  )
}

/** A failure that is no error of ours by type may have happened after the request was sent. */
function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof SystemError
    ? error.outcomeUnknown
    : !(error instanceof NationalIdError)
}

/** A failure in the terms that the schedule needs. Anything that is not ours is a bug in an adapter: never retried. */
export function describe(error: unknown): {
  code: string
  retryable: boolean
  status?: number
  retryAfterMs?: number
} {
  if (!(error instanceof NationalIdError))
    return { code: 'ERR_ADAPTER_BUG', retryable: false }
  const code = plainCode(error.code)
  const systemCode = error instanceof SystemError ? error.systemCode : undefined
  const retryAfterMs =
    error instanceof SystemError || error instanceof CircuitOpenError
      ? error.retryAfterMs
      : undefined
  return {
    code: systemCode === undefined ? code : `${code}:${plainCode(systemCode)}`,
    retryable: error.retryable,
    ...statusOf(error),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs })
  }
}

function statusOf(error: NationalIdError): { status?: number } {
  const hasStatus =
    error instanceof SystemError || error instanceof OpenCrvsError
  return hasStatus && error.status !== undefined ? { status: error.status } : {}
}

/**
 * Logs why a step failed. The text of our own errors holds names and ids only, and adapters that throw them promise the
 * same; of anything else only the kind and the place are told.
 */
export function logFailure(
  dependencies: DeliveryDependencies,
  step: Step,
  error: unknown
): void {
  if (!(error instanceof NationalIdError)) {
    logBug(dependencies, step, error)
    return
  }
  const { delivery } = step
  dependencies.logger.warn(
    {
      deliveryId: delivery.id,
      eventId: delivery.event.id,
      state: delivery.state,
      code: plainCode(error.code),
      ...statusOf(error),
      reason: error.message
    },
    'a step of a delivery failed'
  )
}

/** Logs a failure that is a bug, by its place. */
export function logBug(
  { logger, system }: DeliveryDependencies,
  { delivery }: Step,
  error: unknown
): void {
  if (error instanceof NationalIdError) return
  // Not its message: that of an unknown error may quote personal data.
  const places = error instanceof Error ? placesOf(error) : []
  logger.error(
    {
      deliveryId: delivery.id,
      system: system.name,
      error: error instanceof Error ? error.name : typeof error,
      places
    },
    'a step failed in a way that it should not'
  )
}
