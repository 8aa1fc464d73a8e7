import { sleep } from '../internal/clock'
import { newId } from '../internal/ids'
import { askStatus } from './ask-status'
import { purging, stalledWatch, tokenRenewal } from './chores'
import { confirm } from './confirm'
import { isSuperseded, supersede } from './deactivation'
import type { DeliveryDependencies } from './dependencies'
import { Lane } from './lane'
import type { Step } from './step'
import { submit } from './submit'

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
   * lease, so that another worker can go on at once.
   */
  stop(): Promise<void>
}

export function createDeliveryWorker(
  dependencies: DeliveryDependencies
): DeliveryWorker {
  const owner = `worker-${newId()}`
  const end = new AbortController()
  const lanes = createLanes(dependencies, owner, end.signal)
  const chores = [
    tokenRenewal(dependencies, owner),
    stalledWatch(dependencies),
    purging(dependencies)
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
      const { logger, settings, store } = dependencies
      const drained = Promise.all([
        ...lanes.map((lane) => lane.drain()),
        ...chores.map((chore) => chore.stop())
      ])
      const isDrained = new AbortController()
      const overdue = sleep(settings.stopTimeoutMs, isDrained.signal)
      await Promise.race([drained, overdue])
      end.abort()
      await drained
      isDrained.abort()
      await store.release(owner)
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
    run: (delivery) => confirm(dependencies, { delivery, owner, signal })
  })
  const towardsSystem = new Lane(dependencies, {
    name: 'system',
    owner,
    states: ['queued', 'submitted'],
    concurrency,
    isOpen: () => system.isAvailable(),
    async run(delivery) {
      await askSystem(dependencies, { delivery, owner, signal })
      towardsCore.wake()
    }
  })
  return [towardsSystem, towardsCore]
}

async function askSystem(
  dependencies: DeliveryDependencies,
  step: Step
): Promise<void> {
  const { delivery } = step
  if (delivery.state === 'submitted') {
    await askStatus(dependencies, step)
  } else if (await isSuperseded(dependencies, delivery)) {
    await supersede(dependencies, step)
  } else {
    await submit(dependencies, step, dependencies.settings.submitTimeoutMs)
  }
}
