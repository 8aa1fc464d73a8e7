import type { Target } from '../call'
import { percentile } from '../statistics'

/** How long to go on: whichever comes first. */
export type Limits = {
  units: number
  seconds: number
  /** Units at a time. */
  concurrency: number
}

/** What came of it. */
export type LoadReport = {
  units: number
  perSecond: number
  p50Ms: number
  p99Ms: number
  /** Processor time of the load generator. */
  clientCpuMs: number
}

/** One unit; gives the latency of what the caller waited for. */
export type Unit = (target: Target) => Promise<number>

/** What servers are loaded with. */
export type Work = {
  /** Makes so many units before the clock starts; those of the last time that are left are dropped. */
  prepare(units: number): void
  load(targets: readonly Target[], limits: Limits): Promise<LoadReport>
}

/**
 * Does units one after the other in so many slots at a time.
 *
 * @param next gives no unit when there are no more
 * @param settled waits for what goes on behind the units; the clock stops after it
 */
export async function closedLoop(
  targets: readonly Target[],
  { concurrency, seconds, units }: Limits,
  next: () => Unit | undefined,
  settled: () => Promise<void> = async () => undefined
): Promise<LoadReport> {
  const latencies: number[] = []
  const cpu = process.cpuUsage()
  const began = performance.now()
  const until = began + seconds * 1000
  let taken = 0
  async function slot(target: Target): Promise<void> {
    while (taken < units && performance.now() < until) {
      const unit = next()
      if (unit === undefined) return
      taken += 1
      latencies.push(await unit(target))
    }
  }
  const slots = Array.from({ length: concurrency }, (_, index) => {
    const target = targets[index % targets.length]
    if (target === undefined) throw new Error('there is no server')
    return slot(target)
  })
  await Promise.all(slots)
  await settled()
  return report(latencies.length, performance.now() - began, cpu, latencies)
}

/** @param cpu when the clock started */
export function report(
  units: number,
  elapsedMs: number,
  cpu: NodeJS.CpuUsage,
  latencies: number[]
): LoadReport {
  const { system, user } = process.cpuUsage(cpu)
  const sorted = latencies.sort((a, b) => a - b)
  return {
    units,
    perSecond: (units * 1000) / elapsedMs,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    clientCpuMs: (system + user) / 1000
  }
}
