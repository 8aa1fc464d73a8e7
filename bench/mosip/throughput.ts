import { setTimeout as pause } from 'node:timers/promises'
import type { Call } from '../call'
import { sendAll, type LoadResult, type Refusal } from '../load'
import { medianRun, type Effort } from '../measure'
import { recordedTrigger } from '../recorded-trigger'
import type { Run } from '../result'
import { withServer, type ServerProcess } from '../server-process'
import { notDeferred } from '../not-deferred'
import { countryWith } from './country'
import { deliveryCall } from './credential'
import { peersWith, type Peers } from './peers'

/** How long work behind the answers may take before the measurement is given up. */
const PATIENCE_MS = 600_000

type Figures = LoadResult & { cpuMsPerUnit: number; rssMb: number }

/** The rows of one run, in their order. */
const ROWS = [
  'bare hapi (registrations)',
  'registrations accepted, MOSIP delivered to meanwhile',
  'registrations accepted and delivered, all in',
  'credentials to confirmed records'
] as const

/** From triggers to what has really come of them: packets and workflows in MOSIP, acceptances in core. */
export async function measureThroughput(
  concurrency: number,
  effort: Effort & { registrations: number }
): Promise<Run[]> {
  const runs: Figures[][] = []
  for (let run = 0; run < effort.runs; run += 1) {
    runs.push(await oneRun(concurrency, effort))
  }
  return ROWS.map((scenario, index) =>
    medianRun(
      { scenario, store: index === 0 ? 'none' : 'sqlite', concurrency },
      runs.map((rows) => rows[index]).filter((row) => row !== undefined),
      runs.map((rows) => rows[0]).filter((row) => row !== undefined)
    )
  )
}

async function oneRun(
  concurrency: number,
  { keys, registrations }: Effort & { registrations: number }
): Promise<Figures[]> {
  const { privateKey } = keys.auth
  const recorded = recordedTrigger('REGISTER')
  // A fifth more, which are not counted.
  const count = Math.ceil(registrations * 1.25)
  const calls = Array.from({ length: count }, () =>
    recorded.call({ privateKey })
  )
  const warmUp = calls.slice(registrations)
  const counted = calls.slice(0, registrations)
  const load = { warmUp, counted, concurrency, refusal: notDeferred }
  const bare = await withServer('bareHapi', keys, concurrency, (server) =>
    measured(server, load, async () => undefined)
  )
  const peers = await peersWith({ delayMs: 0 })
  // Those of other measurements have their deliveries in databases that are gone.
  await peers.packets()
  const choice = { kind: 'mosip', mosip: countryWith(peers.url) } as const
  const ours = await withServer(choice, keys, concurrency, async (server) => {
    const accepted = await measured(server, load, (calls) =>
      has(peers, 'workflows', calls)
    )
    const confirmed = await confirmations(server, peers, concurrency)
    return [accepted.answered, accepted.done, confirmed.done]
  })
  return [bare.answered, ...ours]
}

/** One signed and encrypted delivery for each packet that MOSIP has. */
async function confirmations(
  server: ServerProcess,
  peers: Peers,
  concurrency: number
) {
  const calls = (await peers.packets()).map(deliveryCall)
  const warmUp = calls.slice(0, Math.floor(calls.length / 5))
  const counted = calls.slice(warmUp.length)
  // Core must have stored our 202 before it is told more; that pause is over for all of them then.
  await pause(2_500)
  return measured(
    server,
    { warmUp, counted, concurrency, refusal: isNotTaken },
    (calls) => has(peers, 'accepts', calls)
  )
}

const isNotTaken: Refusal = ({ status, body }) =>
  status === 200 && body.includes('"applied"')
    ? undefined
    : `is ${status} ${body}`

type Load = {
  warmUp: readonly Call[]
  counted: readonly Call[]
  concurrency: number
  refusal: Refusal
}

/**
 * Sends calls and waits for what they lead to.
 *
 * @param arrival prepares to wait for so many results of what is sent from now on
 * @returns the figures up to the answers, and up to the results
 */
async function measured(
  { target, usage }: ServerProcess,
  { concurrency, counted, refusal, warmUp }: Load,
  arrival: (calls: number) => Promise<(() => Promise<void>) | undefined>
): Promise<{ answered: Figures; done: Figures }> {
  const waitForFirst = await arrival(warmUp.length)
  await sendAll(target, warmUp, concurrency, refusal)
  await waitForFirst?.()
  const wait = await arrival(counted.length)
  const before = await usage()
  const began = performance.now()
  const load = await sendAll(target, counted, concurrency, refusal)
  const answered = await usage()
  await wait?.()
  const seconds = (performance.now() - began) / 1000
  const after = await usage()
  const unit = (cpuMs: number) => (cpuMs - before.cpuMs) / counted.length
  return {
    answered: {
      ...load,
      cpuMsPerUnit: unit(answered.cpuMs),
      rssMb: answered.rssMb
    },
    done: {
      ...load,
      perSecond: counted.length / seconds,
      cpuMsPerUnit: unit(after.cpuMs),
      rssMb: after.rssMb
    }
  }
}

/** @throws Error when it takes too long */
async function has(
  peers: Peers,
  what: 'workflows' | 'accepts',
  calls: number
): Promise<() => Promise<void>> {
  const wanted = (await peers.counts())[what] + calls
  return async () => {
    const until = performance.now() + PATIENCE_MS
    while ((await peers.counts())[what] < wanted) {
      if (performance.now() > until) throw new Error(`${what} are missing`)
      await pause(5)
    }
  }
}
