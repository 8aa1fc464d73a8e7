import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { sqlite, when } from 'opencrvs-national-id'
import type { Decision, StoreFactory } from 'opencrvs-national-id'
import { StoreError } from '../../src/domain/errors'
import { call, pendingAction, trigger } from './attacker'
import {
  answersTo,
  DECEASED,
  eventually,
  NEWBORN,
  scriptedSystem,
  startEnvironment,
  type Environment,
  type ScriptedSystem
} from './environment'

type Store = ReturnType<StoreFactory['create']>

/** What becomes of a transaction whose commit loses the connection. */
type Loss = 'written' | 'not written'

let environment: Environment
let system: ScriptedSystem
let folder: string
/** What the next commits of new deliveries come to. */
let losses: Loss[]
let isAway: boolean
/** How long it stays away then; undefined: until somebody brings it back. */
let awayMs: number | undefined

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'national-id-unsure-'))
  losses = []
  isAway = false
  awayMs = undefined
})

afterEach(async () => {
  isAway = false
  await environment.stop()
  rmSync(folder, { recursive: true, force: true })
})

function lost(outcomeUnknown: boolean): StoreError {
  return new StoreError('the connection was lost', {
    code: 'ERR_STORE_LOST',
    retryable: true,
    outcomeUnknown
  })
}

/** A store behind a connection that is lost during commits, and then for as long as `isAway`. */
function losingStore(): StoreFactory {
  const inner = sqlite({ path: path.join(folder, 'national-id.db') })
  async function insert(
    store: Store,
    args: Parameters<Store['insert']>
  ): ReturnType<Store['insert']> {
    const loss = losses.shift()
    if (loss === undefined) return store.insert(...args)
    isAway = losses.length === 0
    if (awayMs !== undefined) setTimeout(comeBack, awayMs)
    if (loss === 'written') await store.insert(...args)
    throw lost(true)
  }
  return {
    ...inner,
    create(dependencies) {
      const store = inner.create(dependencies)
      return new Proxy(store, {
        get(target, name: keyof Store) {
          const own = target[name]
          if (name === 'close' || typeof own !== 'function') return own
          return (...args: never[]) => {
            if (isAway) return Promise.reject(lost(false))
            return name === 'insert'
              ? insert(target, args as never)
              : (own as (...all: never[]) => unknown)(...args)
          }
        }
      })
    }
  }
}

async function start(then: Decision): Promise<void> {
  system = scriptedSystem()
  system.script({ outcome: 'accepted', identifier: '9000000042' })
  const rules = { REGISTER: [{ name: 'all', then }] }
  environment = await startEnvironment(system, {
    store: losingStore(),
    opencrvs: { acceptPauseMs: 0, checkAfterMs: 50 },
    delivery: { pollMs: 50 },
    operations: { scope: 'record.reject' },
    events: {
      birth: { subject: 'child', rules },
      death: { subject: 'deceased', rules }
    }
  })
}

function comeBack(): void {
  isAway = false
}

/** What core has stored once it has something. */
function answered(eventId: string): Promise<string[]> {
  return eventually(
    () => answersTo(environment.core, eventId, 'REGISTER'),
    (found) => found.length > 0
  )
}

async function deliveries(): Promise<
  Array<{ id: string; state: string; lastCode?: string }>
> {
  const { text } = await call(environment, '/national-id/deliveries', {
    method: 'GET',
    token: environment.core.userToken()
  })
  // Without any while the store is away.
  return (JSON.parse(text) as { deliveries?: never[] }).deliveries ?? []
}

describe('a commit whose outcome nobody knows', () => {
  it.each<[Loss, string, Decision]>([
    ['written', 'async', when.createIdentity()],
    ['not written', 'async', when.createIdentity()],
    ['written', 'sync', when.createIdentity({ mode: 'sync' })],
    ['not written', 'sync', when.createIdentity({ mode: 'sync' })]
  ])(
    'is found out when the store comes back (%s, %s): one identity, and core accepts',
    async (loss, _mode, decision) => {
      await start(decision)
      losses = [loss]
      awayMs = 300
      const eventId = await environment.core.createDeclaredEvent(
        'birth',
        NEWBORN
      )
      await environment.core.register(eventId)
      expect(await answered(eventId)).toEqual(['Accepted'])
      expect(environment.core.state(eventId)?.declaration['child.nid']).toBe(
        '9000000042'
      )
      expect(system.requests).toHaveLength(1)
      expect(await deliveries()).toHaveLength(1)
    }
  )

  it('is answered 400 when the store stays away, and the ID system is never asked for what core has rejected', async () => {
    await start(when.createIdentity())
    const { core } = environment
    losses = ['written', 'not written']
    const eventIds = [
      await core.createDeclaredEvent('birth', NEWBORN),
      await core.createDeclaredEvent('birth', NEWBORN)
    ]
    // The second one begins to be written before the connection is lost.
    await Promise.all(eventIds.map((id) => core.register(id)))
    for (const id of eventIds)
      expect(answersTo(core, id, 'REGISTER')).toEqual(['Rejected'])
    comeBack()
    const cancelled = await eventually(
      deliveries,
      (found) =>
        found.length === 2 && found.every(({ state }) => state === 'cancelled')
    )
    expect(cancelled.map(({ lastCode }) => lastCode)).toEqual([
      'ERR_STORE_UNSURE',
      'ERR_STORE_UNSURE'
    ])
    expect(system.requests).toEqual([])
    // The registrar tries again.
    for (const id of eventIds) {
      await core.register(id)
      await eventually(
        () => answersTo(core, id, 'REGISTER'),
        (found) => found.includes('Accepted')
      )
    }
    expect(system.requests).toHaveLength(2)
  }, 20_000)

  it('gets the same refusal again when core asks about the same action, and leaves a trace', async () => {
    await start(when.notifyDeath())
    const { core } = environment
    losses = ['written']
    const eventId = await core.createDeclaredEvent('death', DECEASED)
    await core.register(eventId, { answeredWith: { status: 202 } })
    const asked = pendingAction(environment, eventId)
    const refusal = { status: 400, body: { code: 'ERR_STORE_UNSURE' } }
    expect(await trigger(environment, asked)).toMatchObject(refusal)
    comeBack()
    await eventually(deliveries, ([found]) => found?.state === 'cancelled')
    expect(await trigger(environment, asked)).toMatchObject(refusal)
    expect(system.requests).toEqual([])
    expect(environment.lines).toContainEqual(
      expect.objectContaining({ code: 'ERR_STORE_UNSURE' })
    )
    expect(JSON.stringify(environment.lines)).not.toContain('Exampleson')
  }, 20_000)
})
