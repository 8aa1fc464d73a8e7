import type { StoredDelivery, SystemRequest } from '../domain/delivery'
import { isAnswer } from './answer-check'
import { deliveryAudit } from './audit'
import type { DeliveryDependencies } from './dependencies'
import { NEVER, recordAnswer } from './record-answer'
import { retryDelay } from './retry-schedule'
import type { StatusAnswer, StatusQuery } from '../systems/system'
import { park, retryLater, write, type Step } from './step'
import {
  describe,
  logFailure,
  OUTCOME_UNDETERMINED
} from './submission-failure'
import { CircuitOpenError } from './system-gateway'

/** Asks the system what became of a `submitted` delivery, instead of waiting for its callback for ever. */
export async function askStatus(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<void> {
  const { settings, system } = dependencies
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
  let answer: StatusAnswer
  try {
    answer = await system.status(queryOf(delivery, request), {
      attempt: delivery.attempts + 1,
      timeoutMs: settings.submitTimeoutMs,
      signal: step.signal
    })
    if (!isEnd(answer) && !isAnswer(answer))
      throw new TypeError('not an answer')
  } catch (error) {
    await statusFailed(dependencies, step, error)
    return
  }
  if (answer.outcome === 'unknown') await sendAgain(dependencies, step)
  // Neither waiting nor asking helps, and sending might do the work twice.
  else if (answer.outcome === 'undetermined')
    await park(dependencies, step, OUTCOME_UNDETERMINED)
  else await recordAnswer(dependencies, step, answer, () => Promise.resolve({}))
}

/** Whether the answer has no content of its own. */
function isEnd(
  answer: StatusAnswer
): answer is Extract<
  StatusAnswer,
  { outcome: 'unknown' } | { outcome: 'undetermined' }
> {
  return answer.outcome === 'unknown' || answer.outcome === 'undetermined'
}

function queryOf(
  { secrets, systemReference }: StoredDelivery,
  request: SystemRequest
): StatusQuery {
  const { reference, operation } = request
  const registrationNumber = secrets?.registrationNumber
  return {
    reference,
    operation,
    request: {
      ...request,
      ...(registrationNumber === undefined ? {} : { registrationNumber })
    },
    ...(systemReference === undefined ? {} : { systemReference })
  }
}

async function statusFailed(
  dependencies: DeliveryDependencies,
  step: Step,
  error: unknown
): Promise<void> {
  const { clock, settings } = dependencies
  if (error instanceof CircuitOpenError || step.signal.aborted) {
    await write(dependencies, step, {
      nextAttemptAt: clock.now() + settings.retry.initialMs
    })
    return
  }
  logFailure(dependencies, step, error)
  // A status that cannot be had never ends a delivery: the callback may still come.
  await retryLater(dependencies, step, { step: 'status', ...describe(error) })
}

/**
 * The system has never seen it, so sending it is safe, and needed. Not in a circle without end, though: the attempts
 * that came to nothing count, and the last one is always left.
 */
async function sendAgain(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<void> {
  const { clock, settings } = dependencies
  const now = clock.now()
  const attempts = Math.min(
    step.delivery.attempts,
    settings.retry.maxAttempts - 1
  )
  const pause = attempts === 0 ? 0 : retryDelay(attempts, settings.retry)
  const entry = deliveryAudit(step.delivery, {
    kind: 'delivery.unknownToSystem',
    at: now,
    actor: 'system'
  })
  await write(
    dependencies,
    step,
    { state: 'queued', attempts, nextAttemptAt: now + pause, lastCode: null },
    [entry]
  )
}
