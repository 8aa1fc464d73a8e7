import { randomUUID } from 'node:crypto'
import { send, type Target } from '../call'
import { givesStatus, isNot200 } from '../identity/form-answer'
import { unknownTicket } from '../identity/redeem'
import { redeemCall, signIn } from '../identity/sign-in'
import { isNotVerified } from '../mosip/verification'
import { notDeferred } from '../not-deferred'
import type { CallPool } from './call-pool'
import { callbackCall, isNotApplied } from './callback-call'
import type { CountryPeers } from './country-peers'
import { createLimit } from './limit'
import { expectAnswer, timedCall } from './units'
import { closedLoop, type Unit, type Work } from './work'

/** Of ten units of an ordinary day, seven are births, two are sign-ins and one is a verification. */
const DAY = ['b', 'b', 's', 'b', 'b', 'v', 'b', 'b', 's', 'b']
const BIRTHS = ['b']

/** Below what the server lets in at once (64). */
const SIGN_INS_AT_ONCE = 48
/** How long the ID system takes to answer a request that it has. */
const ANSWER_MS = 20
/** How long registrations may be under way before the measurement is given up. */
const PATIENCE_MS = 120_000

export type MixedOrder = {
  births: CallPool
  declarations: CallPool
  peers: CountryPeers
  /** A registrar's. */
  sessionToken: string
  isBare: boolean
  /** Nothing but births, whose calls are made for once only. */
  onlyBirths: boolean
}

/**
 * An ordinary day. A birth goes the whole way: trigger, delivery, callback, acceptance; its slot goes on at the 202,
 * and the clock stops when core has accepted the last one. Latencies are those of what a registrar waits for.
 */
export function mixedWork(order: MixedOrder): Work {
  const { births, declarations, isBare, onlyBirths } = order
  const units = onlyBirths ? BIRTHS : DAY
  births.rewind()
  declarations.rewind()
  const registrations = isBare ? undefined : followRegistrations(order.peers)
  const signInLimit = createLimit(SIGN_INS_AT_ONCE)
  let position = 0

  function next(): Unit | undefined {
    const kind = units[position % units.length]
    position += 1
    if (kind === 's')
      return (target) => signInLimit(() => signedIn(target, order))
    const call = (kind === 'v' ? declarations : births).next()
    if (call === undefined) return undefined
    if (kind === 'v')
      return (target) =>
        timedCall(target, call, isBare ? notDeferred : isNotVerified)
    return async (target) => {
      await registrations?.room()
      const took = await timedCall(target, call, notDeferred)
      // The bare route's share of the callback that follows.
      if (isBare) await timedCall(target, callbackCall(randomUUID()), isNot200)
      return took
    }
  }

  return {
    prepare(count) {
      if (onlyBirths) births.drop()
      births.prepare(Math.ceil(count * (onlyBirths ? 1 : 0.7)) + 10)
      if (!onlyBirths) declarations.prepare(Math.ceil(count * 0.1) + 10)
    },
    load(targets, limits) {
      registrations?.begin(targets, limits.concurrency)
      return closedLoop(targets, limits, next, registrations?.settled)
    }
  }
}

/** Start, return from the provider, and collect: three calls, or three of the bare route. */
async function signedIn(
  target: Target,
  { isBare, sessionToken }: MixedOrder
): Promise<number> {
  const who = { eventId: randomUUID(), person: 'mother' } as const
  const began = performance.now()
  if (isBare) {
    const call = redeemCall(who, { ...unknownTicket(), token: sessionToken })
    for (let each = 0; each < 3; each += 1)
      await timedCall(target, call, isNot200)
  } else {
    const collect = await signIn(target, who, sessionToken)
    expectAnswer(await send(target, collect), givesStatus('authenticated'))
  }
  return performance.now() - began
}

/** Answers for the ID system, and knows how many registrations core has not accepted yet. */
function followRegistrations(peers: CountryPeers) {
  let open = 0
  let most = Infinity
  let changed: Array<() => void> = []
  let target: Target | undefined
  let failure: Error | undefined

  async function answer(reference: string): Promise<void> {
    if (target === undefined) return
    await timedCall(target, callbackCall(reference), isNotApplied)
  }

  peers.onSubmitted((reference) => {
    setTimeout(() => {
      answer(reference).catch((thrown: unknown) => {
        failure = new Error('a callback was not taken', { cause: thrown })
      })
    }, ANSWER_MS)
  })
  peers.onAccepted(() => {
    open -= 1
    const waiting = changed
    changed = []
    for (const go of waiting) go()
  })

  async function below(limit: number): Promise<void> {
    const until = performance.now() + PATIENCE_MS
    while (open >= limit) {
      if (failure !== undefined) throw failure
      if (performance.now() > until)
        throw new Error(`core has not heard of ${open} registrations`)
      await new Promise<void>((resolve) => {
        changed.push(resolve)
        // A failure is noticed without a change.
        setTimeout(resolve, 1_000).unref()
      })
    }
  }

  return {
    begin(targets: readonly Target[], concurrency: number) {
      target = targets[0]
      most = Math.max(256, 4 * concurrency)
    },
    /** Waits until another registration may begin. */
    async room() {
      await below(most)
      open += 1
    },
    settled: () => below(1)
  }
}
