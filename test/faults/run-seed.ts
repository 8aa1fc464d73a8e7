import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { check, type Facts, type Finding } from './check'
import { firstName } from './id-register'
import { allDeliveries, sendAgain, type Seen } from './operator'
import { makePlan, type Episode, type Plan } from './plan'
import {
  askAgain,
  lastAction,
  press,
  registerOne,
  type Registered
} from './registrar'
import { seededRandom } from './seeded-random'
import type { StoreKind } from './store-place'
import { calmCallbacks, live } from './troubles'
import { createWorld, type World } from './world'

export type SeedOrder = {
  seed: number
  store: StoreKind
  registrations: number
  workers: number
  /** Leaves its folder (database and the workers' log) behind. */
  keep?: boolean
  /** Gives up when it aborts, and leaves nothing behind. */
  signal?: AbortSignal
  /** Told of progress, and of what could not be done on this machine. */
  tell: (line: string) => void
}

/** What came of one seed. */
export type SeedResult = {
  seed: number
  store: StoreKind
  workers: number
  registrations: number
  findings: Finding[]
  /** Ends of workers that nobody asked for. */
  deaths: string[]
  /** Names or identifiers found in the workers' log. */
  leaks: string[]
  /** Deliveries that a person had to send again, by code. */
  helped: Record<string, number>
  kills: number
  episodes: number
  seconds: number
}

/** Registrars who work at the same time. */
const REGISTRARS = 8
/** How long after the storm all must be over. */
const SETTLE_MS = 90_000
/** When, after the storm, the clocks catch up with the one that was furthest ahead. */
const AN_HOUR_LATER_MS = 4_000

/** Registers people while everything goes wrong, lets it settle, and compares the ledgers. */
export async function runSeed(order: SeedOrder): Promise<SeedResult> {
  const began = performance.now()
  const random = seededRandom(order.seed)
  const { startWorkers, world } = await createWorld({ ...order, random })
  try {
    const plan = makePlan({ ...order, random, storeFaults: world.place.faults })
    const { idempotent, oldTables } = plan
    await startWorkers({ count: order.workers, idempotent, oldTables })
    const registered = await storm(world, plan, order)
    const helped = await settle(world, registered, plan, order)
    const deliveries = await allDeliveries(world)
    return {
      ...order,
      findings: check(registered.map((one) => factsOf(world, one, deliveries))),
      deaths: world.workers.flatMap(({ deaths }) => deaths),
      leaks: leaksIn(world, registered),
      helped,
      kills: plan.episodes.filter(({ what }) => what === 'kill').length,
      episodes: plan.episodes.length,
      seconds: (performance.now() - began) / 1000
    }
  } finally {
    await world.destroy(order.keep)
  }
}

async function storm(
  world: World,
  plan: Plan,
  { signal, tell }: SeedOrder
): Promise<Registered[]> {
  const registered: Registered[] = []
  const troubles: Array<Promise<void>> = []
  const due: Episode[] = [...plan.episodes]
  const waiting = [...plan.registrations]
  async function work(): Promise<void> {
    for (;;) {
      signal?.throwIfAborted()
      const next = waiting.shift()
      if (next === undefined) return
      while (due[0] !== undefined && due[0].at <= next.number) {
        const episode = due.shift()
        if (episode !== undefined) troubles.push(live(world, episode))
      }
      registered.push(await registerOne(world, next))
      if (registered.length % 100 === 0) tell(`${registered.length} registered`)
    }
  }
  await Promise.all(Array.from({ length: REGISTRARS }, work))
  await Promise.all(troubles)
  return registered
}

/** Everything works again; people do what people can do; all must end. */
async function settle(
  world: World,
  registered: readonly Registered[],
  plan: Plan,
  { signal, tell }: SeedOrder
): Promise<Record<string, number>> {
  world.core.faults.clear()
  world.idSystem.faults.clear()
  calmCallbacks(world.idSystem)
  await world.idSystem.releaseCallbacks('newestFirst')
  await Promise.all(world.workers.map((worker) => worker.ready()))
  const helped: Record<string, number> = {}
  const began = Date.now()
  while (Date.now() < began + SETTLE_MS) {
    signal?.throwIfAborted()
    if (Date.now() > began + AN_HOUR_LATER_MS) letTimePass(world, plan)
    const waiting = registered.filter((one) => isUnanswered(world, one))
    const isOver = await helpOn(world, waiting, helped)
    if (isOver) return helped
    await sleep(300)
  }
  const unanswered = registered.filter((one) => isUnanswered(world, one))
  for (const one of unanswered.slice(0, 10))
    tell(
      `not settled: number ${one.number}: ${one.lastAnswer ?? 'not asked again'}`
    )
  return helped
}

/**
 * What a worker wrote whose clock was ahead is due, or held by its lease, until that time has really come. It comes for
 * all of them at once.
 */
function letTimePass({ workers }: World, { episodes }: Plan): void {
  const jumps = episodes.map((one) => (one.what === 'clock' ? one.offsetMs : 0))
  const furthest = Math.max(0, ...jumps)
  for (const worker of workers) worker.setClock(furthest)
}

/** Whether nothing waits any more. */
async function helpOn(
  world: World,
  waiting: readonly Registered[],
  helped: Record<string, number>
): Promise<boolean> {
  let deliveries: Seen[]
  try {
    deliveries = await allDeliveries(world)
  } catch {
    return false
  }
  const byAction = new Map(deliveries.map((one) => [one.action.id, one]))
  for (const one of waiting) {
    // It may have been answered since.
    if (!isUnanswered(world, one)) continue
    const last = lastAction(world, one)
    if (last === undefined || last.answers.length > 0) await press(world, one)
    else if (!byAction.has(last.actionId)) await askAgain(world, one)
  }
  const parked = deliveries.filter(({ state }) => state === 'parked')
  for (const one of parked) {
    const code = one.lastCode ?? 'no code'
    if (BEYOND_HELP.includes(code)) continue
    helped[code] = (helped[code] ?? 0) + 1
    await sendAgain(world, one).catch(() => undefined)
  }
  const hopeless = parked.filter(({ lastCode = '' }) =>
    BEYOND_HELP.includes(lastCode)
  )
  const open = deliveries.filter(({ endedAt }) => endedAt === undefined)
  return waiting.length === 0 && open.length === hopeless.length
}

/** Core and the ID system disagree, which sending again cannot mend. */
const BEYOND_HELP = ['ERR_ALREADY_REJECTED', 'ERR_ALREADY_ACCEPTED']

function isUnanswered(world: World, one: Registered): boolean {
  const answers = lastAction(world, one)?.answers ?? []
  if (answers.length === 0) return true
  const isRejected = !answers.includes('Accepted')
  return isRejected && world.register.of(one.number).refused === 0
}

function factsOf(
  { core, register }: World,
  { eventId, isAskedAgain, number, type }: Registered,
  deliveries: readonly Seen[]
): Facts {
  const rows = core.event(eventId)?.actions ?? []
  const asked = rows.filter(
    (row) => row.type === 'REGISTER' && row.status === 'Requested'
  )
  const inRecord = core.state(eventId)?.declaration['child.nid']
  const shown = core.index(eventId)?.status
  return {
    number,
    eventId,
    type,
    isAskedTwice: isAskedAgain,
    actions: asked.map(({ id }) => ({
      id,
      answers: rows
        .filter((row) => row.originalActionId === id)
        .map(({ status }) => status)
    })),
    ...(typeof inRecord === 'string' ? { inRecord } : {}),
    ...(shown === undefined ? {} : { shown }),
    ...register.of(number),
    deliveries: deliveries
      .filter(({ event }) => event.id === eventId)
      .map(({ action, ...rest }) => ({ actionId: action.id, ...rest }))
  }
}

function leaksIn(
  { logFile, register }: World,
  registered: readonly Registered[]
): string[] {
  const log = readFileSync(logFile, 'utf8')
  const secrets = registered.flatMap(({ number }) => [
    firstName(number),
    ...register.of(number).issued
  ])
  const found = secrets.filter((secret) => log.includes(secret))
  return [...found, ...(log.includes('eyJ') ? ['a token'] : [])]
}
