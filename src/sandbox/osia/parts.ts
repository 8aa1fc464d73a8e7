import { createExchangeLog, type ExchangeLog } from '../exchange-log'
import { createFaults, type Faults } from '../faults'
import { createLoopbackServer, type LoopbackServer } from '../loopback-server'
import { createBackground, type Background } from '../mosip/background'
import { readEvent } from './event-reader'
import { createOsiaLedger, type OsiaLedger } from './ledger'
import {
  createNotificationEngine,
  type NotificationEngine
} from './notification-engine'
import { createOsiaCaller, type OsiaCaller } from './notify-caller'
import { osiaRoutes } from './osia-routes'
import { createOsiaPeople, type OsiaPeople, type OsiaPerson } from './people'
import {
  createPopulationRegister,
  type PopulationRegister
} from './population-register'
import { createReadBack, type ReadBack } from './read-back'
import type { OsiaSettings } from './settings'
import { createOsiaTokens, type OsiaTokens } from './tokens'
import { createUinGenerator } from './uin-generator'

/** What a simulated OSIA system is made of. */
export type OsiaParts = {
  background: Background
  caller: OsiaCaller
  engine: NotificationEngine
  faults: Faults
  ledger: OsiaLedger
  log: ExchangeLog
  people: OsiaPeople
  readBack: ReadBack
  register: PopulationRegister
  server: LoopbackServer
  stopping: AbortController
  tokens: OsiaTokens
}

/** What the register tells others. */
const OWN_TOPIC = 'newPerson'

/** Puts the parts together. */
export function createOsiaParts(settings: OsiaSettings): OsiaParts {
  const { behaviour, clock, lateTopic, port } = settings
  const stopping = new AbortController()
  const stopped = stopping.signal
  const log = createExchangeLog()
  const faults = createFaults()
  const background = createBackground()
  const ledger = createOsiaLedger()
  const people = createOsiaPeople(settings.people)
  const tokens = createOsiaTokens(settings.client, settings)
  const caller = createOsiaCaller({ clock, log, stopped })
  const baseUrl = () => `${server.url}/notification`
  const onPublished = (topic: string, text: string) => {
    // It fills this topic itself.
    if (topic === OWN_TOPIC) return
    const reading = { lateTopic, people, readBack, register }
    background.run(() => readEvent(reading, topic, text))
  }
  const engine = createNotificationEngine(
    { background, behaviour, caller, clock, stopped, baseUrl, onPublished },
    settings.topics
  )
  const register = createPopulationRegister({
    behaviour,
    clock,
    ledger,
    people,
    onNewPerson(person) {
      const more = behaviour.newPerson(person)
      if (more !== undefined) publishNewPerson(engine, person, more)
    }
  })
  const readBack = createReadBack({ ...settings, caller, stopped, tokens })
  const uin = createUinGenerator({ behaviour, clock, ledger, people })
  const server = createLoopbackServer({
    routes: osiaRoutes({ behaviour, engine, people, register, tokens, uin }),
    log,
    faults,
    clock,
    port
  })
  return {
    background,
    caller,
    engine,
    faults,
    ledger,
    log,
    people,
    readBack,
    register,
    server,
    stopping,
    tokens
  }
}

function publishNewPerson(
  engine: NotificationEngine,
  { personId }: OsiaPerson,
  more: Record<string, string>
): void {
  const { uuid } = engine.topics.create(OWN_TOPIC)
  engine.publish(
    uuid,
    JSON.stringify({ source: 'population-register', uin: personId, ...more }),
    OWN_TOPIC
  )
}
