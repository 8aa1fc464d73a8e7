import type {
  FinalAnswer,
  StoredDelivery,
  SystemAnswer,
  SystemRequest
} from '../domain/delivery'
import type { DeliveryPatch } from '../store/store'
import { hasNowhereToGo, newRegistrationNumber } from './acceptance'
import { isAnswer } from './answer-check'
import { cancelDeactivations } from './deactivation'
import type { DeliveryDependencies } from './dependencies'
import { openReading } from './reading'
import { recordAnswer } from './record-answer'
import { park, write, writeAndHold, type Step } from './step'
import {
  askInstead,
  OUTCOME_UNKNOWN,
  submissionFailed
} from './submission-failure'

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
  onAnswered: (
    answer: FinalAnswer,
    delivery: StoredDelivery
  ) => Promise<DeliveryPatch> = () => Promise.resolve({})
): Promise<StoredDelivery | undefined> {
  const stored = step.delivery.secrets?.request
  if (stored === undefined || stored === null) {
    await park(dependencies, step, 'ERR_DELIVERY_EMPTY')
    return undefined
  }
  if (await hasNowhereToGo(dependencies, step.delivery)) {
    await park(dependencies, step, 'ERR_IDENTIFIER_FIELD')
    return undefined
  }
  const numbered = await withNumber(dependencies, step)
  if (numbered === undefined) return undefined
  const prepared = await prepare(dependencies, numbered)
  if (prepared === undefined) return undefined
  const request = withNumberIn(stored, prepared.delivery)
  let answer: SystemAnswer
  try {
    answer = await dependencies.system.submit(request, {
      attempt: step.delivery.attempts + 1,
      timeoutMs,
      signal: step.signal
    })
    if (!isAnswer(answer)) throw new TypeError('not an answer')
  } catch (error) {
    await submissionFailed(dependencies, prepared, error)
    return undefined
  }
  return recordAnswer(dependencies, prepared, answer, (given) =>
    onAnswered(given, prepared.delivery)
  )
}

function withNumberIn(
  request: SystemRequest,
  { secrets }: StoredDelivery
): SystemRequest {
  const registrationNumber = secrets?.registrationNumber
  return registrationNumber === undefined
    ? request
    : { ...request, registrationNumber }
}

/**
 * Gives a registration its number first where the system needs it. It is on disk before the system sees it, so that
 * every attempt says the same one. Undefined when it cannot be had now.
 */
async function withNumber(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<Step | undefined> {
  const { delivery } = step
  if (
    dependencies.system.capabilities.needsRegistrationNumber !== true ||
    delivery.action.type !== 'REGISTER' ||
    delivery.secrets?.registrationNumber !== undefined
  )
    return step
  let registrationNumber: string
  try {
    registrationNumber = await newRegistrationNumber(dependencies, delivery)
  } catch (error) {
    await submissionFailed(dependencies, step, error)
    return undefined
  }
  const held = await writeAndHold(dependencies, step, { registrationNumber })
  return held === undefined ? undefined : { ...step, delivery: held }
}

/**
 * What must be so before the system is called; undefined when it is not to be called now.
 *
 * A system that would do the work twice is called only after that is written down: should the process die during the
 * call, whoever comes next finds that the outcome is unknown, and asks instead of calling again.
 */
async function prepare(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<Step | undefined> {
  const { delivery, signal } = step
  if (signal.aborted) {
    await write(dependencies, step, {})
    return undefined
  }
  if (delivery.operation === 'withdraw')
    await cancelDeactivations(dependencies, delivery)
  const { idempotent } = dependencies.system.capabilities
  if (!idempotent && delivery.lastCode === OUTCOME_UNKNOWN) {
    await askInstead(dependencies, step)
    return undefined
  }
  const { patch, audit } = openReading(dependencies, step)
  if (idempotent && patch.readable === undefined) return step
  const prepared = await writeAndHold(
    dependencies,
    step,
    { ...patch, ...(idempotent ? {} : { lastCode: OUTCOME_UNKNOWN }) },
    audit
  )
  return prepared === undefined ? undefined : { ...step, delivery: prepared }
}
