import { median, percentile, rounded } from '../statistics'
import { withServer, type ServerChoice } from '../server-process'
import type { Run } from '../result'
import type { Databases } from './databases'
import type { Bench } from './measure-cell'

type Started = { ms: number; cpuMs: number; rssMb: number }

/** From nothing to a server that takes calls, its store open; the unit is a start. */
export async function measureStartUp(
  { generator, keys }: Bench,
  databases: Databases,
  { backlogs, repeats }: { backlogs: readonly number[]; repeats: number }
): Promise<Run[]> {
  const start = (choice: ServerChoice): Promise<Started> =>
    withServer(choice, keys, 1, async ({ startUpMs, usage }) => {
      const { cpuMs, rssMb } = await usage()
      return { ms: startUpMs, cpuMs, rssMb }
    })
  const bare: Started[] = []
  for (let repeat = 0; repeat < repeats; repeat += 1)
    bare.push(await start({ kind: 'bareHapi' }))
  const about = { concurrency: 1, backlog: 0, store: 'none' } as const
  const runs = [
    startRow({ ...about, scenario: 'bare hapi (start-up)' }, bare, bare)
  ]
  for (const store of databases.stores) {
    for (const backlog of backlogs) {
      const database = await databases.of(store, backlog)
      const country = {
        database: database.order,
        peersUrl: generator.peersUrl,
        concurrency: 8
      }
      const starts: Started[] = []
      for (let repeat = 0; repeat < repeats; repeat += 1)
        starts.push(await start({ kind: 'country', country }))
      runs.push(
        startRow(
          { ...about, scenario: 'start-up', store, backlog },
          starts,
          bare
        )
      )
    }
  }
  return runs
}

function startRow(
  about: Pick<Run, 'scenario' | 'store' | 'backlog' | 'concurrency'>,
  starts: readonly Started[],
  bare: readonly Started[]
): Run {
  const of = (all: readonly Started[], key: keyof Started) =>
    median(all.map((each) => each[key]))
  const sorted = starts.map(({ ms }) => ms).sort((a, b) => a - b)
  const ms = of(starts, 'ms')
  return {
    ...about,
    perSecond: rounded(1000 / ms),
    p50Ms: rounded(ms),
    p99Ms: rounded(percentile(sorted, 0.99)),
    cpuMsPerUnit: rounded(of(starts, 'cpuMs'), 3),
    rssMb: rounded(of(starts, 'rssMb')),
    ratioToBareHapi: rounded(of(bare, 'ms') / ms, 3)
  }
}
