import type { ExchangeLog } from '../exchange-log'
import type { Faults } from '../faults'
import {
  changeBehaviour,
  type MosipBehaviourChanges,
  type PacketStatus,
  type Rejection
} from './behaviour'
import {
  connectionDetails,
  type MosipConnectionDetails
} from './connection-details'
import type { ErrorAnswers } from './error-answers'
import type { SubscriptionView } from './hub'
import type { DeliveryForgery, SubscriberAnswer } from './hub-caller'
import type { KeyMaterial } from './key-material'
import type { MosipLedger } from './ledger'
import type { CredentialChanges } from './messages'
import type { OutboxMessage } from './outbox'
import type { MosipPacket } from './packet'
import { createMosipParts, type MosipParts } from './parts'
import type { MosipPerson, MosipPersonOptions } from './people'
import type { MosipRegistration } from './registration-processor'
import {
  mosipSettings,
  type MosipSettings,
  type MosipSimulatorOptions
} from './settings'

/** A simulated MOSIP: its own HTTP and cryptography, everything in memory. */
export type MosipSimulator = {
  /** Listens and gives the URL. After `disappear`, on the same port again. */
  start(): Promise<string>
  /** Ends everything that is under way; what was not delivered is lost. */
  stop(): Promise<void>
  /** Refuses connections until `start`. Work under way and deliveries go on. */
  disappear(): Promise<void>
  /** @throws Error when it was never started */
  readonly url: string
  /** What mosip() is configured with. @throws Error when it was never started */
  readonly connection: MosipConnectionDetails
  readonly keys: KeyMaterial
  /** Changes how it behaves from now on. */
  behave(changes: MosipBehaviourChanges): void
  /** What goes wrong. Kinds of calls: `token`, `createPacket`, `workflow`, `status`, `ida`, `hub`. */
  readonly faults: Faults
  /** Calls that are answered 200 with an error; `hub` has no such answers. */
  readonly errors: ErrorAnswers
  /** Every call received, and sent as kinds `intentCheck` and `delivery`; without bodies, since they hold people and secrets. */
  readonly log: ExchangeLog
  /** What was really done. */
  readonly ledger: MosipLedger
  /** Ends every token that was given: the next call with one is refused. */
  expireTokens(): void
  /** A packet as it came last. */
  packet(applicationId: string): MosipPacket | undefined
  /** How often a packet was taken, by application id. */
  timesStored(applicationId: string): number
  /** Application ids of all packets, in the order of their first arrival. */
  readonly applicationIds: readonly string[]
  /** What became of a packet whose workflow was started. */
  registration(applicationId: string): MosipRegistration | undefined
  /** Somebody by UIN, VID or PSUT. */
  person(number: string): MosipPerson | undefined
  addPerson(person: MosipPersonOptions): MosipPerson
  /**
   * Decides a manual review that is held.
   * @throws Error when there is none
   */
  review(
    applicationId: string,
    decision: 'approve' | 'reject',
    reason?: string
  ): Promise<void>
  /** Who is subscribed, and what each is still owed. */
  readonly subscriptions: readonly SubscriptionView[]
  /** The hub forgets its subscribers and what they are owed. */
  forgetSubscriptions(): void
  /** Asks the subscriber of a topic anything, as whoever knows its address can. */
  askSubscriber(
    topic: keyof Topics,
    parameters: Readonly<Record<string, string>>
  ): Promise<SubscriberAnswer | undefined>
  /** What is held back. */
  readonly heldMessages: ReadonlyArray<Omit<OutboxMessage, 'body'>>
  /** Publishes what was held back, one after another. Default order: oldest first. */
  releaseMessages(order?: 'oldestFirst' | 'newestFirst'): Promise<void>
  /**
   * Delivers a credential about anything once, past the queue. Gives the status
   * of the answer; undefined without a subscriber or an answer.
   */
  sendCredential(
    applicationId: string,
    changes?: CredentialChanges,
    forgery?: DeliveryForgery
  ): Promise<number | undefined>
  /** Delivers a packet status about anything once, past the queue. */
  sendStatus(
    applicationId: string,
    status: PacketStatus,
    rejection?: Rejection,
    forgery?: DeliveryForgery
  ): Promise<number | undefined>
  /**
   * Delivers the last credential of an application id again, byte for byte.
   * @throws Error when there was none
   */
  replayCredential(applicationId: string): Promise<number | undefined>
  /** Publishes the credential of an application id anew, as MOSIP's administrators can. */
  issueAgain(applicationId: string): Promise<void>
  /** Resolves when nothing is being processed or delivered. */
  idle(): Promise<void>
}

type Topics = MosipSettings['topics']

/**
 * Makes a simulated MOSIP: auth manager, packet manager, workflow, external
 * status, ID Authentication, and a WebSub hub that delivers encrypted
 * credentials and packet statuses. Call `start` before use.
 *
 * @example
 * const simulator = createMosipSimulator({ people: [MOTHER] })
 * await simulator.start()
 * const system = mosip({ ...simulator.connection, office, idSchema, createIdentity: {} })
 */
export function createMosipSimulator(
  options: MosipSimulatorOptions = {}
): MosipSimulator {
  const settings = mosipSettings(options)
  const parts = createMosipParts(settings)
  const { behaviour, keys } = settings
  const { background, packets, people, processor, server } = parts
  return {
    ...running(parts),
    ...messaging(parts, settings),
    get url() {
      return server.url
    },
    get connection() {
      return connectionDetails(settings, server.url)
    },
    get applicationIds() {
      return packets.applicationIds
    },
    get subscriptions() {
      return parts.hub.subscriptions
    },
    get heldMessages() {
      return parts.outbox.held.map(({ applicationId, topic }) => ({
        applicationId,
        topic
      }))
    },
    keys,
    faults: parts.faults,
    errors: parts.errors,
    log: parts.log,
    ledger: parts.ledger,
    behave: (changes) => changeBehaviour(behaviour, changes),
    expireTokens: () => parts.auth.expireTokens(),
    packet: packets.find,
    timesStored: packets.timesStored,
    registration: processor.find,
    person: people.find,
    addPerson: people.add,
    review: processor.review,
    forgetSubscriptions: () => parts.hub.forgetAll(),
    idle: () => background.idle()
  }
}

function running({
  background,
  caller,
  server,
  stopping
}: MosipParts): Pick<MosipSimulator, 'start' | 'stop' | 'disappear'> {
  return {
    start: () => server.start(),
    disappear: () => server.stop(),
    async stop() {
      stopping.abort()
      await server.stop()
      await background.idle()
      caller.close()
    }
  }
}

function messaging(
  { hub, messages, outbox }: MosipParts,
  { topics }: MosipSettings
): Pick<
  MosipSimulator,
  | 'askSubscriber'
  | 'issueAgain'
  | 'releaseMessages'
  | 'replayCredential'
  | 'sendCredential'
  | 'sendStatus'
> {
  return {
    askSubscriber: (topic, parameters) => hub.ask(topics[topic], parameters),
    async issueAgain(applicationId) {
      const body = await messages.credential(applicationId)
      await outbox.send({ applicationId, topic: topics.credentials, body })
    },
    releaseMessages: (order = 'oldestFirst') => outbox.release(order),
    async replayCredential(applicationId) {
      const body = outbox.last(applicationId, topics.credentials)
      if (body === undefined) {
        throw new Error(`No credential was sent for ${applicationId}.`)
      }
      return hub.deliverOnce(topics.credentials, body)
    },
    async sendCredential(applicationId, changes, forgery) {
      const body = await messages.credential(applicationId, changes)
      return hub.deliverOnce(topics.credentials, body, forgery)
    },
    sendStatus: (applicationId, status, rejection, forgery) =>
      hub.deliverOnce(
        topics.packetStatus,
        messages.status(applicationId, status, rejection),
        forgery
      )
  }
}
