import { createExchangeLog, type ExchangeLog } from '../exchange-log'
import { createFaults, type Faults } from '../faults'
import {
  createLoopbackServer,
  type LoopbackServer,
  type ServedRoute
} from '../loopback-server'
import { createAuthManager, type AuthManager } from './auth-manager'
import { createBackground, type Background } from './background'
import { createErrorAnswers, type ErrorAnswers } from './error-answers'
import { createHub, type Hub } from './hub'
import { createHubCaller, type HubCaller } from './hub-caller'
import type { IdaParts } from './id-authentication'
import { parseKey, strangersKey } from './key-material'
import { createMosipLedger, type LedgerBook } from './ledger'
import { createMessages, type Messages } from './messages'
import { mosipRoutes } from './mosip-routes'
import { createOutbox, type Outbox } from './outbox'
import { createPacketManager, type PacketManager } from './packet-manager'
import { createPeople, type People } from './people'
import { privateLog } from './private-log'
import {
  createRegistrationProcessor,
  type RegistrationProcessor
} from './registration-processor'
import type { MosipSettings } from './settings'

/** What a simulated MOSIP is made of. */
export type MosipParts = {
  auth: AuthManager
  background: Background
  caller: HubCaller
  errors: ErrorAnswers
  faults: Faults
  hub: Hub
  ledger: LedgerBook
  log: ExchangeLog
  messages: Messages
  outbox: Outbox
  packets: PacketManager
  people: People
  processor: RegistrationProcessor
  server: LoopbackServer
  stopping: AbortController
}

/** Puts the parts together. */
export function createMosipParts(settings: MosipSettings): MosipParts {
  const { behaviour, clock, partnerId, port } = settings
  const stopping = new AbortController()
  const stopped = stopping.signal
  const log = privateLog(createExchangeLog())
  const faults = createFaults()
  const background = createBackground()
  const auth = createAuthManager(
    { packets: settings.client, websub: settings.websubClient },
    settings
  )
  const caller = createHubCaller({ clock, log, stopped })
  const hub = createHub({ ...settings, auth, background, caller, stopped })
  const outbox = createOutbox(hub, behaviour.callbacks)
  const people = createPeople(partnerId, settings.people)
  const processing = { people, background, outbox, stopped }
  const desks = createDesks(settings, processing)
  const errors = createErrorAnswers()
  const routes = routesOf(settings, { ...desks, auth, errors, hub, people })
  const server = createLoopbackServer({ routes, log, faults, clock, port })
  return {
    ...desks,
    auth,
    background,
    caller,
    errors,
    faults,
    hub,
    log,
    outbox,
    people,
    server,
    stopping
  }
}

type Desks = Pick<
  MosipParts,
  'ledger' | 'messages' | 'packets' | 'processor'
> & {
  keys: IdaParts['keys']
}

/** Where packets are stored, decided and answered. */
function createDesks(
  settings: MosipSettings,
  parts: Pick<MosipParts, 'background' | 'outbox' | 'people'> & {
    stopped: AbortSignal
  }
): Desks {
  const { clock, processes } = settings
  const { people } = parts
  const packets = createPacketManager(
    { ...settings, processes: Object.keys(processes) },
    clock
  )
  const keys = {
    ida: parseKey(settings.keys.ida),
    partner: parseKey(settings.keys.partner),
    issuer: parseKey(settings.keys.issuer),
    stranger: parseKey(strangersKey(clock))
  }
  const ledger = createMosipLedger()
  const findPacket = packets.find
  const messages = createMessages({ ...settings, people, findPacket, keys })
  const processor = createRegistrationProcessor({
    ...settings,
    ...parts,
    findPacket,
    ledger,
    messages
  })
  return { keys, ledger, messages, packets, processor }
}

function routesOf(
  settings: MosipSettings,
  {
    auth,
    errors,
    hub,
    keys,
    packets,
    people,
    processor
  }: Desks & Pick<MosipParts, 'auth' | 'errors' | 'hub' | 'people'>
): ServedRoute[] {
  const { ida, partnerId } = settings
  return mosipRoutes({
    auth,
    errors,
    hub,
    ida: { ...settings, people, keys, partner: { ...ida, partnerId } },
    packets,
    workflow: {
      ...settings,
      processor,
      name: settings.workflow,
      processes: Object.keys(settings.processes)
    }
  })
}
