import type { BenchDatabase } from '../database/database'
import type { Prepared } from '../database/prepared-ids'
import type { Generator } from '../generator/start'
import type { WorkKind } from '../generator/generator'
import type { LoadReport } from '../generator/work'
import type { BenchKeys } from '../keys'
import type { Figures } from '../measure'
import { withServer, type ServerProcess } from '../server-process'
import type { Usage } from '../servers/order'

/** What all measurements of a run of the bench have. */
export type Bench = {
  keys: BenchKeys
  generator: Generator
  /** Of each measurement. */
  seconds: number
  /** Units before the clock starts, at the least. */
  warmUp: number
}

/** One measurement: a scenario, so many at a time, with a database or with bare hapi. */
export type Cell = {
  work: WorkKind
  concurrency: number
  /** Bare hapi without. */
  database?: BenchDatabase
  /** Servers on the same database; default 1. */
  processes?: number
}

/** Deliveries are prepared for a server that does so many in a second. */
const MOST_PER_SECOND = 2_500
/** However slow the first units are. */
const WARM_UP_SECONDS = 60

/** Calls to the ID system at a time, as the package has it by default. */
const USUAL_CALLS = 8

/** Databases are used again and again, with other deliveries each time. */
let seeds = 0

/** Starts servers, warms them up, measures, and puts the database back. */
export async function measureCell(bench: Bench, cell: Cell): Promise<Figures> {
  const { concurrency, database, processes = 1, work } = cell
  const { generator, keys } = bench
  const warmUp = Math.max(bench.warmUp, 4 * concurrency)
  seeds += 1
  const seed = `measured-${seeds}`
  const as = PREPARED[work]
  if (database !== undefined && as !== undefined) {
    const count = warmUp + Math.ceil(bench.seconds * MOST_PER_SECOND)
    await database.add({ seed, count, as })
  }
  await generator.begin({ work, isBare: database === undefined, seed })
  try {
    return await withServers(
      processes,
      () => withServerOf(cell, bench),
      keys,
      (servers) => measured(bench, cell, servers, warmUp)
    )
  } finally {
    await database?.reset()
  }
}

/** In which state the deliveries are that the work is about. */
const PREPARED: Partial<Record<WorkKind, Prepared['as']>> = {
  delivery: 'queued',
  callback: 'submitted'
}

type Choice = Parameters<typeof withServer>[0]

function withServerOf({ concurrency, database, work }: Cell, bench: Bench) {
  if (database === undefined) return 'bareHapi'
  const { peersUrl } = bench.generator
  const country = {
    database: database.order,
    // Where somebody calls, the worker is not what is to be held back.
    concurrency:
      work === 'delivery' ? concurrency : Math.max(USUAL_CALLS, concurrency),
    // A trigger's way ends at the 202.
    ...(work === 'trigger' ? {} : { peersUrl })
  }
  return { kind: 'country', country } as const
}

async function withServers<Result>(
  count: number,
  choose: () => Choice,
  keys: BenchKeys,
  work: (servers: readonly ServerProcess[]) => Promise<Result>
): Promise<Result> {
  async function more(started: readonly ServerProcess[]): Promise<Result> {
    if (started.length === count) return work(started)
    return withServer(choose(), keys, 1, (server) => more([...started, server]))
  }
  return more([])
}

async function measured(
  { generator, seconds }: Bench,
  { concurrency }: Cell,
  servers: readonly ServerProcess[],
  warmUp: number
): Promise<Figures> {
  const urls = servers.map(({ target }) => target.url)
  await generator.prepare(warmUp)
  const first = await generator.load(urls, {
    units: warmUp,
    seconds: WARM_UP_SECONDS,
    concurrency
  })
  // The first units are slower than the rest.
  const most = Math.min(first.perSecond * 2, MOST_PER_SECOND * 2) * seconds
  const units = Math.max(Math.ceil(most), 4 * concurrency)
  await generator.prepare(units)
  const before = await usages(servers)
  const report = await generator.load(urls, { units, seconds, concurrency })
  return figures(report, before, await usages(servers))
}

function usages(servers: readonly ServerProcess[]): Promise<Usage[]> {
  return Promise.all(servers.map(({ usage }) => usage()))
}

/** Processor time of all servers together; memory of the largest. */
export function figures(
  { p50Ms, p99Ms, perSecond, units }: LoadReport,
  before: readonly Usage[],
  after: readonly Usage[]
): Figures {
  if (units === 0) throw new Error('nothing was done while the clock ran')
  const cpuMs = (usage: readonly Usage[]) =>
    usage.reduce((sum, each) => sum + each.cpuMs, 0)
  const steps = after[0]?.steps
  return {
    perSecond,
    // What has no caller has the server's own times.
    ...(p50Ms === 0 && steps !== undefined ? steps : { p50Ms, p99Ms }),
    cpuMsPerUnit: (cpuMs(after) - cpuMs(before)) / units,
    rssMb: Math.max(...after.map(({ rssMb }) => rssMb))
  }
}
