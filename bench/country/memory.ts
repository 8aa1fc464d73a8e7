import { rounded } from '../statistics'
import { withServer } from '../server-process'
import type { Run } from '../result'
import type { Databases, MeasuredStore } from './databases'
import { figures, measureCell, type Bench } from './measure-cell'

/** Points of the curve. */
const POINTS = 20
const CONCURRENCY = 16
/** Points are reached by units, not by time. */
const PATIENCE_SECONDS = 3_600

/** `memory after 5000 registrations`. */
export const MEMORY = /^memory after (\d+) registrations$/

/** The memory of one server through so many registrations, each from its trigger to core's acceptance. */
export async function measureMemory(
  bench: Bench,
  databases: Databases,
  store: MeasuredStore,
  registrations: number
): Promise<Run[]> {
  const bare = await measureCell(bench, {
    work: 'births',
    concurrency: CONCURRENCY
  })
  const { generator, keys } = bench
  const database = await databases.of(store, 0)
  await generator.begin({ work: 'births', isBare: false, seed: '' })
  const country = {
    database: database.order,
    peersUrl: generator.peersUrl,
    concurrency: CONCURRENCY
  }
  const choice = { kind: 'country', country } as const
  const units = Math.ceil(registrations / POINTS)
  try {
    return await withServer(choice, keys, 1, async ({ target, usage }) => {
      const runs: Run[] = []
      for (let point = 1; point <= POINTS; point += 1) {
        await generator.prepare(units)
        const before = await usage()
        const report = await generator.load([target.url], {
          units,
          seconds: PATIENCE_SECONDS,
          concurrency: CONCURRENCY
        })
        const found = figures(report, [before], [await usage()])
        runs.push({
          scenario: `memory after ${point * units} registrations`,
          store,
          concurrency: CONCURRENCY,
          backlog: 0,
          perSecond: rounded(found.perSecond),
          p50Ms: rounded(found.p50Ms),
          p99Ms: rounded(found.p99Ms),
          cpuMsPerUnit: rounded(found.cpuMsPerUnit, 3),
          rssMb: rounded(found.rssMb),
          ratioToBareHapi: rounded(found.perSecond / bare.perSecond, 3)
        })
      }
      return runs
    })
  } finally {
    await database.reset()
  }
}
