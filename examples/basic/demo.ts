/**
 * Plays births and deaths through a simulated OpenCRVS core, this country configuration, and a simulated ID system, and
 * prints what everybody said; then the same country with MOSIP (examples/mosip) and with OSIA (examples/osia). Ends with
 * summaries, and with status 1 when something was not as it should be.
 *
 *   npm run demo
 *   npm run demo -- mosip       a part of it: http, mosip, osia, osia-later
 *   npm run demo -- --serve     all of it, and stays up afterwards
 */
import { parseArgs } from 'node:util'
import { mosipScenarios } from '../mosip/scenarios'
import { startMosipWorld, type MosipWorld } from '../mosip/world'
import { lateOsiaScenarios } from '../osia/late-scenarios'
import { osiaScenarios } from '../osia/scenarios'
import { startOsiaWorld, type OsiaWorld } from '../osia/world'
import { playAll, printSummary, type Scenario } from './play'
import { scenarios } from './scenarios'
import { get } from './timeline'
import { startWorld, type World } from './world'

async function playBasic(world: World): Promise<boolean> {
  const results = await playAll(world, scenarios)
  const { ledger } = world.idSystem
  await printSummary(world, results, ledger.doneTwice().length)
  return results.every(Boolean)
}

async function playMosip(world: MosipWorld): Promise<boolean> {
  console.log('\nThe same country with MOSIP')
  const results = await playAll(world, mosipScenarios)
  const { ledger } = world.mosip
  await printSummary(world, results, ledger.doneTwice().length)
  return results.every(Boolean)
}

/** The same country with a register that speaks OSIA: it mints when asked, or makes the numbers later by itself. */
async function playOsiaWith(
  numbers: 'atOnce' | 'later',
  played: ReadonlyArray<Scenario<OsiaWorld>>
): Promise<boolean> {
  const world = await startOsiaWorld(numbers)
  try {
    const when = numbers === 'atOnce' ? 'when asked' : 'later, by itself'
    console.log(`\nThe same country with OSIA: the register numbers ${when}`)
    const results = await playAll(world, played)
    const { ledger } = world.register
    await printSummary(world, results, ledger.doneTwice().length)
    return results.every(Boolean)
  } finally {
    await world.stop()
  }
}

async function stayUp(world: World, withMosip: MosipWorld): Promise<void> {
  const { uri } = world.server.info
  console.log(`
Everything stays up until Ctrl+C:
  country configuration  ${uri}
  OpenCRVS core          ${world.core.url}
  ID system              ${world.idSystem.url}
  OpenID provider        ${world.provider.url}

The form, with sign-in and QR codes, as a registrar sees it (people, codes and one-time codes are on the pages):
  ${formOf(world)}

Look around from another terminal. The session token of a registrar:
  TOKEN=${world.core.userToken()}
The deliveries, and one of them with its timeline:
  curl -H "Authorization: Bearer $TOKEN" '${uri}/national-id/deliveries?limit=5'
  curl -H "Authorization: Bearer $TOKEN" ${uri}/national-id/deliveries/${await newestDelivery(world)}
What a scraper and an orchestrator see:
  curl -H 'Authorization: Bearer scraper-token' ${uri}/national-id/metrics
  curl ${uri}/national-id/health/ready

The same with MOSIP, at ${withMosip.mosip.url}; its OpenCRVS gives tokens of its own:
  country configuration  ${withMosip.server.info.uri}
  form                   ${formOf(withMosip)}
  TOKEN=${withMosip.core.userToken()}`)
  await new Promise((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
}

function formOf({ clientUrl, core }: World | MosipWorld): string {
  return `${clientUrl}/events/declare/${core.createEvent('birth')}/pages/mother`
}

async function newestDelivery(world: World): Promise<string> {
  const { deliveries } = await get<{ deliveries: Array<{ id: string }> }>(
    world,
    '/deliveries?limit=1&operation=createIdentity'
  )
  return deliveries[0]?.id ?? ''
}

type Part = () => Promise<boolean>

const playOsia: Part = () => playOsiaWith('atOnce', osiaScenarios)

const playOsiaLater: Part = () => playOsiaWith('later', lateOsiaScenarios)

const PARTS = new Map<string, Part>([
  ['http', () => playIn(startWorld, playBasic)],
  ['mosip', () => playIn(startMosipWorld, playMosip)],
  ['osia', playOsia],
  ['osia-later', playOsiaLater]
])

async function playIn<W extends { stop(): Promise<void> }>(
  start: () => Promise<W>,
  play: (world: W) => Promise<boolean>
): Promise<boolean> {
  const world = await start()
  try {
    return await play(world)
  } finally {
    await world.stop()
  }
}

async function playEach(names: readonly string[]): Promise<boolean> {
  const results: boolean[] = []
  for (const name of names) {
    const play = PARTS.get(name)
    if (play === undefined) {
      throw new Error(`The demo has the parts ${[...PARTS.keys()].join(', ')}.`)
    }
    results.push(await play())
  }
  return results.every(Boolean)
}

async function playEverything(serve: boolean): Promise<boolean> {
  const world = await startWorld()
  try {
    const isRight = await playBasic(world)
    const withMosip = await startMosipWorld()
    try {
      const isRightToo = await playMosip(withMosip)
      const isRightWithOsia = await playEach(['osia', 'osia-later'])
      if (serve) await stayUp(world, withMosip)
      return isRight && isRightToo && isRightWithOsia
    } finally {
      await withMosip.stop()
    }
  } finally {
    await world.stop()
  }
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { serve: { type: 'boolean', default: false } }
  })
  const isRight =
    positionals.length > 0
      ? await playEach(positionals)
      : await playEverything(values.serve)
  process.exitCode = isRight ? 0 : 1
}

void main()
