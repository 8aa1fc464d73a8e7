import { setMaxListeners } from 'node:events'
import { NationalIdError } from '../domain/errors'
import { sleep } from '../internal/clock'
import { newId } from '../internal/ids'
import { cancellingAbandoned } from './cancel-abandoned'
import { purging, stalledWatch, ticketPurging, tokenRenewal } from './chores'
import type { DeliveryDependencies } from './dependencies'
import type { DeliveryEvent } from './events'
import { Lane } from './lane'
import { readingEnd } from './reading'
import { stepTowardsCore, stepTowardsSystem } from './take-step'

/** Carries deliveries from one port to the next. The only thing that does. */
export type DeliveryWorker = {
  /** Names this worker in leases. */
  readonly owner: string
  start(): void
  /** Something new may be due, towards the system, towards core, or (left out) either. */
  wake(towards?: 'system' | 'core'): void
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
  // Every step under way listens to it, and Node warns of more than ten as of a leak.
  setMaxListeners(0, end.signal)
  const lanes = createLanes(dependencies, owner, end.signal)
  const chores = [
    tokenRenewal(dependencies, owner),
    stalledWatch(dependencies),
    purging(dependencies),
    ticketPurging(dependencies),
    cancellingAbandoned(dependencies),
    ...(dependencies.system.capabilities.readsBack === undefined
      ? []
      : [readingEnd(dependencies)])
  ]
  let endHearing: (() => void) | undefined
  function wake(towards?: 'system' | 'core'): void {
    if (towards !== 'core') lanes.system.wake()
    if (towards !== 'system') lanes.core.wake()
  }
  return {
    owner,
    signal: end.signal,
    start() {
      for (const part of [lanes.system, lanes.core, ...chores]) part.start()
      endHearing = dependencies.store.onWork?.(wake)
    },
    wake,
    async stop() {
      const { logger, settings } = dependencies
      endHearing?.()
      const drained = Promise.all([
        lanes.system.drain(),
        lanes.core.drain(),
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
): { system: Lane; core: Lane } {
  const { events, settings, system } = dependencies
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
    run: (delivery) =>
      stepTowardsSystem(dependencies, { delivery, owner, signal })
  })
  events.on((event) => {
    if (GOES_ON_TOWARDS_CORE.has(event.type)) towardsCore.wake()
    // An announcement is written by the lane towards core.
    if (
      event.type === 'delivery.stored' &&
      event.delivery.part === 'announcement'
    )
      towardsSystem.wake()
  })
  return { system: towardsSystem, core: towardsCore }
}

/** After these there may be something to tell core: an answer, or a younger delivery of the record that had to wait. */
const GOES_ON_TOWARDS_CORE: ReadonlySet<DeliveryEvent['type']> = new Set([
  'delivery.answered',
  'delivery.parked',
  'delivery.ended'
])

/** Whether the work ended in time. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const done = new AbortController()
  const overdue = sleep(ms, done.signal).then(() => false)
  const inTime = await Promise.race([work.then(() => true), overdue])
  done.abort('over')
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
