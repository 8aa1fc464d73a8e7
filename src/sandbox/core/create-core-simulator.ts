import { setMaxListeners } from 'node:events'
import { systemClock, type Clock } from '../../internal/clock'
import { createExchangeLog, type ExchangeLog } from '../exchange-log'
import { createFaults, type Faults } from '../faults'
import { createLoopbackServer } from '../loopback-server'
import { REGISTRAR, type Actor } from './actor'
import { createClientActions, type ClientActions } from './client-actions'
import { coreRoutes } from './core-routes'
import type { CoreState } from './core-state'
import { defaultEventConfigurations } from './default-event-configurations'
import type { EventConfiguration } from './event-configuration'
import type { EventRecord } from './event-record'
import type { EventState } from './event-state'
import { createRecordStore } from './record-store'
import { createSearchIndex } from './search-index'
import { createTokens, RECORD_TOKEN_SECONDS, type TokenChanges } from './tokens'

export type CoreSimulatorOptions = {
  /** Where triggers go; may be said later with `connectTo`. */
  countryConfigUrl?: string
  /** Default: a small birth and death configuration. */
  eventConfigurations?: EventConfiguration[]
  /** System clients of the country (FACTS D4). */
  systemClients?: ReadonlyArray<{
    clientId: string
    clientSecret: string
    /** Default `type=record.search` and `type=record.read`. */
    scopes?: readonly string[]
  }>
  /** Users besides the registrar of the recordings. */
  users?: readonly Actor[]
  /** Seconds that record tokens last. Default 604 800, a week (FACTS D1). */
  recordTokenSeconds?: number
  /** Milliseconds between core's look at the rows and its own row, in which a second call gets through (FACTS C7). Default 5. */
  confirmationGapMs?: number
  /** Default 0: any free port of 127.0.0.1. */
  port?: number
  clock?: Clock
}

/**
 * A simulated OpenCRVS core 2.0.0: gateway, auth and events service on one
 * port of the loopback interface, everything in memory.
 */
export type CoreSimulator = ClientActions & {
  /** Listens and gives the URL: use it as gateway URL and as auth URL. After `disappear`, on the same port again. */
  start(): Promise<string>
  /** Ends everything that is under way. */
  stop(): Promise<void>
  /** Refuses connections until `start`. What is stored stays; triggers under way go on. */
  disappear(): Promise<void>
  readonly url: string
  /** Says where triggers go. */
  connectTo(countryConfigUrl: string): void
  /** A new record, in status CREATED. Gives its id. */
  createEvent(type: string, actor?: Actor): string
  /**
   * A record in status DECLARED, without any call of the country config.
   *
   * @throws Error when the declaration is refused
   */
  createDeclaredEvent(
    type: string,
    declaration: EventState['declaration']
  ): Promise<string>
  /** The record as stored now. */
  event(eventId: string): EventRecord | undefined
  /** What search shows; undefined when it was never indexed. */
  index(eventId: string): EventState | undefined
  /** What search would show if it were up to date. */
  state(eventId: string): EventState | undefined
  /** Whether the record can no longer be read (FACTS B5). */
  isBricked(eventId: string): boolean
  /** Ids of all bricked records. */
  readonly bricked: readonly string[]
  /** Every call received and sent. */
  readonly log: ExchangeLog
  /**
   * What goes wrong. Kinds of calls: `accept`, `reject`, `read`, `config`,
   * `token`, `key`; and `documents`, whatever the fault: the row is stored, the
   * answer is 500, and nothing is indexed (FACTS B10).
   */
  readonly faults: Faults
  /** A record token, by default of the registrar. */
  recordToken(
    target: { eventId: string; actionId: string },
    changes?: TokenChanges & { actor?: Actor }
  ): string
  /** A user's session token. */
  userToken(changes?: TokenChanges & { actor?: Actor }): string
  /** @throws Error when there is no such client */
  systemToken(clientId: string, changes?: TokenChanges): string
  anonymousToken(changes?: TokenChanges): string
  /** The PEM key that tokens are signed with now. */
  publicKey(): string
  /** New tokens have a new key; those with the old one are refused by core. */
  rotateKey(): void
  /** From now on, new record tokens last this long. */
  setRecordTokenSeconds(seconds: number): void
  /** The user or client no longer exists: its tokens are refused with 401 (FACTS C4). */
  removeActor(id: string): void
}

/**
 * Makes a simulated core. Call `start` before use.
 *
 * @example
 * const core = createCoreSimulator()
 * const url = await core.start()
 * core.connectTo('http://127.0.0.1:3040')
 * const id = await core.createDeclaredEvent('birth', { 'child.dob': '2026-11-03' })
 * const answer = await core.register(id)
 */
export function createCoreSimulator(
  options: CoreSimulatorOptions = {}
): CoreSimulator {
  const stopping = new AbortController()
  // Every call under way listens: however many there are is no leak.
  setMaxListeners(0, stopping.signal)
  const core = createState(options, stopping.signal)
  const server = createLoopbackServer({
    routes: coreRoutes(core),
    log: core.log,
    faults: core.faults,
    clock: core.clock,
    ...(options.port === undefined ? {} : { port: options.port })
  })
  const actions = createClientActions(core)
  return {
    ...actions,
    ...inspection(core),
    ...minting(core),
    start: () => server.start(),
    disappear: () => server.stop(),
    async stop() {
      stopping.abort()
      await server.stop()
    },
    get url() {
      return server.url
    },
    // Not spread with the rest: a spread would read it once.
    get bricked() {
      return brickedIds(core)
    },
    log: core.log,
    faults: core.faults,
    connectTo: (url) => void (core.countryConfigUrl = url.replace(/\/+$/, '')),
    createEvent: (type, actor = REGISTRAR) => {
      // Refuses a type that is not configured.
      core.index.fieldIds(type)
      return core.store.create(type, actor).id
    },
    async createDeclaredEvent(type, declaration) {
      const { id } = core.store.create(type, REGISTRAR)
      const answeredWith = { status: 200, body: {} }
      const answer = await actions.declare(id, declaration, { answeredWith })
      if (answer.status === 200) return id
      throw new Error(`The declaration was refused with ${answer.status}.`)
    },
    removeActor: (id) => void core.actors.delete(id)
  }
}

function createState(
  options: CoreSimulatorOptions,
  stopped: AbortSignal
): CoreState {
  const clock = options.clock ?? systemClock
  const configurations =
    options.eventConfigurations ?? defaultEventConfigurations()
  const clients = options.systemClients ?? []
  const actors = [
    REGISTRAR,
    ...(options.users ?? []),
    ...clients.map(({ clientId, scopes }): Actor => ({
      userType: 'system',
      id: clientId,
      scopes: scopes ?? ['type=record.search', 'type=record.read']
    }))
  ]
  return {
    clock,
    store: createRecordStore(clock),
    index: createSearchIndex(configurations),
    tokens: createTokens(
      clock,
      options.recordTokenSeconds ?? RECORD_TOKEN_SECONDS
    ),
    configurations,
    actors: new Map(actors.map((actor) => [actor.id, actor])),
    clientSecrets: new Map(
      clients.map(({ clientId, clientSecret }) => [clientId, clientSecret])
    ),
    faults: createFaults(),
    log: createExchangeLog(),
    countryConfigUrl: options.countryConfigUrl?.replace(/\/+$/, ''),
    confirmationGapMs: options.confirmationGapMs ?? 5,
    stopped
  }
}

function inspection(
  core: CoreState
): Pick<CoreSimulator, 'event' | 'index' | 'state' | 'isBricked'> {
  return {
    event: (eventId) => core.store.find(eventId),
    index: (eventId) => core.index.find(eventId),
    state(eventId) {
      const event = core.store.find(eventId)
      return event === undefined ? undefined : core.index.stateOf(event)
    },
    isBricked(eventId) {
      const event = core.store.find(eventId)
      return event !== undefined && core.index.isBricked(event)
    }
  }
}

function brickedIds(core: CoreState): string[] {
  return core.store
    .all()
    .filter((event) => core.index.isBricked(event))
    .map(({ id }) => id)
}

function minting(
  core: CoreState
): Pick<
  CoreSimulator,
  | 'recordToken'
  | 'userToken'
  | 'systemToken'
  | 'anonymousToken'
  | 'publicKey'
  | 'rotateKey'
  | 'setRecordTokenSeconds'
> {
  const { tokens } = core
  return {
    recordToken: (target, { actor = REGISTRAR, ...changes } = {}) =>
      tokens.recordToken(target, actor, changes),
    userToken: ({ actor = REGISTRAR, ...changes } = {}) =>
      tokens.actorToken(actor, changes),
    systemToken(clientId, changes) {
      const client = core.actors.get(clientId)
      if (client !== undefined) return tokens.actorToken(client, changes)
      throw new Error(`There is no system client ${clientId}.`)
    },
    anonymousToken: (changes) => tokens.anonymousToken(changes),
    publicKey: () => tokens.publicKey(),
    rotateKey: () => {
      tokens.rotateKey()
    },
    setRecordTokenSeconds: (seconds) =>
      void (tokens.recordTokenSeconds = seconds)
  }
}
