/** Plays scenarios one after another, and prints what everybody said and whether all is as it should be. */
import { isDeepStrictEqual } from 'node:util'
import {
  get,
  settled,
  story,
  timeline,
  type Shown,
  type Voice
} from './timeline'
import type { Country } from './world'

/** One thing that is played: what it shows, the play, and what must be so in the end. */
export type Scenario<W> = {
  title: string
  /** Plays it and gives the record it is about. */
  play(world: W): Promise<string>
  /** What is looked at in the end. */
  look(world: W, eventId: string, deliveries: readonly Shown[]): unknown
  expected: unknown
}

/** Where scenarios are played. */
export type Stage = Country & {
  /** Lets the ID system behave as usual again. */
  calm(): void
  /** What was said about a record and its deliveries. */
  voices(references: readonly string[]): Voice[]
}

/** Plays all of them, and tells of each whether it went as it should. */
export async function playAll<W extends Stage>(
  world: W,
  scenarios: ReadonlyArray<Scenario<W>>
): Promise<boolean[]> {
  const results: boolean[] = []
  for (const [index, scenario] of scenarios.entries()) {
    console.log(`\n${index + 1}. ${scenario.title}`)
    results.push(await playOne(world, scenario))
  }
  return results
}

async function playOne<W extends Stage>(
  world: W,
  scenario: Scenario<W>
): Promise<boolean> {
  world.calm()
  const since = Date.now()
  const eventId = await scenario.play(world)
  const deliveries = await settled(world, eventId)
  const seen = scenario.look(world, eventId, deliveries)
  const references = [eventId, ...deliveries.map(({ delivery }) => delivery.id)]
  const voices = world.voices(references)
  for (const line of timeline(voices, since)) console.log(line)
  for (const line of story(deliveries)) console.log(line)
  const isRight = isDeepStrictEqual(seen, scenario.expected)
  console.log(`  ${isRight ? '✓' : '✗'} ${JSON.stringify(seen)}`)
  if (!isRight) {
    console.log(`    expected ${JSON.stringify(scenario.expected)}`)
  }
  return isRight
}

/** How many went as they should, and what became of the deliveries. */
export async function printSummary(
  world: Stage,
  results: readonly boolean[],
  mintedTwice: number
): Promise<void> {
  const { deliveries } = await get<{
    deliveries: Array<{ state: string }>
  }>(world, '/deliveries?limit=200')
  const states = new Map<string, number>()
  for (const { state } of deliveries) {
    states.set(state, (states.get(state) ?? 0) + 1)
  }
  const counts = [...states].map(([state, count]) => `${count} ${state}`)
  const right = results.filter(Boolean).length
  console.log(`\n${right} of ${results.length} scenarios went as they should.`)
  console.log(`Deliveries: ${counts.join(', ')}.`)
  console.log(
    `Identities minted twice: ${mintedTwice}. Records left unreadable: ${world.core.bricked.length}.`
  )
}
