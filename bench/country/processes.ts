import { medianRun, type Figures } from '../measure'
import type { Run } from '../result'
import type { Databases } from './databases'
import { turned } from './matrix'
import { measureCell, type Bench } from './measure-cell'

const CONCURRENCY = 64

/** `callback on 4 processes`. */
export const PROCESSES = /^callback on (\d+) process(?:es)?$/

/** Callbacks to several server processes that share one PostgreSQL database. */
export async function measureProcesses(
  bench: Bench,
  databases: Databases,
  { counts, repeats }: { counts: readonly number[]; repeats: number }
): Promise<Run[]> {
  if (!databases.stores.includes('postgres')) return []
  const database = await databases.of('postgres', 0)
  const bare: Figures[] = []
  const measured = counts.map((): Figures[] => [])
  const cell = { work: 'callback', concurrency: CONCURRENCY } as const
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    bare.push(await measureCell(bench, cell))
    for (const index of turned(counts.length, repeat)) {
      const processes = counts[index] ?? 1
      measured[index]?.push(
        await measureCell(bench, { ...cell, database, processes })
      )
    }
  }
  const concurrency = CONCURRENCY
  return [
    medianRun(
      { scenario: 'bare hapi (processes)', store: 'none', concurrency },
      bare,
      bare
    ),
    ...counts.map((count, index) => {
      const scenario = `callback on ${count} ${count === 1 ? 'process' : 'processes'}`
      return medianRun(
        { scenario, store: 'postgres', concurrency },
        measured[index] ?? [],
        bare
      )
    })
  ]
}
