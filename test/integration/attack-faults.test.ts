import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { sqlite, when } from 'opencrvs-national-id'
import type { Decision, Delivery, StoreFactory } from 'opencrvs-national-id'
import {
  call,
  pendingRegistration,
  recordedTrigger,
  trigger,
  TRIGGER
} from './attacker'
import {
  answersTo,
  DECEASED,
  eventually,
  NEWBORN,
  scriptedSystem,
  startEnvironment,
  type Changes,
  type Environment,
  type ScriptedSystem
} from './environment'

type Store = ReturnType<StoreFactory['create']>

let environment: Environment
let system: ScriptedSystem
let folder: string
/** The methods of the store that fail now, each as often as it says. */
let failing: Map<keyof Store, number>

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'national-id-faults-'))
  failing = new Map()
})

afterEach(async () => {
  jest.restoreAllMocks()
  await environment.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** SQLite that fails when a test says so, with an error that quotes what it must not. */
function failingStore(): StoreFactory {
  const inner = sqlite({ path: path.join(folder, 'national-id.db') })
  return {
    ...inner,
    create(dependencies) {
      const store = inner.create(dependencies)
      return new Proxy(store, {
        get(target, name: keyof Store) {
          const left = failing.get(name) ?? 0
          if (left === 0) return target[name]
          return () => {
            failing.set(name, left - 1)
            return Promise.reject(new Error('disk: Juno Exampleson'))
          }
        }
      })
    }
  }
}

async function start(
  then: Decision,
  changes: Changes = {},
  scripted = scriptedSystem()
): Promise<void> {
  system = scripted
  const rules = { REGISTER: [{ name: 'all', then }] }
  environment = await startEnvironment(system, {
    store: failingStore(),
    operations: { scope: 'record.reject' },
    events: {
      birth: { subject: 'child', rules },
      death: { subject: 'deceased', rules }
    },
    ...changes
  })
}

async function deliveries(): Promise<Delivery[]> {
  const { text } = await call(environment, '/national-id/deliveries', {
    method: 'GET',
    token: environment.core.userToken()
  })
  return (JSON.parse(text) as { deliveries: Delivery[] }).deliveries
}

const quiet = (what: unknown) =>
  expect(JSON.stringify(what)).not.toContain('Juno')

describe('a store that fails', () => {
  it('while a trigger is written has it refused, so that it can be tried again', async () => {
    await start(when.createIdentity())
    const asked = await pendingRegistration(environment, NEWBORN)
    failing.set('insert', 1)
    const refused = await trigger(environment, asked)
    expect(refused).toMatchObject({
      status: 400,
      body: { code: 'ERR_UNEXPECTED' }
    })
    expect(await deliveries()).toEqual([])
    expect((await trigger(environment, asked)).status).toBe(202)
    quiet([refused, environment.lines])
  })

  it('after the system has answered in sync mode does not have the registration rejected', async () => {
    await start(when.createIdentity({ mode: 'sync' }), {
      delivery: { leaseMs: 1_000, submitTimeoutMs: 500, syncBudgetMs: 300 }
    })
    system.script({ outcome: 'accepted', identifier: '9000000042' })
    const asked = await pendingRegistration(environment, NEWBORN)
    failing.set('update', 1)
    expect((await trigger(environment, asked)).status).toBe(202)
    const rows = await eventually(
      () => answersTo(environment.core, asked.target.eventId, 'REGISTER'),
      (found) => found.length > 0
    )
    expect(rows).toEqual(['Accepted'])
    quiet(environment.lines)
  })

  it('for the audit trail alone does not change how a stranger is refused', async () => {
    await start(when.createIdentity())
    failing.set('audit', 1)
    expect((await call(environment, TRIGGER)).status).toBe(400)
    expect(environment.lines.map(({ message }) => message)).toContain(
      'the refusal could not be written to the audit trail'
    )
    quiet(environment.lines)
  })

  it('has operators and scrapers told no more than that', async () => {
    await start(when.createIdentity(), { metrics: { allowAnonymous: true } })
    failing.set('list', 1)
    failing.set('countByState', 1)
    const listed = await call(environment, '/national-id/deliveries', {
      method: 'GET',
      token: environment.core.userToken()
    })
    expect(listed.status).toBe(500)
    const scraped = await call(environment, '/national-id/metrics', {
      method: 'GET'
    })
    expect(scraped.status).toBe(503)
    quiet([listed, scraped, environment.lines])
  })

  it('or a key that does not come makes us unready, in time for the probe', async () => {
    await start(when.createIdentity(), {
      opencrvs: { publicKey: () => new Promise<string>(() => undefined) }
    })
    failing.set('check', 1)
    const real = setTimeout
    jest
      .spyOn(globalThis, 'setTimeout')
      .mockImplementation((run: () => void, ms?: number) =>
        real(run, ms === 4_000 ? 30 : ms)
      )
    const { status, text } = await call(
      environment,
      '/national-id/health/ready',
      { method: 'GET' }
    )
    expect(status).toBe(503)
    expect(JSON.parse(text)).toMatchObject({
      checks: { store: 'failing', opencrvs: 'slow', system: 'ok' }
    })
  })
})

describe('decisions that reach the ID system in other ways', () => {
  it('ask it about a person while the rules are weighed', async () => {
    const asked: unknown[] = []
    const verifying = scriptedSystem(
      { verify: true },
      {
        verify: (request) => {
          asked.push(request)
          return Promise.resolve({ outcome: 'noMatch' })
        }
      }
    )
    const matches =
      (person: string) =>
      async ({
        verify
      }: {
        verify?: (who: string) => Promise<{ outcome: string }>
      }) =>
        (await verify?.(person))?.outcome === 'match'
    await start(
      when.createIdentity(),
      {
        events: {
          birth: {
            subject: 'child',
            people: ['mother'],
            rules: {
              REGISTER: [
                {
                  name: 'known',
                  when: when.any(matches('child'), matches('mother')),
                  then: when.createIdentity()
                },
                { name: 'unknown', then: when.reject('not known') }
              ]
            }
          }
        }
      },
      verifying
    )
    const asking = await pendingRegistration(environment, {
      ...NEWBORN,
      'mother.nid': '8000000017'
    })
    expect(await trigger(environment, asking)).toMatchObject({
      status: 400,
      body: { message: 'not known' }
    })
    expect(asked).toMatchObject([
      { person: { name: { firstname: 'Juno' } } },
      { identifier: '8000000017' }
    ])
    quiet(environment.lines)
  })

  it('also make a deactivation that waits, where the country insists, once for many triggers', async () => {
    await start(when.notifyDeath(), {
      policies: {
        death: { deactivate: { gracePeriodDays: 30, acknowledged: true } }
      }
    })
    system.script({ outcome: 'accepted' })
    const asked = await pendingRegistration(environment, DECEASED, 'death')
    await Promise.all(
      Array.from({ length: 20 }, () => trigger(environment, asked))
    )
    const parts = (await deliveries()).map(({ part }) => part)
    expect(parts.sort()).toEqual(['deactivation', 'main', 'notification'])
  })

  it('say what a withdrawal is for', async () => {
    await start(when.withdraw({ cause: 'revocation' }))
    const asked = await pendingRegistration(environment, {
      ...NEWBORN,
      'child.nid': '8000000017'
    })
    expect((await trigger(environment, asked)).status).toBe(200)
    const [request] = await eventually(
      () => system.requests,
      (requests) => requests.length > 0
    )
    expect(request).toMatchObject({
      operation: 'withdraw',
      cause: 'revocation',
      identifier: '8000000017'
    })
  })

  it('are none for an action that no rule is about, which is then accepted', async () => {
    await start(when.createIdentity())
    const asked = recordedTrigger('birth-EDIT')
    expect(await trigger(environment, asked)).toEqual({ status: 200, body: {} })
    expect(await deliveries()).toEqual([])
  })
})
