import type { ConfirmationTarget, StoredDelivery } from '../domain/delivery'
import { NationalIdError } from '../domain/errors'
import { sleep } from '../internal/clock'
import { CORE_500 } from './confirmation-failure'
import type { DeliveryDependencies } from './dependencies'
import type { Step } from './step'

/** After this long core has stored our own answer for certain, whatever became of it. */
const YOUNG_MS = 10 * 60 * 1000
/** What made the first confirmation fail (core's documents service) may take a moment to come back. */
const READS = 3
const PAUSE_MIN_MS = 250

/**
 * Has core index a record afresh where its search may be behind what it has stored, which only a read brings about
 * (FACTS C6):
 * - nobody knows whether our 202 had reached core (a restart, another process): the acceptance may have overtaken it;
 * - the attempt before this one was answered 500, and the record could not be read then: core stores first and indexes
 *   later (FACTS B10), and takes the repetition for no change.
 *
 * It needs a scope that not every token has, so a refusal is no failure.
 */
export async function healSearch(
  dependencies: DeliveryDependencies,
  step: Step,
  { target, token }: { target: ConfirmationTarget; token: string }
): Promise<void> {
  if (!mayBeBehind(dependencies, step.delivery)) return
  let pauseMs = dependencies.settings.acceptPauseMs
  for (let read = 1; read <= READS; read += 1) {
    await sleep(pauseMs, step.signal)
    pauseMs = Math.max(PAUSE_MIN_MS, pauseMs * 2)
    const failure = await readOnce(dependencies, target, token)
    if (failure === undefined) return
    if (read < READS && failure.isPassing && !step.signal.aborted) continue
    dependencies.logger.warn(
      { deliveryId: step.delivery.id, code: failure.code },
      'the record could not be read after its confirmation; search may show it as it was before, until somebody opens it'
    )
    return
  }
}

async function readOnce(
  { core }: DeliveryDependencies,
  target: ConfirmationTarget,
  token: string
): Promise<{ code: string; isPassing: boolean } | undefined> {
  try {
    await core.readAction(target, token)
    return undefined
  } catch (error) {
    return error instanceof NationalIdError
      ? { code: error.code, isPassing: error.retryable }
      : { code: 'ERR_UNEXPECTED', isPassing: false }
  }
}

function mayBeBehind(
  { clock, gate }: DeliveryDependencies,
  delivery: StoredDelivery
): boolean {
  if (delivery.lastCode === CORE_500) return true
  const isYoung = clock.now() - delivery.createdAt < YOUNG_MS
  return isYoung && gate.flushedAt(delivery.id) === 'unknown'
}
