import type { AuditEvent } from '../domain/audit'
import type { StoredDelivery } from '../domain/delivery'
import { StoreError } from '../domain/errors'
import { WRITTEN_UNSURE } from '../delivery/abandoned'
import type { DeliveryDependencies } from '../delivery/dependencies'
import { sleep } from '../internal/clock'
import type { NewDelivery } from '../store/store'

/** Core waits without a limit (FACTS B7), and a registrar for some seconds: enough for a database that restarts. */
const PATIENCE_MS = 5_000
const PAUSE_MIN_MS = 50
const PAUSE_MAX_MS = 500

/** What a trigger is to have written. */
export type TriggerWork = {
  main: NewDelivery
  following: readonly NewDelivery[]
  audit: readonly AuditEvent[]
}

/**
 * Writes the deliveries of a trigger, and finds out whether they were written when the store lost the connection during
 * the commit: the same is written again until the store answers. Finding it there means that the first time went well.
 *
 * If the store stays away, the deliveries are abandoned: core may then be told that the trigger is refused, and they
 * are cancelled should they have been written after all. Answering 202 instead would leave the record waiting for ever
 * if they were not (FACTS B4).
 *
 * @throws StoreError `ERR_STORE_UNSURE` in that case; otherwise as `Store.insert`, and then nothing was written
 */
export async function insertForSure(
  dependencies: Pick<DeliveryDependencies, 'abandoned' | 'logger' | 'store'>,
  work: TriggerWork,
  signal: AbortSignal,
  patienceMs = PATIENCE_MS
): Promise<{ delivery: StoredDelivery; inserted: boolean }> {
  const { abandoned, logger } = dependencies
  const { main, following } = work
  const about = { deliveryId: main.id, eventId: main.event.id }
  try {
    return await insert(dependencies, work)
  } catch (error) {
    if (!(error instanceof StoreError) || !error.outcomeUnknown) throw error
    logger.warn(
      { ...about, code: error.code },
      'the store lost the connection during a commit; the delivery is written again to find out'
    )
    const ended = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
    const found = await insertUntil(dependencies, work, ended)
    if (found !== undefined) return found
    abandoned.add(main, following)
    throw unsure(main, error)
  }
}

async function insertUntil(
  dependencies: Pick<DeliveryDependencies, 'store'>,
  work: TriggerWork,
  ended: AbortSignal
): Promise<{ delivery: StoredDelivery; inserted: boolean } | undefined> {
  let pauseMs = PAUSE_MIN_MS
  while (!ended.aborted) {
    await sleep(pauseMs, ended)
    pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS)
    try {
      return await insert(dependencies, work)
    } catch (error) {
      // Whatever the store says now, it has not said whether the first attempt was kept.
      if (!(error instanceof StoreError)) throw error
    }
  }
  return undefined
}

/** Found with our own id, it was written by us: before, or just now. */
async function insert(
  { store }: Pick<DeliveryDependencies, 'store'>,
  { main, following, audit }: TriggerWork
): Promise<{ delivery: StoredDelivery; inserted: boolean }> {
  const { delivery, inserted } = await store.insert(main, audit, following)
  return { delivery, inserted: inserted || delivery.id === main.id }
}

function unsure(main: NewDelivery, cause: StoreError): StoreError {
  return new StoreError(
    `The store lost the connection while delivery ${main.id} for action ${main.action.id} of event ${main.event.id} was being committed, and did not answer again in time. Core is told that the action is refused, so that it can be tried again, and the delivery is cancelled should it be there; check the database.`,
    { code: WRITTEN_UNSURE, retryable: true, cause }
  )
}
