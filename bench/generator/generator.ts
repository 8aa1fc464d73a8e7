/**
 * The load generator, with core and the ID system, in a process of its own, so that neither what it prepares nor what
 * it waits for disturbs the server under measurement. Started by bench/generator/start.ts.
 */
import * as http from 'node:http'
import type { Target } from '../call'
import type { BenchKeys } from '../keys'
import { sessionToken } from '../tokens'
import { createCallPool } from './call-pool'
import { callbackWork } from './callback-work'
import { startCountryPeers } from './country-peers'
import { deliveryWork } from './delivery-work'
import { measureFloor } from './floor'
import { mixedWork } from './mixed-work'
import { triggerWork } from './trigger-work'
import type { Limits, LoadReport, Work } from './work'

/** What servers are loaded with. */
export type WorkKind = 'trigger' | 'delivery' | 'callback' | 'mixed' | 'births'

export type BeginOrder = {
  do: 'begin'
  work: WorkKind
  /** The server is bare hapi. */
  isBare: boolean
  /** Of the prepared deliveries. */
  seed: string
}

/** What it is told. The first order is `start`. */
export type GeneratorOrder =
  | { do: 'start'; keys: BenchKeys }
  | BeginOrder
  | { do: 'prepare'; units: number }
  | { do: 'load'; urls: readonly string[]; limits: Limits }
  | { do: 'floor' }

export type Floor = { cpuMsPerCall: number; p50Ms: number; p99Ms: number }

/** What it answers. */
export type GeneratorAnswer =
  | { url: string }
  | { done: true }
  | { report: LoadReport }
  | { floor: Floor }
  | { failure: string }

type Session = (order: GeneratorOrder) => Promise<GeneratorAnswer>

async function createSession(keys: BenchKeys): Promise<[string, Session]> {
  const peers = await startCountryPeers()
  const { privateKey } = keys.auth
  const births = createCallPool('REGISTER', privateKey)
  const onceOnly = createCallPool('REGISTER', privateKey)
  const declarations = createCallPool('DECLARE', privateKey)
  const token = sessionToken(privateKey)
  let work: Work | undefined

  function begin({ isBare, seed, work: kind }: BeginOrder): Work {
    peers.onAccepted(() => undefined)
    peers.onSubmitted(() => undefined)
    peers.release()
    // There is nothing to deliver from a bare server: its figures are those of the trigger.
    if (kind === 'trigger' || (kind === 'delivery' && isBare))
      return triggerWork(births)
    if (kind === 'delivery') return deliveryWork(peers)
    if (kind === 'callback') return callbackWork(seed, peers, isBare)
    const onlyBirths = kind === 'births'
    return mixedWork({
      births: onlyBirths ? onceOnly : births,
      declarations,
      peers,
      sessionToken: token,
      isBare,
      onlyBirths
    })
  }

  const session: Session = async (order) => {
    if (order.do === 'begin') work = begin(order)
    else if (order.do === 'floor') return { floor: await measureFloor() }
    else if (work === undefined || order.do === 'start')
      throw new Error('nothing has begun')
    else if (order.do === 'prepare') work.prepare(order.units)
    else return { report: await loaded(work, order) }
    return { done: true }
  }
  return [peers.url, session]
}

async function loaded(
  work: Work,
  { limits, urls }: Extract<GeneratorOrder, { do: 'load' }>
): Promise<LoadReport> {
  // More than the slots: callbacks of the ID system come beside them.
  const maxSockets = limits.concurrency + 64
  const agent = new http.Agent({ keepAlive: true, maxSockets })
  const targets = urls.map((url): Target => ({ url, agent }))
  try {
    return await work.load(targets, limits)
  } finally {
    agent.destroy()
  }
}

async function run({ keys }: { keys: BenchKeys }): Promise<void> {
  const [url, session] = await createSession(keys)
  process.on('message', (order: GeneratorOrder | 'stop') => {
    if (order === 'stop') process.exit(0)
    session(order)
      .catch((thrown: unknown) => ({
        failure: thrown instanceof Error ? String(thrown.stack) : 'unknown'
      }))
      .then((answer: GeneratorAnswer) => process.send?.(answer))
      .catch(() => process.exit(1))
  })
  process.send?.({ url })
}

// The first order is always this one.
process.once('message', (order: { keys: BenchKeys }) => void run(order))
// Nobody measures any more.
process.once('disconnect', () => process.exit(0))
process.on('SIGINT', () => undefined)
