import { systemClock, type Clock } from '../../internal/clock'
import { newId } from '../../internal/ids'
import { createExchangeLog, type ExchangeLog } from '../exchange-log'
import { createFaults, type Faults } from '../faults'
import { createLoopbackServer } from '../loopback-server'
import {
  defaultBehaviour,
  type CallbackBehaviour,
  type IdSystemBehaviour
} from './behaviour'
import { createCallbackOutbox, type CallbackOutbox } from './callback-outbox'
import {
  createCallbackSender,
  type CallbackSender,
  type Forgery
} from './callback-sender'
import {
  createIdSystemAuthentication,
  type IdSystemAuthentication
} from './id-system-authentication'
import { idSystemRoutes } from './id-system-routes'
import { outcomeBody, type IdSystemOutcome } from './id-system-wire'
import { createIdempotency } from './idempotency'
import { createLedger, type Ledger } from './ledger'
import { createWorkDesk, type RequestRecord } from './work-desk'

/** Parts of the behaviour to change; what is not named stays. */
export type BehaviourChanges = Partial<Omit<IdSystemBehaviour, 'callbacks'>> & {
  callbacks?: Partial<CallbackBehaviour>
}

export type IdSystemSimulatorOptions = {
  /** Where callbacks go; may be said later with `connectTo`. */
  callbackUrl?: string
  /** What callbacks are signed with: `whsec_` and base64. Default: one of its own, in `callbackSecret`. */
  callbackSecret?: string
  behaviour?: BehaviourChanges
  /** OAuth 2.0 client that may call. Default: one of its own, in `client`. */
  client?: { clientId: string; clientSecret: string }
  /** An API key that is taken instead of a token. */
  apiKey?: { header: string; value: string }
  /** Seconds that access tokens last. Default 300. */
  tokenSeconds?: number
  /** Default 0: any free port of 127.0.0.1. */
  port?: number
  clock?: Clock
}

/** A simulated national ID system: plain JSON over HTTP, everything in memory. */
export type IdSystemSimulator = {
  /** Listens and gives the URL. After `disappear`, on the same port again. */
  start(): Promise<string>
  /** Ends everything that is under way; callbacks that were not sent are lost. */
  stop(): Promise<void>
  /** Refuses connections until `start`. Work under way goes on. */
  disappear(): Promise<void>
  readonly url: string
  readonly client: { clientId: string; clientSecret: string }
  readonly callbackSecret: string
  /** Says where callbacks go. */
  connectTo(callbackUrl: string): void
  /** From now on callbacks are signed with all of these (key rotation). */
  signWith(...secrets: string[]): void
  /** Changes how it behaves from now on. */
  behave(changes: BehaviourChanges): void
  /** What goes wrong. Kinds of calls: the operations' names, `status`, `verify`, `oauth`. */
  readonly faults: Faults
  /** Every call received and sent, callbacks as kind `callback`. */
  readonly log: ExchangeLog
  /** What was really done. */
  readonly ledger: Ledger
  /** What became of a request. */
  request(reference: string): RequestRecord | undefined
  /** References of the callbacks held back. */
  readonly heldCallbacks: readonly string[]
  /** Sends what was held back, one after another. Default order: oldest first. */
  releaseCallbacks(order?: 'oldestFirst' | 'newestFirst'): Promise<void>
  /** Sends a rightly signed callback about anything, once. Gives the status of the answer. */
  sendCallback(
    reference: string,
    outcome: IdSystemOutcome
  ): Promise<number | undefined>
  /**
   * Sends the last callback of a reference again, byte for byte. Gives the
   * status of the answer.
   *
   * @throws Error when there was none
   */
  replayCallback(reference: string): Promise<number | undefined>
  /** Sends a callback that does not prove its sender. Gives the status of the answer. */
  forgeCallback(
    reference: string,
    how: Forgery,
    outcome?: IdSystemOutcome
  ): Promise<number | undefined>
  /** Forgets every access token that it gave. */
  revokeTokens(): void
  /** Resolves when nothing is being decided or sent. */
  idle(): Promise<void>
}

/**
 * Makes a simulated ID system. Call `start` before use.
 *
 * @example
 * const idSystem = createIdSystemSimulator({
 *   behaviour: { refuse: ({ person }) => person.sex === 'unknown'
 *     ? { code: 'SEX_UNKNOWN', reason: 'The sex must be known.' }
 *     : undefined }
 * })
 * const url = await idSystem.start()
 */
export function createIdSystemSimulator(
  options: IdSystemSimulatorOptions = {}
): IdSystemSimulator {
  const parts = createParts(options)
  const { behaviour, desk, faults, ledger, log, outbox, sender, stopping } =
    parts
  const server = createLoopbackServer({
    routes: idSystemRoutes(parts),
    log,
    faults,
    clock: parts.clock,
    ...(options.port === undefined ? {} : { port: options.port })
  })
  return {
    start: () => server.start(),
    disappear: () => server.stop(),
    async stop() {
      stopping.abort()
      await server.stop()
      await desk.idle()
      sender.close()
    },
    get url() {
      return server.url
    },
    get heldCallbacks() {
      return outbox.held
    },
    client: parts.client,
    callbackSecret: parts.callbackSecret,
    faults,
    log,
    ledger,
    behave: (changes) => {
      change(behaviour, changes)
    },
    request: (reference) => desk.find(reference),
    releaseCallbacks: (order = 'oldestFirst') => outbox.release(order),
    revokeTokens: () => {
      parts.authentication.revokeTokens()
    },
    idle: () => desk.idle(),
    ...callbackControls(sender, outbox)
  }
}

function createParts(options: IdSystemSimulatorOptions) {
  const stopping = new AbortController()
  const clock = options.clock ?? systemClock
  const behaviour = defaultBehaviour()
  change(behaviour, options.behaviour ?? {})
  const client = options.client ?? {
    clientId: 'opencrvs',
    clientSecret: newId()
  }
  const callbackSecret = options.callbackSecret ?? freshSecret()
  const log = createExchangeLog()
  const ledger = createLedger()
  const sender = createCallbackSender({
    url: options.callbackUrl,
    secrets: [callbackSecret],
    clock,
    log,
    behaviour: () => behaviour.callbacks,
    stopped: stopping.signal
  })
  const authentication: IdSystemAuthentication = createIdSystemAuthentication(
    {
      client,
      tokenSeconds: options.tokenSeconds ?? 300,
      ...(options.apiKey === undefined ? {} : { apiKey: options.apiKey })
    },
    clock
  )
  const outbox = createCallbackOutbox(sender, behaviour.callbacks)
  const desk = createWorkDesk({
    behaviour,
    ledger,
    sender,
    outbox,
    clock,
    stopped: stopping.signal
  })
  return {
    authentication,
    behaviour,
    callbackSecret,
    client,
    clock,
    desk,
    faults: createFaults(),
    idempotency: createIdempotency(),
    ledger,
    log,
    outbox,
    sender,
    stopping
  }
}

function change(behaviour: IdSystemBehaviour, changes: BehaviourChanges): void {
  const { callbacks, ...rest } = changes
  Object.assign(behaviour, rest)
  Object.assign(behaviour.callbacks, callbacks)
}

function callbackControls(
  sender: CallbackSender,
  outbox: CallbackOutbox
): Pick<
  IdSystemSimulator,
  'connectTo' | 'signWith' | 'sendCallback' | 'replayCallback' | 'forgeCallback'
> {
  return {
    connectTo: (url) => {
      sender.setUrl(url)
    },
    signWith: (...secrets) => {
      sender.setSecrets(secrets)
    },
    sendCallback: (reference, outcome) =>
      sender.sendOnce(sender.sign(outcomeBody(reference, outcome))),
    async replayCallback(reference) {
      const message = outbox.lastMessage(reference)
      if (message !== undefined) return sender.sendOnce(message)
      throw new Error(`There was no callback for ${reference}.`)
    },
    forgeCallback: (reference, how, outcome = FORGED) =>
      sender.sendOnce(sender.forge(outcomeBody(reference, outcome), how))
  }
}

const FORGED: IdSystemOutcome = {
  outcome: 'accepted',
  identifier: '6666666666'
}

function freshSecret(): string {
  return `whsec_${Buffer.from(newId()).toString('base64')}`
}
