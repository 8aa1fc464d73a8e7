import { NationalIdError } from '../../domain/errors'
import { plainCode } from '../../domain/code'
import { sleep } from '../../internal/clock'
import { randomFraction } from '../../internal/ids'
import type { Logger } from '../../internal/logger'
import { ALREADY, subscribe, type HubParts } from './hub-subscribe'

/**
 * Where a topic's subscription stands:
 * - `asked`: the hub has our request, and has not checked it with us yet;
 * - `active`: the hub has checked it, or knew it already;
 * - `denied`: the hub does not want us;
 * - `failing`: the hub could not be asked.
 */
export type SubscriptionState =
  'new' | 'asked' | 'active' | 'denied' | 'failing'

/** Our subscriptions at the hub, kept up in the background. */
export type Subscriptions = {
  readonly topics: readonly string[]
  state(topic: string): SubscriptionState | undefined
  /** The hub asks whether we want this; only what we want is confirmed. */
  confirm(topic: string, leaseSeconds: number | undefined): boolean
  deny(topic: string, reason: string): void
  start(): void
  stop(): Promise<void>
}

/** Pauses, in milliseconds; tests shorten them. */
export type SubscriptionPace = {
  /** Until the first request: the server has to listen when the hub calls back. */
  firstAfter: number
  /** After a failure; doubled up to `slowest`. */
  fastest: number
  slowest: number
  /** How long the hub may take to check a request with us. */
  checkWithin: number
}

const PACE: SubscriptionPace = {
  firstAfter: 250,
  fastest: 2_000,
  slowest: 300_000,
  checkWithin: 60_000
}

/** A shorter lease than this is nobody's wish. */
const SHORTEST_LEASE_MS = 60_000

type Topic = {
  name: string
  state: SubscriptionState
  leaseMs: number | undefined
  failures: number
  /** Ends the waiting for the hub's check. */
  settle: () => void
}

/** Whom to tell. */
type About = { system: string; logger?: Logger }

/** What one topic's loop works with. */
type Keeping = {
  hub: HubParts & { renewEveryMs: number }
  about: About
  pace: SubscriptionPace
  signal: AbortSignal
}

/**
 * Keeps subscriptions up: asks in the background, with growing pauses while the
 * hub is down, and again and again once it is up. That is more than renewal:
 * MOSIP's hub drops a subscriber to which a delivery failed, without a word,
 * and goes on from the first message that it still owes when it is asked again.
 */
export function createSubscriptions(
  hub: HubParts & { renewEveryMs: number },
  topics: readonly string[],
  about: About,
  pace: SubscriptionPace = PACE
): Subscriptions {
  const end = new AbortController()
  const kept = new Map(topics.map((name) => [name, newTopic(name)]))
  const keeping: Keeping = { hub, about, pace, signal: end.signal }
  let loops: Array<Promise<void>> = []
  return {
    topics,
    state: (name) => kept.get(name)?.state,
    confirm(name, leaseSeconds) {
      const topic = kept.get(name)
      if (topic === undefined) return false
      // Anybody can ask; only what this server is waiting for changes anything.
      if (topic.state === 'asked' || topic.state === 'active') {
        topic.leaseMs =
          leaseSeconds === undefined ? undefined : leaseSeconds * 1000
        turn(about, topic, 'active')
      }
      return true
    },
    deny(name, reason) {
      const topic = kept.get(name)
      if (topic?.state !== 'asked') return
      if (ALREADY.test(reason)) turn(about, topic, 'active')
      else turn(about, topic, 'denied', printable(reason))
    },
    start() {
      loops = [...kept.values()].map((topic) => keep(keeping, topic))
    },
    async stop() {
      end.abort()
      await Promise.all(loops)
    }
  }
}

async function keep(keeping: Keeping, topic: Topic): Promise<void> {
  const { hub, pace, signal } = keeping
  await sleep(pace.firstAfter, signal)
  while (!signal.aborted) {
    await ask(keeping, topic)
    if (topic.state === 'asked') await checked(topic, pace, signal)
    await sleep(pauseOf(topic, hub.renewEveryMs, pace), signal)
  }
}

async function ask(
  { about, hub, signal }: Keeping,
  topic: Topic
): Promise<void> {
  // A subscription that stands stays so while it is renewed.
  if (topic.state !== 'active') turn(about, topic, 'asked')
  try {
    const answer = await subscribe(hub, topic.name, signal)
    if (answer === 'already') turn(about, topic, 'active')
    topic.failures = 0
  } catch (error) {
    topic.failures += 1
    const code =
      error instanceof NationalIdError ? error.code : 'ERR_UNEXPECTED'
    if (!signal.aborted) turn(about, topic, 'failing', plainCode(code))
  }
}

function turn(
  { logger, system }: About,
  topic: Topic,
  state: SubscriptionState,
  reason?: string
): void {
  if (topic.state === state) return
  topic.state = state
  topic.settle()
  const fields = {
    system,
    topic: topic.name,
    ...(reason === undefined ? {} : { reason })
  }
  if (state === 'active') {
    logger?.info(fields, 'the hub delivers this topic to us')
  }
  if (state === 'denied' || state === 'failing') {
    logger?.warn(
      fields,
      'no subscription at the hub: answers on this topic may not arrive; it is asked again'
    )
  }
}

function newTopic(name: string): Topic {
  return {
    name,
    state: 'new',
    leaseMs: undefined,
    failures: 0,
    settle: () => undefined
  }
}

/** Waits for the hub's check of what we have just asked, or for as long as it may take. */
async function checked(
  topic: Topic,
  pace: SubscriptionPace,
  signal: AbortSignal
): Promise<void> {
  const done = new AbortController()
  topic.settle = () => done.abort()
  await sleep(pace.checkWithin, AbortSignal.any([signal, done.signal]))
  topic.settle = () => undefined
  // The hub said yes and never came: that is a failure too.
  if (topic.state === 'asked') topic.failures += 1
}

function pauseOf(
  { failures, leaseMs, state }: Topic,
  renewEveryMs: number,
  pace: SubscriptionPace
): number {
  if (state === 'active' && failures === 0) {
    const lease = Math.max(leaseMs ?? Infinity, SHORTEST_LEASE_MS)
    return Math.min(renewEveryMs, lease * 0.8)
  }
  if (state === 'denied') return pace.slowest
  const pause = Math.min(
    pace.slowest,
    pace.fastest * 2 ** Math.max(0, failures - 1)
  )
  // Two servers that lost the same hub do not come back in step.
  return pause * (0.5 + randomFraction() / 2)
}

/** A hub's words, fit for a log: it is not known who really said them. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, ' ').slice(0, 200)
}
