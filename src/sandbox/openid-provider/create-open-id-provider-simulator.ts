import { systemClock } from '../../internal/clock'
import { newId } from '../../internal/ids'
import { createExchangeLog, type ExchangeLog } from '../exchange-log'
import { createFaults, type Fault, type Faults } from '../faults'
import { sandboxPeople, type SandboxPerson } from '../people/sandbox-people'
import { createClient } from './client-registration'
import { createProvider, type ProviderParts } from './configuration'
import { createExchangeableServer } from './exchangeable-server'
import { loadOidcLibrary } from './library'
import { createMemoryStorage } from './memory-storage'
import type {
  OpenIdClientRegistration,
  OpenIdFault,
  OpenIdForgery,
  OpenIdProviderOptions,
  RegisteredOpenIdClient
} from './options'
import { createProviderGate } from './provider-gate'
import { createSignInDialogue, type SignInDialogue } from './sign-in-dialogue'
import { createSigningKeys } from './signing-keys'

/** An OpenID provider for development, with eSignet's habits and people who do not exist. */
export type OpenIdProviderSimulator = {
  /** Listens and gives the issuer's URL. After `disappear`, on the same port again. */
  start(): Promise<string>
  stop(): Promise<void>
  /** Refuses connections until `start`. Sign-ins under way can go on after it. */
  disappear(): Promise<void>
  /** The issuer: `<url>/.well-known/openid-configuration` is there. */
  readonly url: string
  readonly people: readonly SandboxPerson[]
  /** The clients of the options, in their order. */
  readonly clients: readonly RegisteredOpenIdClient[]
  /** Registers one more relying party, at any time. */
  register(registration: OpenIdClientRegistration): RegisteredOpenIdClient
  /** Signs with a new key from now on. With `keep` the key so far stays published. */
  rotateKeys(options?: { keep?: boolean }): void
  /** What goes wrong. Kinds of calls: `discovery`, `jwks`, `authorize`, `par`, `token`, `userinfo`, `page`. */
  readonly faults: Faults<Fault | OpenIdFault>
  /** Says something untrue from now on; without a word, the truth again. */
  forge(forgery?: OpenIdForgery): void
  /** Every call received, without what was in it. */
  readonly log: ExchangeLog
}

/**
 * Makes a simulated OpenID provider on the certified library `oidc-provider`,
 * which must be installed (a development dependency). Call `start` before use.
 *
 * @example
 * const provider = createOpenIdProviderSimulator({
 *   clients: [{ redirectUris: ['http://127.0.0.1:3040/national-id/authentication/callback'] }]
 * })
 * const issuer = await provider.start()
 * const [{ clientId, clientKey }] = provider.clients
 */
export function createOpenIdProviderSimulator(
  options: OpenIdProviderOptions = {}
): OpenIdProviderSimulator {
  const state = createState(options)
  const { faults, keys, log, people, server, storage } = state

  function register(
    registration: OpenIdClientRegistration
  ): RegisteredOpenIdClient {
    const { metadata, registered } = createClient(registration, options)
    storage.putClient(registered.clientId, metadata)
    return registered
  }

  return {
    async start() {
      const library = await loadOidcLibrary()
      const issuer = await server.listen()
      if (state.built === undefined) {
        const { secret } = state
        const parts = { library, issuer, options, people, storage, secret }
        state.built = { parts, dialogue: createSignInDialogue(parts) }
        renewProvider(state)
      }
      return issuer
    },
    stop: () => server.close(),
    disappear: () => server.close(),
    get url() {
      return server.url
    },
    people,
    clients: (options.clients ?? []).map(register),
    register,
    rotateKeys: ({ keep = false } = {}) => {
      keys.rotate(keep)
      renewProvider(state)
    },
    faults,
    log,
    forge: (forgery) => {
      state.forgery = forgery
    }
  }
}

function createState(options: OpenIdProviderOptions) {
  // What changes while it runs: which lie it tells, and what `start` made.
  const changing: {
    forgery: OpenIdForgery | undefined
    built?: { parts: ProviderParts; dialogue: SignInDialogue }
  } = { forgery: undefined }
  return Object.assign(changing, {
    clock: options.clock ?? systemClock,
    faults: createFaults<Fault | OpenIdFault>(),
    keys: createSigningKeys(options.signingAlgorithm ?? 'RS256'),
    log: createExchangeLog(),
    options,
    people: options.people ?? sandboxPeople,
    secret: newId(),
    server: createExchangeableServer(options.port ?? 0),
    storage: createMemoryStorage()
  })
}

/** The library cannot change its keys, so another provider takes over what the one before had stored. */
function renewProvider(state: ReturnType<typeof createState>): void {
  if (state.built === undefined) return
  const { parts, dialogue } = state.built
  const provider = createProvider(parts, state.keys.jwks())
  const gate = createProviderGate({
    ...state,
    issuer: parts.issuer,
    closed: () => state.server.closed,
    forgery: () => state.forgery,
    page: (context) => dialogue.serve(context, provider)
  })
  state.server.answerWith(provider.use(gate).callback())
}
