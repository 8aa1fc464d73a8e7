import { plainCode } from '../domain/code'
import { NationalIdError, SystemError } from '../domain/errors'
import { deliveryAudit } from './audit'
import type { DeliveryDependencies } from './dependencies'
import { park, retryLater, write, type Step } from './step'
import { CircuitOpenError } from './system-gateway'

/**
 * Stands at a delivery while a system that is not idempotent is called, and after a call whose outcome nobody knows.
 * A `queued` delivery that has it must not be sent again without asking.
 */
export const OUTCOME_UNKNOWN = 'ERR_OUTCOME_UNKNOWN'

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
  logBug(dependencies, step, error)
  if (isOutcomeUnknown(error) && !dependencies.system.capabilities.idempotent) {
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
    await park(dependencies, step, failure.code)
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
    ...(retryAfterMs === undefined ? {} : { retryAfterMs })
  }
}

/** Logs a failure that is a bug, by its place. */
export function logBug(
  { logger, system }: DeliveryDependencies,
  { delivery }: Step,
  error: unknown
): void {
  if (error instanceof NationalIdError) return
  // Only the stack's places: the message of an unknown error may quote personal data.
  const places =
    error instanceof Error
      ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
      : []
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
