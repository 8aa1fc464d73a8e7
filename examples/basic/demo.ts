/**
 * Plays births and deaths through a simulated OpenCRVS core, this country configuration, and a simulated ID system, and
 * prints what everybody said. Ends with a summary, and with status 1 when something was not as it should be.
 *
 *   npm run demo
 *   npm run demo -- --serve     and stays up afterwards
 */
import { isDeepStrictEqual } from 'node:util'
import { scenarios, type Scenario } from './scenarios'
import { get, settled, story, timeline } from './timeline'
import { startWorld, type World } from './world'

async function playOne(
  world: World,
  scenario: Scenario,
  number: number
): Promise<boolean> {
  console.log(`\n${number}. ${scenario.title}`)
  world.idSystem.behave({
    mode: 'asynchronous',
    decideAfterMs: 150,
    refuse: () => undefined,
    callbacks: { delivery: 'send', copies: 1 }
  })
  const since = Date.now()
  const eventId = await scenario.play(world)
  const seen = scenario.look(world, eventId)
  const deliveries = await settled(world, eventId)
  const references = [eventId, ...deliveries.map(({ delivery }) => delivery.id)]
  for (const line of timeline(world, since, references)) console.log(line)
  for (const line of story(deliveries)) console.log(line)
  const isRight = isDeepStrictEqual(seen, scenario.expected)
  console.log(`  ${isRight ? '✓' : '✗'} ${JSON.stringify(seen)}`)
  if (!isRight) {
    console.log(`    expected ${JSON.stringify(scenario.expected)}`)
  }
  return isRight
}

async function summary(world: World, results: boolean[]): Promise<void> {
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
    `Identities minted twice: ${world.idSystem.ledger.doneTwice().length}. Records left unreadable: ${world.core.bricked.length}.`
  )
}

async function stayUp(world: World): Promise<void> {
  const { uri } = world.server.info
  console.log(`
Everything stays up until Ctrl+C:
  country configuration  ${uri}
  OpenCRVS core          ${world.core.url}
  ID system              ${world.idSystem.url}
  OpenID provider        ${world.provider.url}

The form, with sign-in and QR codes, as a registrar sees it (people, codes and one-time codes are on the pages):
  ${world.clientUrl}/events/declare/${world.core.createEvent('birth')}/pages/mother

Look around from another terminal. The session token of a registrar:
  TOKEN=${world.core.userToken()}
The deliveries, and one of them with its timeline:
  curl -H "Authorization: Bearer $TOKEN" '${uri}/national-id/deliveries?limit=5'
  curl -H "Authorization: Bearer $TOKEN" ${uri}/national-id/deliveries/${await newestDelivery(world)}
What a scraper and an orchestrator see:
  curl -H 'Authorization: Bearer scraper-token' ${uri}/national-id/metrics
  curl ${uri}/national-id/health/ready`)
  await new Promise((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
}

async function newestDelivery(world: World): Promise<string> {
  const { deliveries } = await get<{ deliveries: Array<{ id: string }> }>(
    world,
    '/deliveries?limit=1&operation=createIdentity'
  )
  return deliveries[0]?.id ?? ''
}

async function main(): Promise<void> {
  const world = await startWorld()
  const results: boolean[] = []
  try {
    for (const [index, scenario] of scenarios.entries()) {
      results.push(await playOne(world, scenario, index + 1))
    }
    await summary(world, results)
    if (process.argv.includes('--serve')) await stayUp(world)
  } finally {
    await world.stop()
  }
  process.exitCode = results.every(Boolean) ? 0 : 1
}

void main()
