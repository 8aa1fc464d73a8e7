import { plainCode } from '../domain/code'
import type {
  FinalAnswer,
  StoredDelivery,
  SystemAnswer
} from '../domain/delivery'
import type { JsonObject } from '../domain/json'
import type { DeliveryPatch } from '../store/store'
import { lacksIdentifier } from './answer-check'
import { deliveryAudit } from './audit'
import { earliestConfirmation } from './confirmation-time'
import type { DeliveryDependencies } from './dependencies'
import { park, write, type Step } from './step'

/** Later than any date that matters: such a delivery waits for a callback, not for the clock. */
export const NEVER = Number.MAX_SAFE_INTEGER

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
  const details = detailsOf(answer)
  const entry = deliveryAudit(step.delivery, {
    kind: 'delivery.answered',
    at: now,
    actor: 'system',
    details
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
      // Taken up only once it can be done: a slot of the lane is not for waiting in.
      nextAttemptAt: Math.max(
        now,
        earliestConfirmation(dependencies, step.delivery)
      ),
      lastCode: refusalCode(answer),
      ...more
    },
    [entry]
  )
  if (answered === undefined) await noteLate(dependencies, step, details)
  else {
    const { outcome } = answer
    events.emit({ type: 'delivery.answered', delivery: answered, outcome })
  }
  return answered
}

/** The code that a delivery shows once it is answered: the refusal's, and none of earlier failures. */
export function refusalCode(answer: FinalAnswer): string | null {
  return answer.outcome === 'refused' ? plainCode(answer.code) : null
}

function detailsOf(answer: FinalAnswer): JsonObject {
  const code = refusalCode(answer)
  return {
    outcome: answer.outcome,
    by: 'response',
    ...(code === null ? {} : { code })
  }
}

/**
 * Somebody else (an operator, a callback) was faster. The system has done the work all the same, which whoever settles
 * the case later must be able to see.
 */
async function noteLate(
  { clock, store }: DeliveryDependencies,
  { delivery }: Step,
  details: JsonObject
): Promise<void> {
  await store.audit([
    deliveryAudit(delivery, {
      kind: 'answer.late',
      at: clock.now(),
      actor: 'system',
      details
    })
  ])
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
