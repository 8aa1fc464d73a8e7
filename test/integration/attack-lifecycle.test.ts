import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import * as Hapi from '@hapi/hapi'
import { createNationalId, sqlite, when } from 'opencrvs-national-id'
import type { NationalIdOptions, StoreFactory } from 'opencrvs-national-id'
import {
  createCoreSimulator,
  type CoreSimulator
} from 'opencrvs-national-id/sandbox'
import { pendingRegistration, recordedTrigger } from './attacker'
import {
  answersTo,
  eventually,
  NEWBORN,
  scriptedSystem,
  type LogLine
} from './environment'

const TRIGGER = '/trigger/events/birth/actions/REGISTER'

let folder: string
let core: CoreSimulator
let lines: LogLine[]
let servers: Hapi.Server[]

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'national-id-life-'))
  core = createCoreSimulator()
  await core.start()
  lines = []
  servers = []
})

afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop({ timeout: 50 })))
  await core.stop()
  rmSync(folder, { recursive: true, force: true })
})

function instance(changes: Partial<NationalIdOptions> = {}) {
  const write = (fields: object, message: string) => {
    lines.push({ ...fields, message })
  }
  return createNationalId({
    publicUrl: 'http://127.0.0.1',
    opencrvs: { gatewayUrl: core.url, authUrl: core.url, acceptPauseMs: 30 },
    secrets: { encryption: 'for tests only, and long enough: 0123456789' },
    store: sqlite({ path: path.join(folder, 'national-id.db') }),
    system: scriptedSystem(),
    events: {
      birth: {
        subject: 'child',
        rules: { REGISTER: [{ name: 'all', then: when.createIdentity() }] }
      }
    },
    registrationNumber: () => 'RN-1',
    delivery: { pollMs: 25, stopTimeoutMs: 100 },
    logger: { debug: write, info: write, warn: write, error: write },
    ...changes
  })
}

function newServer(): Hapi.Server {
  const server = Hapi.server({ host: '127.0.0.1', port: 0 })
  servers.push(server)
  return server
}

function triggerRoute(nationalId: ReturnType<typeof instance>, at = TRIGGER) {
  return {
    method: 'POST',
    path: at,
    handler: nationalId.handlers.action()
  } as const
}

function inject(server: Hapi.Server, url = TRIGGER) {
  const { event, target } = recordedTrigger()
  return server.inject({
    method: 'POST',
    url,
    payload: event,
    headers: { authorization: `Bearer ${core.recordToken(target)}` }
  })
}

/** A store that tells whether it is open. */
function watchedStore(): { factory: StoreFactory; isOpen: () => boolean } {
  const inner = sqlite({ path: path.join(folder, 'watched.db') })
  let open = 0
  return {
    isOpen: () => open > 0,
    factory: {
      ...inner,
      create(dependencies) {
        const store = inner.create(dependencies)
        return {
          ...store,
          async open() {
            await store.open()
            open += 1
          },
          async close() {
            await store.close()
            open -= 1
          }
        }
      }
    }
  }
}

describe('two instances', () => {
  it('with prefixes of their own work side by side on one server', async () => {
    const first = instance({ routePrefix: '/first' })
    const second = instance({
      routePrefix: '/second',
      store: sqlite({ path: path.join(folder, 'second.db') })
    })
    const server = newServer()
    await server.register([{ plugin: first.plugin }, { plugin: second.plugin }])
    server.route([triggerRoute(first), triggerRoute(second, '/other')])
    await server.start()
    for (const url of [TRIGGER, '/other']) {
      expect((await inject(server, url)).statusCode).toBe(202)
      const refused = await server.inject({
        method: 'POST',
        url,
        payload: '{',
        headers: { 'content-type': 'application/json' }
      })
      expect(refused.statusCode).toBe(400)
    }
    // Each call was refused, and noted, once.
    const refusals = lines.filter(({ message }) => message === 'call refused')
    expect(refusals).toHaveLength(2)
    for (const prefix of ['/first', '/second']) {
      const { statusCode } = await server.inject(`${prefix}/health/ready`)
      expect(statusCode).toBe(200)
    }
  })

  it('with the same prefix are refused while they are registered', async () => {
    const server = newServer()
    await server.register(instance().plugin)
    await expect(server.register(instance().plugin)).rejects.toThrow(
      /two instances have the same routePrefix/
    )
  })
})

describe('one instance', () => {
  it('stands under the prefix that the country registers it with', async () => {
    const server = newServer()
    await server.register(
      { plugin: instance().plugin },
      { routes: { prefix: '/country' } }
    )
    await server.start()
    const url = '/country/national-id/health/ready'
    expect((await server.inject(url)).statusCode).toBe(200)
  })

  it('does not run on two servers, and the end of the second leaves the first alone', async () => {
    const nationalId = instance()
    const [first, second] = [newServer(), newServer()]
    await first.register(nationalId.plugin)
    await second.register(nationalId.plugin)
    first.route(triggerRoute(nationalId))
    await first.start()
    await expect(second.start()).rejects.toMatchObject({
      code: 'ERR_ALREADY_RUNNING'
    })
    await second.stop()
    expect((await inject(first)).statusCode).toBe(202)
    await first.stop()
  })

  it('starts again after it was stopped', async () => {
    const nationalId = instance()
    const server = newServer()
    await server.register(nationalId.plugin)
    server.route(triggerRoute(nationalId))
    await server.start()
    await server.stop()
    await server.start()
    expect((await inject(server)).statusCode).toBe(202)
  })

  it('works on a server that is initialized and does not listen, as tests of countries do', async () => {
    const nationalId = instance()
    const server = newServer()
    await server.register(nationalId.plugin)
    server.route(triggerRoute(nationalId))
    expect((await inject(server)).statusCode).toBe(400)
    await server.initialize()
    expect((await inject(server)).statusCode).toBe(202)
  })

  it('answers where its plugin was forgotten, and says so', async () => {
    const server = newServer()
    server.route(triggerRoute(instance()))
    await server.start()
    const { statusCode, payload } = await inject(server)
    expect(statusCode).toBe(400)
    expect(payload).toContain('ERR_NOT_STARTED')
  })
})

describe('a start that fails', () => {
  async function failing(changes: Partial<NationalIdOptions>) {
    const server = newServer()
    const nationalId = instance(changes)
    await server.register(nationalId.plugin)
    server.route(triggerRoute(nationalId))
    return {
      server,
      failure: await server.start().then(
        () => undefined,
        (error: unknown) => error
      )
    }
  }

  it('because the store cannot be opened leaves nothing behind', async () => {
    const { server, failure } = await failing({
      store: sqlite({ path: path.join(folder, 'missing', 'x.db') })
    })
    expect(failure).toMatchObject({ code: 'ERR_STORE_FOLDER' })
    expect(server.info.started).toBe(0)
    expect((await inject(server)).statusCode).toBe(400)
  })

  it('because the store is something else leaves it as it was', async () => {
    writeFileSync(path.join(folder, 'text.db'), 'no database'.repeat(1_000))
    const { failure } = await failing({
      store: sqlite({ path: path.join(folder, 'text.db') })
    })
    expect(failure).toMatchObject({ code: 'ERR_STORE_CORRUPT' })
    expect(readdirSync(folder)).toEqual(['text.db'])
  })

  it('because a secret cannot be fetched tells its name and not what the vault said', async () => {
    const { factory, isOpen } = watchedStore()
    const { failure } = await failing({
      store: factory,
      secrets: { encryption: () => Promise.reject(new Error('s3cr3t')) }
    })
    expect(failure).toMatchObject({ code: 'ERR_SECRET' })
    expect(String(failure)).not.toContain('s3cr3t')
    expect(isOpen()).toBe(false)
  })

  it('because the system does not start closes the store again, and may be tried again', async () => {
    const { factory, isOpen } = watchedStore()
    let broken = true
    const system = scriptedSystem(
      {},
      {
        start: () =>
          broken ? Promise.reject(new Error('no broker')) : Promise.resolve(),
        stop: () => Promise.reject(new Error('cannot stop either'))
      }
    )
    const nationalId = instance({ store: factory, system })
    const first = newServer()
    await first.register(nationalId.plugin)
    await expect(first.start()).rejects.toThrow('no broker')
    expect(isOpen()).toBe(false)
    broken = false
    const second = newServer()
    await second.register(nationalId.plugin)
    await second.start()
    expect(isOpen()).toBe(true)
    // A part that cannot be closed keeps the others from nothing.
    await second.stop()
    expect(isOpen()).toBe(false)
    expect(lines).toContainEqual({
      part: 'system',
      code: 'ERR_UNEXPECTED',
      message: 'a part could not be closed'
    })
  })
})

describe('a stop', () => {
  it('while core waits for a sync answer loses nothing, and rejects nothing', async () => {
    const system = scriptedSystem()
    system.script('hang')
    const sync: Partial<NationalIdOptions> = {
      system,
      events: {
        birth: {
          subject: 'child',
          rules: {
            REGISTER: [
              { name: 'all', then: when.createIdentity({ mode: 'sync' }) }
            ]
          }
        }
      }
    }
    const nationalId = instance(sync)
    const server = newServer()
    await server.register(nationalId.plugin)
    server.route(triggerRoute(nationalId))
    await server.start()
    const { event, target } = await pendingRegistration({ core }, NEWBORN)
    const answered = fetch(`${server.info.uri}${TRIGGER}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${core.recordToken(target)}`,
        'content-type': 'application/json'
      },
      body: JSON.stringify(event)
    }).then(
      ({ status }) => status,
      () => 'cut'
    )
    await eventually(
      () => system.requests.length,
      (n) => n === 1
    )
    await server.stop({ timeout: 50 })
    expect([202, 'cut']).toContain(await answered)
    const again = instance(sync)
    system.script({ outcome: 'accepted', identifier: '9000000042' })
    const next = newServer()
    await next.register(again.plugin)
    await next.start()
    const rows = await eventually(
      () => answersTo(core, target.eventId, 'REGISTER'),
      (found) => found.length > 0
    )
    expect(rows).toEqual(['Accepted'])
    expect(core.state(target.eventId)?.declaration['child.nid']).toBe(
      '9000000042'
    )
    expect(lines.map(({ message }) => message)).not.toContain('call refused')
  })
})
