import { createDeliveryWorker } from '../../src/delivery/worker'
import type { DeliveryWorker } from '../../src/delivery/worker'
import { StoreError } from '../../src/domain/errors'
import { eventually } from '../integration/environment'
import { agreeableCore, sayingSystem, workbench } from './workbench'
import type { Workbench } from './workbench'

let bench: Workbench
let worker: DeliveryWorker

afterEach(async () => {
  await worker.stop()
  await bench.close()
})

const forEver = () => new Promise<never>(() => undefined)

function start(): void {
  worker = createDeliveryWorker(bench.dependencies)
  worker.start()
}

describe('the worker', () => {
  it('carries a delivery from one port to the other', async () => {
    bench = await workbench(
      sayingSystem(() => ({ outcome: 'accepted', identifier: '42' }))
    )
    const id = await bench.add()
    start()
    await eventually(
      () => bench.find(id),
      ({ state }) => state === 'confirmed'
    )
  })

  it('stops soon although an adapter hangs and forgets its signal, and gives the delivery back', async () => {
    const system = sayingSystem(forEver)
    bench = await workbench(system, agreeableCore(), {
      settings: { submitTimeoutMs: 20_000 }
    })
    const id = await bench.add()
    start()
    await eventually(
      () => system.calls,
      (n) => n === 1
    )
    const before = Date.now()
    await worker.stop()
    expect(Date.now() - before).toBeLessThan(3_000)
    const delivery = await bench.find(id)
    expect(delivery).toMatchObject({ state: 'queued', attempts: 0 })
    expect(delivery.lease).toBeUndefined()
  })

  it('stops soon although core hangs, and gives the delivery back', async () => {
    let calls = 0
    bench = await workbench(
      sayingSystem(() => ({ outcome: 'accepted', identifier: '42' })),
      agreeableCore({
        accept: () => {
          calls += 1
          return forEver()
        }
      })
    )
    const id = await bench.add()
    start()
    await eventually(
      () => calls,
      (n) => n === 1
    )
    const before = Date.now()
    await worker.stop()
    expect(Date.now() - before).toBeLessThan(3_000)
    const delivery = await bench.find(id)
    expect(delivery.state).toBe('answered')
    expect(delivery.lease).toBeUndefined()
    expect(bench.logs).toContainEqual(
      expect.objectContaining({
        message: 'work under way was left behind when stopping'
      })
    )
  })

  it('stops although leases cannot be given back', async () => {
    bench = await workbench(sayingSystem(forEver))
    start()
    const { release } = bench.store
    const failures = [
      new StoreError('full', { code: 'ERR_STORE_FULL' }),
      new TypeError('a bug')
    ]
    bench.store.release = () => Promise.reject(failures.shift() ?? new Error())
    await worker.stop()
    await worker.stop()
    bench.store.release = release
    const codes = bench.logs.map(({ code }) => code)
    expect(codes).toEqual(
      expect.arrayContaining(['ERR_STORE_FULL', 'ERR_UNEXPECTED'])
    )
  })

  it('does not begin again what it is still at when the lease has run out', async () => {
    const system = sayingSystem(forEver)
    bench = await workbench(system)
    const id = await bench.add()
    start()
    await eventually(
      () => system.calls,
      (n) => n === 1
    )
    bench.endLeases()
    worker.wake()
    const renewed = await eventually(
      () => bench.find(id),
      ({ lease }) => (lease?.until ?? 0) > bench.clock.now()
    )
    expect(renewed.lease?.owner).toBe(worker.owner)
    expect(system.calls).toBe(1)
  })

  it('tells core as soon as the system has answered, not at the next look', async () => {
    bench = await workbench(
      sayingSystem(() => ({ outcome: 'accepted', identifier: '42' }))
    )
    bench.dependencies.settings.pollMs = 60_000
    const id = await bench.add()
    start()
    await eventually(
      () => bench.find(id),
      ({ state }) => state === 'confirmed'
    )
  })

  it('looks for work towards one side only when it is woken for that side', async () => {
    bench = await workbench(sayingSystem(forEver))
    bench.dependencies.settings.pollMs = 60_000
    const looks: string[] = []
    const { claim } = bench.store
    bench.store.claim = (request) => {
      looks.push(request.states.join())
      return claim(request)
    }
    start()
    await eventually(
      () => looks.length,
      (count) => count === 2
    )
    for (const side of ['system', 'core', undefined] as const) {
      worker.wake(side)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(looks.slice(2)).toEqual([
      'queued,submitted',
      'answered',
      'queued,submitted',
      'answered'
    ])
  })

  it('takes up together what ends within a moment, and leaves no place empty', async () => {
    const waiting: Array<() => void> = []
    const system = sayingSystem(
      () =>
        new Promise((resolve) => {
          waiting.push(() => {
            resolve({ outcome: 'pending' })
          })
        })
    )
    bench = await workbench(system)
    bench.dependencies.settings.concurrency = 8
    bench.dependencies.settings.pollMs = 60_000
    for (let count = 0; count < 11; count += 1) await bench.add()
    let taken = 0
    const { claim } = bench.store
    bench.store.claim = async (request) => {
      const claimed = await claim(request)
      if (claimed.length > 0) taken += 1
      return claimed
    }
    start()
    await eventually(
      () => system.calls,
      (calls) => calls === 8
    )
    const { update } = bench.store
    let written = 0
    bench.store.update = async (...change) => {
      const updated = await update(...change)
      written += 1
      // One ends when the one before has been written.
      if (written < 3) waiting[written]?.()
      return updated
    }
    waiting[0]?.()
    await eventually(
      () => system.calls,
      (calls) => calls === 11
    )
    // One by one, it would be four times.
    expect(taken).toBeLessThan(4)
  })

  it('does not turn in circles while the system is left alone', async () => {
    bench = await workbench(sayingSystem(forEver))
    const { system } = bench.dependencies
    bench.dependencies.system = { ...system, isAvailable: () => false }
    await bench.add()
    let looks = 0
    const { nextDue } = bench.store
    bench.store.nextDue = (states) => {
      looks += states.includes('queued') ? 1 : 0
      return nextDue(states)
    }
    bench.dependencies.settings.pollMs = 10_000
    start()
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(looks).toBeLessThan(5)
  })

  it.each([
    [new StoreError('full', { code: 'ERR_STORE_FULL' }), 'ERR_STORE_FULL'],
    [new TypeError('a bug'), 'TypeError'],
    ['a text', 'string']
  ])('goes on after the store has failed (%s)', async (failure, error) => {
    bench = await workbench(
      sayingSystem(() => ({ outcome: 'accepted', identifier: '42' }))
    )
    const id = await bench.add()
    const { claim } = bench.store
    const failures: unknown[] = [failure, failure]
    bench.store.claim = (request) => {
      const next = failures.shift()
      if (next === undefined) return claim(request)
      // What a driver throws is not always an Error.
      return Promise.reject(next)
    }
    start()
    await eventually(
      () => bench.find(id),
      ({ state }) => state === 'confirmed'
    )
    expect(bench.logs[0]).toMatchObject({ error })
  })

  it('takes up again, when the lease ends, what could not be written', async () => {
    const system = sayingSystem(() => ({
      outcome: 'accepted',
      identifier: '42'
    }))
    bench = await workbench(system)
    const id = await bench.add()
    const { update } = bench.store
    const full = new StoreError('full', { code: 'ERR_STORE_FULL' })
    bench.store.update = () => Promise.reject(full)
    start()
    await eventually(
      () => bench.logs,
      (lines) => lines.some((line) => line.error === 'ERR_STORE_FULL')
    )
    bench.store.update = update
    bench.endLeases()
    await eventually(
      () => bench.find(id),
      ({ state }) => state === 'confirmed'
    )
    expect(system.calls).toBe(2)
  })
})
