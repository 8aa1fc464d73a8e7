import { OptionsError } from '../../../domain/errors'
import type { Clock } from '../../../internal/clock'
import type { Logger } from '../../../internal/logger'
import { withoutSlash } from '../../../internal/peer-address'
import type { CallName } from '../../../internal/system-call'
import type {
  CallbackMessage,
  InboundRequest,
  SystemCallbackRoute,
  SystemFinding
} from '../../system'
import type { CheckedOsiaOptions } from '../options'
import type { OsiaHttp } from '../osia-http'
import type { Publisher } from '../publish'
import { createEngineCalls } from './engine-calls'
import { readNewPerson, type NewPersonParts } from './new-person'
import { malformed, readNotifyMessage } from './notify-message'
import type { CheckedSubscription } from './options'
import { currentSecret, NOTIFY_PATH, provenByPath } from './secret-path'
import {
  createSubscription,
  type Subscription,
  type SubscriptionPace,
  type SubscriptionState
} from './subscription'

/** What a subscriber is made with. */
export type SubscriberParts = {
  options: CheckedOsiaOptions
  http: OsiaHttp
  publisher: Publisher
  clock: Clock
  logger?: Logger
  /** Where the engine reaches the routes that we bring: the public address with the plugin's prefix. */
  routesUrl?: string
  /** Shorter pauses, for tests. */
  pace?: SubscriptionPace
}

/** Our side of the register's events: the subscription to `newPerson`, and the address where they come in. */
export type Subscriber = {
  readonly callbackRoutes: readonly SystemCallbackRoute[]
  readonly state: SubscriptionState
  /** For an operator. */
  findings(): SystemFinding[]
  /**
   * Ends the subscription at the engine; until the next start nothing is told.
   * False when there was none. @throws SystemError
   */
  unsubscribe(signal: AbortSignal): Promise<boolean>
  /** Subscribes in the background: a register that is down stops nothing. */
  start(): void
  stop(): Promise<void>
}

/** How long reading the person back may take before the engine shall try again. */
const READ_WITHIN_MS = 15_000

/** How long the end of the subscription may hold up the end of the server. */
const UNSUBSCRIBE_WITHIN_MS = 3_000

/**
 * Subscribes to the register's `newPerson` and takes its deliveries.
 *
 * @throws OptionsError when nobody says where the engine reaches us
 */
export function createSubscriber(
  subscription: CheckedSubscription,
  parts: SubscriberParts
): Subscriber {
  const { logger, options } = parts
  const base = addressOf(subscription, parts)
  const kept = createKept(subscription, parts, base)
  const taking: Taking = { ...parts, subscription, kept }
  return {
    get state() {
      return kept.state
    },
    callbackRoutes: [
      {
        path: `${NOTIFY_PATH}/{secret}`,
        access:
          'the notification engine of the population register, proven by the secret part of the address (and by the mutual TLS identity that a proxy names, where configured)',
        read: (request) => takeDelivery(taking, request),
        answer: () => ({ body: '' })
      }
    ],
    findings: () => [findingOf(kept)],
    unsubscribe: (signal) => kept.unsubscribe(signal),
    start: () => kept.start(),
    async stop() {
      if (subscription.unsubscribeAtStop) {
        try {
          const deadline = AbortSignal.timeout(UNSUBSCRIBE_WITHIN_MS)
          await kept.unsubscribe(deadline)
        } catch {
          logger?.warn(
            { system: options.name },
            'the subscription could not be ended; the engine goes on sending to us'
          )
        }
      }
      await kept.stop()
    }
  }
}

type Taking = NewPersonParts & { kept: Subscription }

/** One delivery of the engine: its address proves it, then what it is decides. */
async function takeDelivery(
  taking: Taking,
  request: InboundRequest
): Promise<CallbackMessage[]> {
  await provenByPath(taking.subscription, request)
  const message = readNotifyMessage(request)
  if (message.type === 'SubscriptionConfirmation') {
    await taking.kept.confirm(message)
    return []
  }
  if (!(await taking.kept.isOurs(message))) {
    throw malformed('it is of a topic that we have not subscribed to')
  }
  return readNewPerson(taking, message, AbortSignal.timeout(READ_WITHIN_MS))
}

function createKept(
  { policy, renewEveryMs, secrets }: CheckedSubscription,
  { clock, http, logger, options, pace, publisher }: SubscriberParts,
  base: string
): Subscription {
  const system = options.name
  const topic = options.topics.newPerson
  const call: CallName = { system, what: 'createTopic', changes: false }
  return createSubscription({
    calls: createEngineCalls(http, { clock, system }),
    topic,
    policy: `${policy.everySeconds},${policy.times}`,
    renewEveryMs,
    address: async () =>
      `${base}${NOTIFY_PATH}/${await currentSecret({ secrets })}`,
    createTopic: async (signal) =>
      (await publisher.topic(topic, call, signal)).uuid,
    system,
    ...(logger === undefined ? {} : { logger }),
    ...(pace === undefined ? {} : { pace })
  })
}

function addressOf(
  { address }: CheckedSubscription,
  { routesUrl }: SubscriberParts
): string {
  const url = address ?? routesUrl
  if (url !== undefined) return withoutSlash(url)
  throw new OptionsError([
    {
      option: 'system.subscription.address',
      problem: 'is missing: where the notification engine reaches our routes.',
      see: 'docs/systems/osia.md#numbers-that-come-later'
    }
  ])
}

function findingOf({ failure, state }: Subscription): SystemFinding {
  const check = 'subscription to newPerson'
  switch (state) {
    case 'active':
      return { check, state: 'ok', found: 'The register tells us.' }
    case 'failing':
      return {
        check,
        state: 'failed',
        found: `The notification engine could not be asked: ${failure ?? ''}.`,
        remedy: 'Check urls.notification and the scope notif.sub.write.'
      }
    default:
      return {
        check,
        state: 'warning',
        found: 'The engine has not sent its confirmation message yet.',
        remedy: 'Check that the engine reaches our address.'
      }
  }
}
