import { deliveryAudit } from './audit'
import type { DeliveryDependencies } from './dependencies'
import { NEVER, describe, recordAnswer } from './submit'
import { retryLater, write, type Step } from './step'
import { CircuitOpenError } from './system-gateway'

/** Asks the system what became of a `submitted` delivery, instead of waiting for its callback for ever. */
export async function askStatus(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<void> {
  const { clock, settings, system } = dependencies
  const { delivery } = step
  const request = delivery.secrets?.request
  if (
    !system.capabilities.status ||
    request === undefined ||
    request === null
  ) {
    await write(dependencies, step, { nextAttemptAt: NEVER })
    return
  }
  try {
    const answer = await system.status(
      {
        reference: request.reference,
        operation: request.operation,
        ...(delivery.systemReference === undefined
          ? {}
          : { systemReference: delivery.systemReference })
      },
      {
        attempt: delivery.attempts + 1,
        timeoutMs: settings.submitTimeoutMs,
        signal: step.signal
      }
    )
    if (answer.outcome === 'unknown') await sendAgain(dependencies, step)
    else
      await recordAnswer(dependencies, step, answer, () => Promise.resolve({}))
  } catch (error) {
    if (error instanceof CircuitOpenError || step.signal.aborted) {
      await write(dependencies, step, {
        nextAttemptAt: clock.now() + settings.retry.initialMs
      })
      return
    }
    // A status that cannot be had never ends a delivery: the callback may still come.
    await retryLater(dependencies, step, { step: 'status', ...describe(error) })
  }
}

/** The system has never seen it, so sending it is safe, and needed. */
async function sendAgain(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<void> {
  const now = dependencies.clock.now()
  const entry = deliveryAudit(step.delivery, {
    kind: 'delivery.unknownToSystem',
    at: now,
    actor: 'system'
  })
  await write(
    dependencies,
    step,
    { state: 'queued', attempts: 0, nextAttemptAt: now, lastCode: null },
    [entry]
  )
}
