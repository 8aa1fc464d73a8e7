import { NationalIdError } from '../domain/errors'
import { sleep } from '../internal/clock'
import { newId } from '../internal/ids'
import { purging, stalledWatch, ticketPurging, tokenRenewal } from './chores'
import type { DeliveryDependencies } from './dependencies'
import { Lane } from './lane'
import { stepTowardsCore, stepTowardsSystem } from './take-step'

/** Carries deliveries from one port to the next. The only thing that does. */
export type DeliveryWorker = {
  /** Names this worker in leases. */
  readonly owner: string
  start(): void
  /** Something new may be due. */
  wake(): void
  /** Aborts when the worker stops: for work that others do in its name (the synchronous mode). */
  readonly signal: AbortSignal
  /**
   * Takes no more work, waits for what is under way up to `stopTimeoutMs`, then aborts the rest, and gives back every
   * lease, so that another worker can go on at once. Takes a second longer at most, whatever hangs.
   */
  stop(): Promise<void>
}

/** For what was aborted to be written down. A call to core that hangs is left behind: it can be repeated. */
const GRACE_MS = 1_000

export function createDeliveryWorker(
  dependencies: DeliveryDependencies
): DeliveryWorker {
  const owner = `worker-${newId()}`
  const end = new AbortController()
  const lanes = createLanes(dependencies, owner, end.signal)
  const chores = [
    tokenRenewal(dependencies, owner),
    stalledWatch(dependencies),
    purging(dependencies),
    ticketPurging(dependencies)
  ]
  return {
    owner,
    signal: end.signal,
    start() {
      for (const part of [...lanes, ...chores]) part.start()
    },
    wake() {
      for (const lane of lanes) lane.wake()
    },
    async stop() {
      const { logger, settings } = dependencies
      const drained = Promise.all([
        ...lanes.map((lane) => lane.drain()),
        ...chores.map((chore) => chore.stop())
      ])
      await within(settings.stopTimeoutMs, drained)
      end.abort()
      if (!(await within(GRACE_MS, drained)))
        logger.warn({ owner }, 'work under way was left behind when stopping')
      await giveBack(dependencies, owner)
      logger.info({ owner }, 'the delivery worker has stopped')
    }
  }
}

function createLanes(
  dependencies: DeliveryDependencies,
  owner: string,
  signal: AbortSignal
): Lane[] {
  const { settings, system } = dependencies
  const { concurrency } = settings
  const towardsCore = new Lane(dependencies, {
    name: 'core',
    owner,
    states: ['answered'],
    concurrency,
    isOpen: () => true,
    run: (delivery) =>
      stepTowardsCore(dependencies, { delivery, owner, signal })
  })
  const towardsSystem = new Lane(dependencies, {
    name: 'system',
    owner,
    states: ['queued', 'submitted'],
    concurrency,
    isOpen: () => system.isAvailable(),
    async run(delivery) {
      await stepTowardsSystem(dependencies, { delivery, owner, signal })
      towardsCore.wake()
    }
  })
  return [towardsSystem, towardsCore]
}

/** Whether the work ended in time. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const done = new AbortController()
  const overdue = sleep(ms, done.signal).then(() => false)
  const inTime = await Promise.race([work.then(() => true), overdue])
  done.abort()
  return inTime
}

async function giveBack(
  { logger, store }: DeliveryDependencies,
  owner: string
): Promise<void> {
  try {
    await store.release(owner)
  } catch (error) {
    const code =
      error instanceof NationalIdError ? error.code : 'ERR_UNEXPECTED'
    logger.warn(
      { owner, code },
      'leases could not be given back; they end by themselves'
    )
  }
}
