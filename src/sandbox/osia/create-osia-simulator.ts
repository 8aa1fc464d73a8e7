import type { ExchangeLog } from '../exchange-log'
import type { Faults } from '../faults'
import { changeOsiaBehaviour, type OsiaBehaviourChanges } from './behaviour'
import {
  osiaConnection,
  osiaReader,
  type OsiaConnectionDetails,
  type OsiaReaderDetails
} from './connection-details'
import type { OsiaLedger } from './ledger'
import type { OsiaSubscription } from './subscribers'
import type { OsiaTopicView } from './topics'
import type { OsiaMessage } from './notify-message'
import { createOsiaParts, type OsiaParts } from './parts'
import type { OsiaPerson, OsiaPersonOptions } from './people'
import type { OsiaRead } from './read-back'
import { osiaSettings, type OsiaSimulatorOptions } from './settings'
import type { OsiaTokenClaims } from './tokens'

/** A message of anybody's to a subscriber's address. */
export type OsiaForgedMessage = {
  /** Default: where the first subscription has its messages sent. */
  address?: string
  headers?: Record<string, string>
  body: string
}

/** A simulated OSIA system: population register, UIN generator, notification engine; everything in memory. */
export type OsiaSimulator = {
  /** Listens and gives the URL. After `disappear`, on the same port again. */
  start(): Promise<string>
  /** Ends everything that is under way; what was not delivered is lost. */
  stop(): Promise<void>
  /** Refuses connections until `start`. Deliveries go on. */
  disappear(): Promise<void>
  /** @throws Error when it was never started */
  readonly url: string
  /** What osia() is configured with. @throws Error when it was never started */
  readonly connection: OsiaConnectionDetails
  /** Whose tokens our Data Access is to take. @throws Error when it was never started */
  readonly reader: OsiaReaderDetails
  /** Says where civil registration's Data Access is, without `/v1`. */
  connectTo(dataAccessUrl: string): void
  /** Changes how it behaves from now on. */
  behave(changes: OsiaBehaviourChanges): void
  /**
   * What goes wrong. Kinds of calls: `token`, `keys`, `uin`, `createPerson`, `readPerson`, `updatePerson`,
   * `createIdentity`, `readIdentity`, `readIdentities`, `updateIdentity`, `identityStatus`, `reference`, `query`,
   * `read`, `match`, `verify`, `thirdParty`, `topic`, `topics`, `publish`, `subscribe`, `subscriptions`, `confirm`,
   * `unsubscribe`.
   */
  readonly faults: Faults
  /** Every call received, and sent as kinds `confirmation`, `notification` and `read` (without bodies). */
  readonly log: ExchangeLog
  /** What was really done. */
  readonly ledger: OsiaLedger
  /** Ends every token that was given: the next call with one is refused. */
  expireTokens(): void
  /** A token of the same issuer with anything in it, for reading from civil registration. */
  issueToken(claims: OsiaTokenClaims): string
  /** Somebody by UIN, or by the id that they were pushed under. */
  person(personId: string): OsiaPerson | undefined
  addPerson(person: OsiaPersonOptions): OsiaPerson
  /** Those who have all of these attributes. */
  query(attributes: Record<string, string>): OsiaPerson[]
  /**
   * Gives a number to somebody who has none yet, and publishes `newPerson`.
   * @throws Error when there is nobody
   */
  assignUin(personId: string): string
  /** What civil registration said when the register read somebody back. */
  readonly reads: readonly OsiaRead[]
  readonly topics: readonly OsiaTopicView[]
  readonly subscriptions: readonly OsiaSubscription[]
  /** Forgets who is subscribed. */
  forgetSubscriptions(): void
  /** What was published on a topic, oldest first. */
  published(topic: string): OsiaMessage[]
  /** Publishes on a topic, as the register; gives the message's id. */
  publish(topic: string, message: unknown): string
  /** Delivers a message once more with the same id; gives the statuses of the answers. */
  replay(messageId: string): Promise<number[]>
  /** What is held back. */
  readonly heldMessages: readonly OsiaMessage[]
  /** Delivers what was held back, one after another. Default order: oldest first. */
  releaseMessages(order?: 'oldestFirst' | 'newestFirst'): Promise<void>
  /** Sends anything to a subscriber's address once. Gives the status; undefined without an answer. */
  sendMessage(message: OsiaForgedMessage): Promise<number | undefined>
  /** Resolves when nothing is being read or delivered. */
  idle(): Promise<void>
}

/**
 * Makes a simulated OSIA 7.1 system. Call `start` before use.
 *
 * @example
 * const simulator = createOsiaSimulator({ people: [{ uin: '2345678901', attributes }] })
 * await simulator.start()
 * const { authentication, urls } = simulator.connection
 * const system = osia({ urls, authentication, uinPattern: /^\d{10}$/ })
 */
export function createOsiaSimulator(
  options: OsiaSimulatorOptions = {}
): OsiaSimulator {
  const settings = osiaSettings(options)
  const parts = createOsiaParts(settings)
  const { engine, people, readBack, register, server, tokens } = parts
  return {
    ...running(parts),
    ...messaging(parts),
    get url() {
      return server.url
    },
    get connection() {
      return osiaConnection(settings, server.url)
    },
    get reader() {
      return osiaReader(settings, server.url)
    },
    get reads() {
      return readBack.reads
    },
    get topics() {
      return engine.topics.all
    },
    get subscriptions() {
      return engine.subscribers.all
    },
    get heldMessages() {
      return engine.held
    },
    faults: parts.faults,
    log: parts.log,
    ledger: parts.ledger,
    connectTo: (dataAccessUrl) => readBack.connectTo(dataAccessUrl),
    behave: (changes) => changeOsiaBehaviour(settings.behaviour, changes),
    expireTokens: () => tokens.expireTokens(),
    issueToken: (claims) => tokens.issue(claims),
    person: (personId) => people.find(personId),
    addPerson: (person) => people.add(person),
    query: (attributes) => people.query(attributes),
    assignUin: (personId) => register.assignUin(personId),
    forgetSubscriptions: () => engine.subscribers.forgetAll(),
    idle: () => parts.background.idle()
  }
}

function running({
  background,
  caller,
  server,
  stopping
}: OsiaParts): Pick<OsiaSimulator, 'disappear' | 'start' | 'stop'> {
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

function messaging({
  caller,
  engine
}: OsiaParts): Pick<
  OsiaSimulator,
  'publish' | 'published' | 'releaseMessages' | 'replay' | 'sendMessage'
> {
  return {
    published(topic) {
      const uuid = engine.topics.named(topic)?.uuid
      return engine.messages.filter(({ topicId }) => topicId === uuid)
    },
    publish(topic, message) {
      const { uuid } = engine.topics.create(topic)
      const text = JSON.stringify(message)
      return engine.publish(uuid, text, topic) ?? ''
    },
    replay: (messageId) => engine.replay(messageId),
    releaseMessages: (order = 'oldestFirst') => engine.release(order),
    async sendMessage({ address, body, headers = {} }) {
      const url = address ?? engine.subscribers.all[0]?.address
      if (url === undefined) throw new Error('Nobody is subscribed.')
      const answer = await caller.call({
        kind: 'notification',
        method: 'POST',
        url,
        headers: { 'content-type': 'application/json', ...headers },
        body
      })
      return answer?.status
    }
  }
}
