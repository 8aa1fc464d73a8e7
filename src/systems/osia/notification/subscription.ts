import { plainCode } from '../../../domain/code'
import { NationalIdError } from '../../../domain/errors'
import { sleep } from '../../../internal/clock'
import { randomFraction } from '../../../internal/ids'
import type { Logger } from '../../../internal/logger'
import type { EngineCalls, EngineSubscription } from './engine-calls'
import { malformed, type NotifyMessage } from './notify-message'

/**
 * Where the subscription stands:
 * - `new`: nothing was asked yet;
 * - `asked`: the engine knows us, and its confirmation message is awaited;
 * - `active`: events reach us;
 * - `failing`: the engine could not be asked.
 */
export type SubscriptionState = 'new' | 'asked' | 'active' | 'failing'

/** Pauses, in milliseconds; tests shorten them. */
export type SubscriptionPace = {
  /** Until the first request: the server has to listen when the engine calls back. */
  firstAfter: number
  /** After a failure; doubled up to `slowest`. */
  fastest: number
  slowest: number
  /** How long the engine may take for its confirmation message. */
  confirmWithin: number
}

const PACE: SubscriptionPace = {
  firstAfter: 250,
  fastest: 2_000,
  slowest: 300_000,
  confirmWithin: 120_000
}

/** What keeping a subscription takes. */
export type SubscriptionParts = {
  calls: EngineCalls
  /** The topic's name at the engine. */
  topic: string
  policy: string
  renewEveryMs: number
  /** Our address, with its secret. @throws NationalIdError */
  address(): Promise<string>
  /** Makes the topic where it is missing; gives its UUID. @throws SystemError */
  createTopic(signal: AbortSignal): Promise<string>
  system: string
  logger?: Logger
  pace?: SubscriptionPace
}

/** Our subscription, kept up in the background. */
export type Subscription = {
  readonly state: SubscriptionState
  /** Code of the last failure, while it is failing. */
  readonly failure: string | undefined
  /**
   * Takes the engine's confirmation message: one for the subscription that is
   * awaited, and for no other.
   * @throws MalformedError when it is about another, SystemError
   */
  confirm(message: NotifyMessage): Promise<void>
  /**
   * Whether an event is of our topic.
   * @throws SystemError when the engine could not be asked yet which that is
   */
  isOurs(message: NotifyMessage): Promise<boolean>
  /** Ends it at the engine. False when there was none. @throws SystemError */
  unsubscribe(signal: AbortSignal): Promise<boolean>
  start(): void
  stop(): Promise<void>
}

/** The subscription, and how keeping it goes. */
type Kept = {
  readonly parts: SubscriptionParts
  readonly pace: SubscriptionPace
  readonly end: AbortController
  state: SubscriptionState
  failure: string | undefined
  known: EngineSubscription | undefined
  asking: Promise<void> | undefined
  failures: number
  /** How often in a row the confirmation message did not come. */
  unconfirmed: number
  loop: Promise<void> | undefined
  /** Ends the waiting for the confirmation message. */
  settle: () => void
}

/**
 * Keeps a subscription up. Everything about it is known by asking the engine
 * again, which is idempotent, so nothing is stored: after a restart the engine
 * says whether it is still active.
 */
export function createSubscription(parts: SubscriptionParts): Subscription {
  const kept: Kept = {
    parts,
    pace: parts.pace ?? PACE,
    end: new AbortController(),
    state: 'new',
    failure: undefined,
    known: undefined,
    asking: undefined,
    failures: 0,
    unconfirmed: 0,
    loop: undefined,
    settle: () => undefined
  }
  return {
    get state() {
      return kept.state
    },
    get failure() {
      return kept.failure
    },
    confirm: (message) => confirm(kept, message),
    async isOurs({ subscriptionId, topicId }) {
      const { topicId: ours, uuid } = await current(kept)
      return topicId === ours && (subscriptionId ?? uuid) === uuid
    },
    unsubscribe: (signal) => unsubscribe(kept, signal),
    start: () => void (kept.loop ??= keep(kept)),
    async stop() {
      kept.end.abort()
      await kept.loop
    }
  }
}

async function confirm(kept: Kept, message: NotifyMessage): Promise<void> {
  const { topicId, uuid } = await current(kept)
  const isAwaited =
    message.topicId === topicId && message.subscriptionId === uuid
  if (!isAwaited || message.token === undefined) {
    throw malformed('it confirms a subscription that is not ours')
  }
  // The same message once more: there is nothing left to do.
  if (kept.state === 'active') return
  const { calls } = kept.parts
  if (!(await calls.confirm(message.token, kept.end.signal))) {
    throw malformed('its token is not known to the engine')
  }
  kept.unconfirmed = 0
  turn(kept, 'active')
}

async function unsubscribe(kept: Kept, signal: AbortSignal): Promise<boolean> {
  await kept.asking
  const known = kept.known ?? (await askEngine(kept, signal))
  // Otherwise it would be renewed.
  kept.end.abort()
  const isGone = await kept.parts.calls.unsubscribe(known.uuid, signal)
  kept.known = undefined
  turn(kept, 'new')
  return isGone
}

/** What the engine says of it; a message may be faster than the answer to our own request. */
async function current(kept: Kept): Promise<EngineSubscription> {
  await kept.asking
  if (kept.known === undefined) await ask(kept)
  if (kept.known !== undefined) return kept.known
  throw new NationalIdError(
    'A notification came while it was not known which subscription is ours: the engine could not be asked. Nothing was changed; the engine sends it again.',
    { code: 'ERR_NOTIFICATION_NOT_SUBSCRIBED', retryable: true }
  )
}

async function keep(kept: Kept): Promise<void> {
  const { signal } = kept.end
  await sleep(kept.pace.firstAfter, signal)
  while (!signal.aborted) {
    await ask(kept)
    if (kept.state === 'asked') await confirmed(kept)
    await sleep(pauseOf(kept), signal)
  }
}

/** Asks once for all who wait for it; never throws. */
async function ask(kept: Kept): Promise<void> {
  kept.asking ??= askOnce(kept).finally(() => {
    kept.asking = undefined
  })
  await kept.asking
}

async function askOnce(kept: Kept): Promise<void> {
  const { signal } = kept.end
  try {
    const { active } = await askEngine(kept, signal)
    kept.failures = 0
    turn(kept, active ? 'active' : 'asked')
  } catch (error) {
    if (signal.aborted) return
    kept.failures += 1
    const code = error instanceof NationalIdError ? error.code : undefined
    turn(kept, 'failing', plainCode(code ?? 'ERR_UNEXPECTED'))
  }
}

async function askEngine(
  kept: Kept,
  signal: AbortSignal
): Promise<EngineSubscription> {
  const { calls, policy, topic } = kept.parts
  const address = await kept.parts.address()
  // Subscribing to what there is not is refused (FACTS D7).
  await kept.parts.createTopic(signal)
  if (kept.unconfirmed >= 2) await forget(kept, signal)
  kept.known = await calls.subscribe({ topic, address, policy }, signal)
  return kept.known
}

/** An engine that asks once alone may have asked before we listened: only a new subscription makes it ask again. */
async function forget(kept: Kept, signal: AbortSignal): Promise<void> {
  kept.unconfirmed = 0
  if (kept.known === undefined) return
  await kept.parts.calls.unsubscribe(kept.known.uuid, signal)
}

/** Waits for the confirmation message, or for as long as it may take. */
async function confirmed(kept: Kept): Promise<void> {
  const done = new AbortController()
  kept.settle = () => done.abort()
  const either = AbortSignal.any([kept.end.signal, done.signal])
  await sleep(kept.pace.confirmWithin, either)
  kept.settle = () => undefined
  if (kept.state === 'asked') kept.unconfirmed += 1
}

function pauseOf(kept: Kept): number {
  const { failures, pace, parts, state } = kept
  if (state === 'active') return parts.renewEveryMs
  // Asked, and not confirmed: it was waited for already.
  if (failures === 0) return pace.fastest
  const pause = Math.min(pace.slowest, pace.fastest * 2 ** (failures - 1))
  // Two servers that lost the same engine do not come back in step.
  return pause * (0.5 + randomFraction() / 2)
}

function turn(kept: Kept, state: SubscriptionState, failure?: string): void {
  kept.failure = failure
  if (kept.state === state) return
  kept.state = state
  kept.settle()
  const { logger, system, topic } = kept.parts
  if (state === 'active') {
    logger?.info({ system, topic }, 'the register tells us of this topic')
  }
  if (state === 'failing') {
    logger?.warn(
      { system, topic, code: failure },
      'no subscription at the notification engine: numbers that are told later may not arrive; it is asked again'
    )
  }
}
