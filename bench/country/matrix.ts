import { medianRun, type Figures } from '../measure'
import type { Run } from '../result'
import type { Databases, MeasuredStore } from './databases'
import { measureCell, type Bench } from './measure-cell'

/** The ways that every store is measured on, by their names in the result. */
export const SCENARIOS = ['trigger', 'delivery', 'callback', 'mixed'] as const

export type CountryScenario = (typeof SCENARIOS)[number]

/** Which rows. */
export type MatrixOrder = {
  scenario: CountryScenario
  concurrency: number
  backlogs: readonly number[]
  repeats: number
}

type Place = { store: MeasuredStore; backlog: number } | 'bare'

/**
 * Measures a scenario with every store and backlog, beside bare hapi: all of them once, then all of them again, each
 * time beginning with another one, so that a change of the machine's speed meets all alike.
 */
export async function measureMatrix(
  bench: Bench,
  databases: Databases,
  { backlogs, concurrency, repeats, scenario }: MatrixOrder
): Promise<Run[]> {
  const places: Place[] = [
    'bare',
    ...databases.stores.flatMap((store) =>
      backlogs.map((backlog) => ({ store, backlog }))
    )
  ]
  const measured = places.map((): Figures[] => [])
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    for (const index of turned(places.length, repeat)) {
      const place = places[index]
      if (place === undefined) continue
      const database =
        place === 'bare'
          ? undefined
          : await databases.of(place.store, place.backlog)
      const cell = { work: scenario, concurrency }
      measured[index]?.push(
        await measureCell(
          bench,
          database === undefined ? cell : { ...cell, database }
        )
      )
    }
  }
  const bare = measured[0] ?? []
  return places.map((place, index) =>
    medianRun(
      place === 'bare'
        ? { scenario: `bare hapi (${scenario})`, store: 'none', concurrency }
        : { scenario, concurrency, ...place },
      measured[index] ?? [],
      bare
    )
  )
}

/** All indices, beginning with another one in each round. */
export function turned(length: number, round: number): number[] {
  return Array.from({ length }, (_, index) => (index + round) % length)
}
