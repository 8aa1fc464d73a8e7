import { purging, stalledWatch, tokenRenewal } from '../../src/delivery/chores'
import type { Chore } from '../../src/delivery/chores'
import { createHookRunner } from '../../src/delivery/hooks'
import { OpenCrvsError, StoreError } from '../../src/domain/errors'
import { eventually } from '../integration/environment'
import { agreeableCore, sayingSystem, workbench } from './workbench'
import type { Workbench } from './workbench'

let bench: Workbench
let chore: Chore | undefined

afterEach(async () => {
  await chore?.stop()
  chore = undefined
  await bench.close()
})

const DAY_MS = 86_400_000
const silent = sayingSystem(() => ({ outcome: 'pending' }))

function start(started: Chore): void {
  chore = started
  started.start()
}

describe('the renewal of record tokens', () => {
  it('renews each that is due, however many there are', async () => {
    let renewed = 0
    bench = await workbench(
      silent,
      agreeableCore({
        renewToken: () => {
          renewed += 1
          return Promise.resolve({
            token: 'fresh',
            expiresAt: bench.clock.now() + 7 * DAY_MS
          })
        }
      })
    )
    const ids: string[] = []
    for (let i = 0; i < 105; i += 1)
      ids.push(await bench.add({ tokenExpiresAt: bench.clock.now() + DAY_MS }))
    start(tokenRenewal(bench.dependencies, 'w1'))
    await eventually(
      () => renewed,
      (n) => n === 105
    )
    const [first = ''] = ids
    await eventually(
      () => bench.find(first),
      ({ secrets }) => secrets?.token === 'fresh'
    )
    expect(await bench.trail(first)).toEqual(['token.renewed'])
  })

  it('does not renew without pause what core gives for a short time only', async () => {
    let renewed = 0
    bench = await workbench(
      silent,
      agreeableCore({
        renewToken: () => {
          renewed += 1
          return Promise.resolve({
            token: 'fresh',
            expiresAt: bench.clock.now() + 100
          })
        }
      }),
      // It then looks every 50 ms, while the clock of the tokens stands still.
      { settings: { renewTokenBeforeMs: 200 } }
    )
    await bench.add({ tokenExpiresAt: bench.clock.now() + 100 })
    start(tokenRenewal(bench.dependencies, 'w1'))
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(renewed).toBe(1)
  })

  it('goes on using what it has when core refuses, and gives the delivery back', async () => {
    const failures = [
      new OpenCrvsError('no', {
        code: 'ERR_CORE_FORBIDDEN',
        failure: 'permanent'
      }),
      new TypeError('a bug that quotes Amina')
    ]
    bench = await workbench(
      silent,
      agreeableCore({
        renewToken: () => Promise.reject(failures.shift() ?? new Error('more'))
      })
    )
    const id = await bench.add({ tokenExpiresAt: bench.clock.now() + DAY_MS })
    await bench.add({ tokenExpiresAt: bench.clock.now() + DAY_MS })
    start(tokenRenewal(bench.dependencies, 'w1'))
    await eventually(
      () => bench.logs.map(({ code }) => code),
      (codes) => codes.length === 2
    )
    expect(bench.logs).toMatchObject([
      { code: 'ERR_CORE_FORBIDDEN' },
      { code: 'ERR_UNEXPECTED' }
    ])
    await eventually(
      () => bench.find(id),
      ({ lease }) => lease === undefined
    )
    expect(JSON.stringify(bench.logs)).not.toContain('Amina')
  })

  it('gives back what it holds when the server stops, and what has no token', async () => {
    let asked = 0
    bench = await workbench(
      silent,
      agreeableCore({
        renewToken: async () => {
          asked += 1
          void chore?.stop()
          return Promise.resolve({
            token: 'fresh',
            expiresAt: bench.clock.now()
          })
        }
      })
    )
    const first = await bench.add({ tokenExpiresAt: bench.clock.now() + 1 })
    const { secrets } = await bench.find(first)
    await bench.store.update(
      first,
      { states: ['queued'] },
      { state: 'cancelled' },
      [],
      bench.clock.now()
    )
    const { token: _token, ...tokenless } = secrets ?? {}
    const without = await bench.add({
      tokenExpiresAt: bench.clock.now() + 2,
      secrets: tokenless as NonNullable<typeof secrets>
    })
    await bench.add({ tokenExpiresAt: bench.clock.now() + 3 })
    const last = await bench.add({ tokenExpiresAt: bench.clock.now() + 4 })
    start(tokenRenewal(bench.dependencies, 'w1'))
    await eventually(
      () => bench.find(last),
      ({ lease }) => lease === undefined && asked === 1
    )
    await chore?.stop()
    expect(asked).toBe(1)
    expect((await bench.find(without)).lease).toBeUndefined()
    expect((await bench.find(last)).secrets?.token).not.toBe('fresh')
  })
})

describe('the watch over what is stalled', () => {
  it('reports it once, with what went wrong last', async () => {
    bench = await workbench(silent)
    const id = await bench.add({ lastCode: 'ERR_DOWN' })
    bench.clock.at += 2 * 3_600_000
    start(stalledWatch(bench.dependencies))
    await eventually(
      () => bench.hooks.length,
      (n) => n === 1
    )
    expect(bench.hooks).toMatchObject([
      { hook: 'onStalled', deliveryId: id, code: 'ERR_DOWN' }
    ])
    expect(bench.events).toMatchObject([{ type: 'delivery.stalled' }])
    await chore?.stop()
    start(stalledWatch(bench.dependencies))
    await chore?.stop()
    expect(bench.hooks).toHaveLength(1)
  })

  it('leaves to the next start what it could not report before the stop', async () => {
    bench = await workbench(silent)
    const told: unknown[] = []
    const { dependencies } = bench
    dependencies.hooks = createHookRunner(
      {
        onStalled: (notice) => {
          told.push(notice.deliveryId)
          void chore?.stop()
        }
      },
      dependencies.logger
    )
    const first = await bench.add()
    bench.clock.at += 1
    const second = await bench.add()
    bench.clock.at += 2 * 3_600_000
    start(stalledWatch(dependencies))
    await eventually(
      () => told.length,
      (n) => n === 1
    )
    await chore?.stop()
    expect((await bench.find(second)).stalledAt).toBeUndefined()
    start(stalledWatch(dependencies))
    await eventually(
      () => told.length,
      (n) => n === 2
    )
    expect(told).toEqual([first, second])
  })

  it.each([
    [new StoreError('busy', { code: 'ERR_STORE_BUSY' }), 'ERR_STORE_BUSY'],
    [new TypeError('a bug'), 'ERR_UNEXPECTED']
  ])('goes on after a failure (%s)', async (failure, code) => {
    bench = await workbench(silent, agreeableCore(), {
      settings: { stalledAfterMs: 10 }
    })
    bench.store.markStalled = () => Promise.reject(failure)
    start(stalledWatch(bench.dependencies))
    await eventually(
      () => bench.logs,
      (lines) => lines.length > 1
    )
    expect(bench.logs[0]).toMatchObject({ chore: 'stalled watch', code })
  })
})

describe('the purge', () => {
  it('removes all that ended long ago, and nothing else', async () => {
    bench = await workbench(silent)
    const old: string[] = []
    for (let i = 0; i < 101; i += 1) old.push(await bench.add())
    for (const id of old)
      await bench.operator
        .reject(id, 'reason', 'user:1')
        .then(() =>
          bench.store.update(
            id,
            { states: ['answered'] },
            { state: 'refused' },
            [],
            bench.clock.now()
          )
        )
    const open = await bench.add()
    bench.clock.at += 91 * DAY_MS
    start(purging(bench.dependencies))
    await eventually(
      () => bench.store.countByState(),
      (counts) => counts.refused === undefined
    )
    expect((await bench.find(open)).state).toBe('queued')
  })
})
