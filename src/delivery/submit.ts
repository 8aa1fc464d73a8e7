import type {
  FinalAnswer,
  StoredDelivery,
  SystemAnswer
} from '../domain/delivery'
import { NationalIdError, SystemError } from '../domain/errors'
import type { DeliveryPatch } from '../store/store'
import { plainCode } from '../domain/code'
import { lacksIdentifier } from './answer-check'
import { deliveryAudit } from './audit'
import type { DeliveryDependencies } from './dependencies'
import { park, retryLater, write, type Step } from './step'
import { CircuitOpenError } from './system-gateway'

/** Later than any date that matters: such a delivery waits for a callback, not for the clock. */
export const NEVER = Number.MAX_SAFE_INTEGER

/** How long after an unknown outcome the system is asked what became of the request. */
const ASK_AFTER_MS = 5_000

/**
 * Sends a `queued` delivery to the system and writes what came of it.
 *
 * @returns the delivery as it is afterwards when the system answered, undefined when it has to be tried again or was
 * left to a person.
 */
export async function submit(
  dependencies: DeliveryDependencies,
  step: Step,
  timeoutMs: number,
  onAnswered: (answer: FinalAnswer) => Promise<DeliveryPatch> = () =>
    Promise.resolve({})
): Promise<StoredDelivery | undefined> {
  const request = step.delivery.secrets?.request
  if (request === undefined || request === null) {
    await park(dependencies, step, 'ERR_DELIVERY_EMPTY')
    return undefined
  }
  let answer: SystemAnswer
  try {
    answer = await dependencies.system.submit(request, {
      attempt: step.delivery.attempts + 1,
      timeoutMs,
      signal: step.signal
    })
  } catch (error) {
    await submissionFailed(dependencies, step, error)
    return undefined
  }
  return recordAnswer(dependencies, step, answer, onAnswered)
}

/** Writes an answer that the system gave to a call of ours. */
export async function recordAnswer(
  dependencies: DeliveryDependencies,
  step: Step,
  answer: SystemAnswer,
  onAnswered: (answer: FinalAnswer) => Promise<DeliveryPatch>
): Promise<StoredDelivery | undefined> {
  if (answer.outcome === 'pending')
    return recordPending(dependencies, step, answer.systemReference)
  const { clock, eventSettings, events } = dependencies
  const { event, operation } = step.delivery
  if (lacksIdentifier(operation, answer, eventSettings(event.type))) {
    await park(dependencies, step, 'ERR_ANSWER_WITHOUT_IDENTIFIER')
    return undefined
  }
  const now = clock.now()
  const entry = deliveryAudit(step.delivery, {
    kind: 'delivery.answered',
    at: now,
    actor: 'system',
    details: {
      outcome: answer.outcome,
      by: 'response',
      ...(answer.outcome === 'refused' ? { code: plainCode(answer.code) } : {})
    }
  })
  const more = await onAnswered(answer)
  const answered = await write(
    dependencies,
    step,
    {
      state: 'answered',
      answer,
      answeredAt: now,
      attempts: 0,
      nextAttemptAt: Math.max(now, step.delivery.confirmNotBefore),
      lastCode: answer.outcome === 'refused' ? plainCode(answer.code) : null,
      ...more
    },
    [entry]
  )
  if (answered !== undefined)
    events.emit({
      type: 'delivery.answered',
      delivery: answered,
      outcome: answer.outcome
    })
  return answered
}

async function recordPending(
  dependencies: DeliveryDependencies,
  step: Step,
  systemReference: string | undefined
): Promise<StoredDelivery | undefined> {
  const { clock, events, settings, system } = dependencies
  const now = clock.now()
  const first = step.delivery.state === 'queued'
  const entry = deliveryAudit(step.delivery, {
    kind: 'delivery.submitted',
    at: now,
    actor: 'worker'
  })
  const submitted = await write(
    dependencies,
    step,
    {
      state: 'submitted',
      attempts: 0,
      nextAttemptAt: system.capabilities.status
        ? now + settings.statusEveryMs
        : NEVER,
      lastCode: null,
      ...(first ? { submittedAt: now } : {}),
      ...(systemReference === undefined ? {} : { systemReference })
    },
    first ? [entry] : []
  )
  if (submitted !== undefined && first)
    events.emit({ type: 'delivery.submitted', delivery: submitted })
  return submitted
}

async function submissionFailed(
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
  if (isOutcomeUnknown(error) && !dependencies.system.capabilities.idempotent) {
    await askInstead(dependencies, step)
    return
  }
  // The server is stopping: give it back as it was, it is nobody's failure. The same request is safe to repeat.
  if (step.signal.aborted) {
    await write(dependencies, step, {})
    return
  }
  const failure = describe(error)
  if (!failure.retryable) {
    logBug(dependencies, step, error)
    await park(dependencies, step, failure.code)
    return
  }
  await retryLater(dependencies, step, { step: 'submit', ...failure })
}

/**
 * A system that would do the work twice may have done it already: it is asked, or a person is (never called again
 * blindly).
 */
async function askInstead(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<void> {
  const { clock, system } = dependencies
  if (!system.capabilities.status) {
    await park(dependencies, step, 'ERR_OUTCOME_UNKNOWN')
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
      nextAttemptAt: now + ASK_AFTER_MS,
      lastCode: 'ERR_OUTCOME_UNKNOWN'
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
  const code =
    error instanceof SystemError && error.systemCode !== undefined
      ? `${error.code}:${plainCode(error.systemCode)}`
      : error.code
  const retryAfterMs =
    error instanceof SystemError || error instanceof CircuitOpenError
      ? error.retryAfterMs
      : undefined
  return {
    code,
    retryable: error.retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs })
  }
}

function logBug(
  dependencies: DeliveryDependencies,
  step: Step,
  error: unknown
): void {
  if (error instanceof NationalIdError) return
  // Only the stack's places: the message of an unknown error may quote personal data.
  const places =
    error instanceof Error
      ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
      : []
  dependencies.logger.error(
    {
      deliveryId: step.delivery.id,
      system: dependencies.system.name,
      error: error instanceof Error ? error.name : typeof error,
      places
    },
    'the system adapter failed in a way that it should not'
  )
}
