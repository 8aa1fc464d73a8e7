import { cancellingAbandoned } from '../../src/delivery/cancel-abandoned'
import { StoreError } from '../../src/domain/errors'
import { newId } from '../../src/internal/ids'
import type { NewDelivery } from '../../src/store/store'
import { sampleDelivery, START } from '../store/sample-delivery'
import {
  agreeableCore,
  sayingSystem,
  workbench,
  type Workbench
} from './workbench'

let bench: Workbench
let system: ReturnType<typeof sayingSystem>

beforeEach(async () => {
  system = sayingSystem(() => ({ outcome: 'accepted', identifier: '1' }))
  bench = await workbench(system, agreeableCore())
})

afterEach(async () => {
  await bench.close()
})

/** Runs the chore until nothing that was abandoned is left to look for. */
async function settle(): Promise<void> {
  const { dependencies } = bench
  const chore = cancellingAbandoned(dependencies)
  chore.start()
  const until = Date.now() + 5_000
  while (dependencies.abandoned.unsettled().length > 0 && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  await chore.stop()
  expect(dependencies.abandoned.unsettled()).toEqual([])
}

function notification(main: NewDelivery): NewDelivery {
  const { event, action } = main
  return {
    ...sampleDelivery({ event, action }),
    part: 'notification',
    mode: 'notify',
    coreOwed: 'nothing'
  }
}

describe('a delivery whose trigger core was told is refused', () => {
  it('is cancelled with all that follows it, and erased, if it was written after all', async () => {
    const main = sampleDelivery({ state: 'answered', coreOwed: 'check' })
    const behind = notification(main)
    await bench.store.insert(main, [], [behind])
    bench.dependencies.abandoned.add(main, [behind])
    await settle()
    for (const { id } of [main, behind]) {
      const found = await bench.find(id)
      expect(found).toMatchObject({
        state: 'cancelled',
        lastCode: 'ERR_STORE_UNSURE'
      })
      expect(found.secrets).toBeUndefined()
      expect(await bench.trail(id)).toContain('delivery.cancelled')
    }
    expect(bench.events.map(({ type }) => type)).toEqual([
      'delivery.ended',
      'delivery.ended'
    ])
  })

  it('leaves a cancelled one behind if it was not, so that a commit that is still on its way can do nothing', async () => {
    const main = sampleDelivery()
    bench.dependencies.abandoned.add(main, [notification(main)])
    await settle()
    const late = await bench.store.insert(main, [])
    expect(late.inserted).toBe(false)
    expect(await bench.store.countByState()).toEqual({ cancelled: 1 })
    expect(await bench.work()).toBe(0)
  })

  it("leaves another trigger's delivery of the same action alone", async () => {
    const main = sampleDelivery()
    const other = { ...main, id: newId() }
    await bench.store.insert(other, [])
    bench.dependencies.abandoned.add(main, [])
    await settle()
    expect((await bench.find(other.id)).state).toBe('queued')
  })

  it('is cancelled by the worker that is given it first', async () => {
    const main = sampleDelivery()
    await bench.store.insert(main, [])
    bench.dependencies.abandoned.add(main, [])
    expect(await bench.work()).toBe(1)
    expect(system.calls).toBe(0)
    expect((await bench.find(main.id)).state).toBe('cancelled')
    await settle()
    expect(bench.logs.map(({ message }) => message).join()).not.toContain(
      'worked on all the same'
    )
  })

  it('is cancelled where it was leased to the trigger itself', async () => {
    const main = sampleDelivery({
      lease: { owner: 'w1', until: START + 9_000 }
    })
    await bench.store.insert(main, [])
    bench.dependencies.abandoned.add(main, [])
    await settle()
    expect((await bench.find(main.id)).state).toBe('cancelled')
  })

  it('is left to whoever has begun with it, which the log says: the ID system may have been asked', async () => {
    const main = sampleDelivery()
    await bench.store.insert(main, [])
    await bench.store.claim({
      owner: 'another process',
      now: START,
      leaseMs: 1_000,
      limit: 1,
      states: ['queued']
    })
    bench.clock.at += 5_000
    bench.dependencies.abandoned.add(main, [])
    await settle()
    expect((await bench.find(main.id)).state).toBe('queued')
    expect(bench.logs).toContainEqual(
      expect.objectContaining({ deliveryId: main.id, code: 'ERR_STORE_UNSURE' })
    )
  })

  it('is named in the log when the server stops before the store has answered', async () => {
    const main = sampleDelivery()
    bench.dependencies.abandoned.add(main, [])
    const away = () =>
      Promise.reject(new StoreError('away', { code: 'ERR_STORE_LOST' }))
    const chore = cancellingAbandoned({
      ...bench.dependencies,
      store: { ...bench.store, insert: away }
    })
    chore.start()
    await chore.stop()
    expect(bench.logs).toEqual([
      expect.objectContaining({
        deliveryId: main.id,
        actionId: main.action.id,
        code: 'ERR_STORE_UNSURE'
      })
    ])
    expect(
      JSON.stringify(bench.dependencies.abandoned.unsettled())
    ).not.toMatch(/Nakamura|eyJ/)
  })
})
