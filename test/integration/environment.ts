import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import * as Hapi from '@hapi/hapi'
import type { Lifecycle, RouteOptions, ServerOptions } from '@hapi/hapi'
import { createNationalId, sqlite, when } from 'opencrvs-national-id'
import type {
  NationalIdOptions,
  NationalIdSystem,
  SystemAnswer,
  SystemRequest
} from 'opencrvs-national-id'
import {
  createCoreSimulator,
  type CoreSimulator,
  type CoreSimulatorOptions
} from 'opencrvs-national-id/sandbox'

const ENCRYPTION_KEY = 'for tests only, and long enough: 0123456789'

/** A system that answers as a test says, and takes down what it was asked. */
export type ScriptedSystem = NationalIdSystem & {
  readonly requests: SystemRequest[]
  /** What the next calls do; the last one goes on for ever. */
  script(...answers: Array<SystemAnswer | Error | 'hang'>): void
}

export function scriptedSystem(
  capabilities: Partial<NationalIdSystem['capabilities']> = {},
  more: Partial<NationalIdSystem> = {}
): ScriptedSystem {
  const requests: SystemRequest[] = []
  let answers: Array<SystemAnswer | Error | 'hang'> = [{ outcome: 'pending' }]
  return {
    name: 'scripted',
    capabilities: {
      operations: [
        'createIdentity',
        'updateIdentity',
        'notifyDeath',
        'withdraw',
        'deactivateIdentity'
      ],
      idempotent: true,
      callback: false,
      status: false,
      verify: false,
      ...capabilities
    },
    requests,
    script: (...next) => {
      answers = next
    },
    submit: (request, { signal }) => {
      requests.push(request)
      const answer = answers.length > 1 ? answers.shift() : answers[0]
      if (answer === 'hang') return hang(signal)
      if (answer instanceof Error) return Promise.reject(answer)
      return Promise.resolve(answer ?? { outcome: 'pending' })
    },
    ...more
  }
}

function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('aborted'))
    })
  })
}

export type LogLine = Record<string, unknown> & { message: string }

export type Environment = {
  core: CoreSimulator
  server: Hapi.Server
  url: string
  folder: string
  lines: LogLine[]
  /** Stops the country configuration and starts it again on the same store. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export type Changes = Partial<
  Omit<NationalIdOptions, 'system' | 'opencrvs'>
> & {
  opencrvs?: Partial<NationalIdOptions['opencrvs']>
  otherwise?: Lifecycle.Method
  core?: CoreSimulatorOptions
  maxBytes?: number
  /** What the country does with its server before the plugin comes. */
  prepare?: (server: Hapi.Server) => void | Promise<void>
  /** What the country says about its trigger route. */
  triggerRoute?: RouteOptions
  serverRoutes?: ServerOptions['routes']
}

/** A simulated core, and a country configuration on hapi with a real SQLite file, joined to the given system. */
export async function startEnvironment(
  system: NationalIdOptions['system'],
  changes: Changes = {}
): Promise<Environment> {
  const folder = mkdtempSync(path.join(tmpdir(), 'national-id-test-'))
  const core = createCoreSimulator(changes.core)
  const coreUrl = await core.start()
  const lines: LogLine[] = []
  let server = await startServer(system, changes, coreUrl, folder, lines)
  core.connectTo(server.info.uri)
  return {
    core,
    folder,
    lines,
    get server() {
      return server
    },
    get url() {
      return server.info.uri
    },
    async restart() {
      await server.stop({ timeout: 50 })
      server = await startServer(system, changes, coreUrl, folder, lines)
      core.connectTo(server.info.uri)
    },
    async stop() {
      await server.stop({ timeout: 50 })
      await core.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

async function startServer(
  system: NationalIdOptions['system'],
  changes: Changes,
  coreUrl: string,
  folder: string,
  lines: LogLine[]
): Promise<Hapi.Server> {
  const {
    otherwise,
    opencrvs,
    core: _core,
    maxBytes,
    prepare,
    triggerRoute = {},
    serverRoutes = {},
    ...options
  } = changes
  const nationalId = createNationalId({
    ...testOptions(coreUrl, folder, lines),
    system,
    ...options,
    opencrvs: {
      gatewayUrl: coreUrl,
      authUrl: coreUrl,
      acceptPauseMs: 30,
      checkAfterMs: 60,
      ...opencrvs
    },
    delivery: {
      retry: { initialMs: 20, maxMs: 100, maxAttempts: 6 },
      circuit: { failures: 50, openMs: 100 },
      pollMs: 25,
      stopTimeoutMs: 100,
      ...options.delivery
    }
  })
  const server = Hapi.server({
    host: '127.0.0.1',
    port: 0,
    routes: {
      payload: { maxBytes: maxBytes ?? 20 * 1024 * 1024 },
      ...serverRoutes
    }
  })
  await prepare?.(server)
  await server.register(nationalId.plugin)
  server.route({
    method: 'POST',
    path: '/trigger/events/{event}/actions/{action}',
    handler: nationalId.handlers.action(
      otherwise === undefined ? {} : { otherwise }
    ),
    options: triggerRoute
  })
  await server.start()
  return server
}

function testOptions(
  coreUrl: string,
  folder: string,
  lines: LogLine[]
): Omit<NationalIdOptions, 'system'> {
  let numbers = 0
  const write = (fields: object, message: string) => {
    lines.push({ ...fields, message })
  }
  return {
    publicUrl: 'http://127.0.0.1',
    opencrvs: { gatewayUrl: coreUrl, authUrl: coreUrl },
    secrets: { encryption: ENCRYPTION_KEY },
    store: sqlite({ path: path.join(folder, 'national-id.db') }),
    events: {
      birth: {
        subject: 'child',
        people: ['mother'],
        rules: {
          REGISTER: [
            {
              name: 'child under ten',
              when: when.ageBelow('child.dob', { years: 10 }),
              then: when.createIdentity()
            }
          ]
        }
      },
      death: {
        subject: 'deceased',
        rules: {
          REGISTER: [{ name: 'every death', then: when.notifyDeath() }]
        }
      }
    },
    registrationNumber: () => {
      numbers += 1
      return `RN-${numbers}`
    },
    logger: { debug: write, info: write, warn: write, error: write }
  }
}

/** Waits until something is so. Fails with the last thing seen. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  isSo: (seen: T) => boolean,
  timeoutMs = 8_000
): Promise<T> {
  const until = Date.now() + timeoutMs
  for (;;) {
    const seen = await look()
    if (isSo(seen)) return seen
    if (Date.now() > until) {
      throw new Error(`it did not happen; last seen: ${JSON.stringify(seen)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** A birth of this year that the rules of the tests take. */
export const NEWBORN = {
  'child.name': { firstname: 'Juno', surname: 'Exampleson' },
  'child.dob': `${new Date().getFullYear()}-01-01`,
  'child.gender': 'female'
}

/** A death with an identifier. */
export const DECEASED = {
  'deceased.name': { firstname: 'Otto', surname: 'Exampleson' },
  'deceased.dob': '1950-02-03',
  'deceased.gender': 'male',
  'deceased.nid': '8000000017'
}

/** The rows that answer an action, in words. */
export function answersTo(
  core: CoreSimulator,
  eventId: string,
  type: string
): string[] {
  return (core.event(eventId)?.actions ?? [])
    .filter((row) => row.type === type && row.originalActionId !== undefined)
    .map((row) => row.status)
}
