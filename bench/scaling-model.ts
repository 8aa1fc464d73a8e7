import type { Run, StoreKind } from './result'

/** What is assumed of every country. docs/scaling.md says why. */
export const ASSUMPTIONS = {
  /** Births in a year for a thousand people. */
  birthsPerThousand: 18,
  /** Of all units of work; as in the scenario `mixed`. */
  shareOfBirths: 0.7,
  workingDays: 250,
  workingHours: 8,
  /** The busiest second, as a multiple of the mean one of working time. */
  peakFactor: 10,
  /** How much of what was measured is planned with. */
  use: 0.5,
  /** On disk, while a delivery waits: row and indices. */
  bytesPerDelivery: 3_000
} as const

/** What one process was measured to do, in a second. */
export type Capacity = {
  store: Exclude<StoreKind, 'none'>
  /** Waiting rows that it was measured with: as many as there are figures for. */
  backlog: number
  trigger: number
  delivery: number
  callback: number
  mixed: number
}

/** What a country needs. */
export type Need = {
  population: number
  birthsPerYear: number
  /** Births, sign-ins and verifications in the busiest second. */
  peakPerSecond: number
  /** Processes that carry the busiest second, without one to spare. */
  processes: number
  /** What is planned: on PostgreSQL one more, so that one may be missing; SQLite is for one process alone. */
  replicas: number
  /** False where one process is not enough and the store is for one process alone. */
  isEnough: boolean
  /** How much of one process's measured capacity a mean second of working time uses. */
  meanShare: number
  /** After a working day without the ID system: how long it takes one process to deliver what waits, in minutes. */
  catchUpMinutes: number
  /** What that day leaves waiting, in megabytes on disk. */
  dayOnDiskMb: number
}

/** Concurrency whose figures are planned with. */
const CONCURRENCY = 64

/**
 * What a store was measured to do; with the longest backlog that every scenario was measured with.
 *
 * @returns undefined where a figure is missing
 */
export function capacityOf(
  runs: readonly Run[],
  store: Capacity['store']
): Capacity | undefined {
  const ours = runs.filter(
    (run) => run.store === store && run.concurrency === CONCURRENCY
  )
  const backlogs = [...new Set(ours.map(({ backlog }) => backlog))]
  for (const backlog of backlogs.sort((a, b) => b - a)) {
    const of = (scenario: string) =>
      ours.find((run) => run.scenario === scenario && run.backlog === backlog)
        ?.perSecond
    const trigger = of('trigger')
    const delivery = of('delivery')
    const callback = of('callback')
    const mixed = of('mixed')
    if (
      trigger !== undefined &&
      delivery !== undefined &&
      callback !== undefined &&
      mixed !== undefined
    )
      return { store, backlog, trigger, delivery, callback, mixed }
  }
  return undefined
}

/** What a country of so many people needs, with one of the stores. */
export function needOf(population: number, capacity: Capacity): Need {
  const assumed = ASSUMPTIONS
  const birthsPerYear = (population * assumed.birthsPerThousand) / 1000
  const workingSeconds = assumed.workingDays * assumed.workingHours * 3600
  const mean = birthsPerYear / assumed.shareOfBirths / workingSeconds
  const peakPerSecond = mean * assumed.peakFactor
  const planned = capacity.mixed * assumed.use
  const processes = Math.ceil(peakPerSecond / planned)
  const isAlone = capacity.store === 'sqlite'
  const birthsPerDay = birthsPerYear / assumed.workingDays
  return {
    population,
    birthsPerYear,
    peakPerSecond,
    processes,
    replicas: isAlone ? 1 : processes + 1,
    isEnough: !isAlone || processes === 1,
    meanShare: mean / capacity.mixed,
    catchUpMinutes: birthsPerDay / (capacity.delivery * assumed.use) / 60,
    dayOnDiskMb: (birthsPerDay * assumed.bytesPerDelivery) / 1_000_000
  }
}

/** The part of a birth's way that one process is slowest at. */
export function slowestStep({
  callback,
  delivery,
  trigger
}: Capacity): 'trigger' | 'delivery' | 'callback' {
  if (trigger <= delivery && trigger <= callback) return 'trigger'
  return delivery <= callback ? 'delivery' : 'callback'
}
