import type { SystemAnswer } from '../../src/domain/delivery'
import { SystemError } from '../../src/domain/errors'
import { sampleDelivery } from '../store/sample-delivery'
import { agreeableCore, sayingSystem, workbench } from './workbench'
import type { Workbench } from './workbench'

let bench: Workbench

afterEach(() => bench.close())

const ISSUED: SystemAnswer = { outcome: 'accepted', identifier: '42' }
const PENDING: SystemAnswer = { outcome: 'pending' }
const WRONG_STATE = { code: 'ERR_DELIVERY_STATE' }

describe('sending a delivery again by hand', () => {
  it('sends the same reference again when a callback was lost', async () => {
    const said = [PENDING, ISSUED]
    const system = sayingSystem(() => said.shift() ?? ISSUED)
    bench = await workbench(system)
    const id = await bench.add()
    await bench.workFor(60_000)
    expect((await bench.find(id)).state).toBe('submitted')
    await bench.operator.sendAgain(id, 'user:1')
    await bench.work()
    expect(system.calls).toBe(2)
    await bench.work()
    expect((await bench.find(id)).state).toBe('confirmed')
  })

  it('asks at once where the system can be asked', async () => {
    const system = sayingSystem(
      () => PENDING,
      {},
      () => Promise.resolve(ISSUED)
    )
    bench = await workbench(system)
    const id = await bench.add()
    await bench.work()
    await bench.operator.sendAgain(id, 'user:1')
    await bench.workFor(1)
    expect(system.calls).toBe(1)
    expect((await bench.find(id)).state).toBe('confirmed')
  })

  it('is refused while a system has it that would do the work twice', async () => {
    const system = sayingSystem(() => PENDING, { idempotent: false })
    bench = await workbench(system)
    const id = await bench.add()
    await bench.work()
    await expect(bench.operator.sendAgain(id, 'user:1')).rejects.toMatchObject(
      WRONG_STATE
    )
    await bench.workFor(3_600_000)
    expect(system.calls).toBe(1)
  })

  it('does not start a second call beside the one under way', async () => {
    const system = sayingSystem(
      async () => {
        await bench.operator.sendAgain(id, 'user:1')
        await bench.work('w2')
        return ISSUED
      },
      { idempotent: false }
    )
    bench = await workbench(system)
    const id = await bench.add()
    await bench.workFor(60_000)
    expect(system.calls).toBe(1)
    expect((await bench.find(id)).state).toBe('confirmed')
  })

  it.each<[string, SystemAnswer | Error]>([
    [
      'was cut off',
      new SystemError('cut', {
        code: 'ERR_CUT',
        system: 'scripted',
        retryable: true,
        outcomeUnknown: true
      })
    ],
    ['did not name the identity', { outcome: 'accepted' }]
  ])('sends again, knowingly, what %s', async (_what, first) => {
    const said = [first, ISSUED]
    const system = sayingSystem(() => said.shift() ?? ISSUED, {
      idempotent: false
    })
    bench = await workbench(system)
    const id = await bench.add()
    await bench.work()
    expect((await bench.find(id)).state).toBe('parked')
    await bench.operator.sendAgain(id, 'user:1')
    await bench.workFor(1)
    expect(system.calls).toBe(2)
    expect((await bench.find(id)).state).toBe('confirmed')
  })

  it('asks first about an identity that was not named, where it can', async () => {
    const system = sayingSystem(
      () => ({ outcome: 'accepted' }),
      { idempotent: false },
      () => Promise.resolve(ISSUED)
    )
    bench = await workbench(system)
    const id = await bench.add()
    await bench.work()
    await bench.operator.sendAgain(id, 'user:1')
    await bench.workFor(1)
    expect(system.calls).toBe(1)
    expect((await bench.find(id)).state).toBe('confirmed')
  })

  it('goes on with the check of a registration that was parked', async () => {
    bench = await workbench(sayingSystem(() => PENDING))
    const sample = sampleDelivery()
    const id = await bench.add({
      ...sample,
      operation: 'registerOnly',
      coreOwed: 'check',
      state: 'parked',
      lastCode: 'ERR_RETRIES_SPENT',
      secrets: { ...sample.secrets, request: null, registrationNumber: 'RN-1' }
    })
    await expect(
      bench.operator.reject(id, 'reason', 'user:1')
    ).rejects.toMatchObject(WRONG_STATE)
    await bench.operator.sendAgain(id, 'user:1')
    await bench.work()
    expect((await bench.find(id)).state).toBe('confirmed')
    expect(bench.hooks).toMatchObject([
      { hook: 'onAccepted', registrationNumber: 'RN-1' }
    ])
  })

  it('is refused once it has ended, or when somebody was faster', async () => {
    bench = await workbench(sayingSystem(() => ISSUED))
    const id = await bench.add()
    const { find } = bench.store
    // A callback comes between the look and the change.
    bench.store.find = async (wanted) => {
      const seen = await find(wanted)
      await bench.callback(id, { outcome: 'accepted', identifier: '42' })
      return seen
    }
    await expect(bench.operator.sendAgain(id, 'user:1')).rejects.toMatchObject(
      WRONG_STATE
    )
    bench.store.find = find
    await bench.work()
    await expect(bench.operator.sendAgain(id, 'user:1')).rejects.toMatchObject(
      WRONG_STATE
    )
    await expect(
      bench.operator.reject(id, 'reason', 'user:1')
    ).rejects.toMatchObject(WRONG_STATE)
  })
})

describe('saying no by hand', () => {
  it('never undoes an identity that the system has issued', async () => {
    bench = await workbench(sayingSystem(() => PENDING))
    const id = await bench.add()
    const { find } = bench.store
    bench.store.find = async (wanted) => {
      const seen = await find(wanted)
      await bench.callback(id, { outcome: 'accepted', identifier: '42' })
      return seen
    }
    await expect(
      bench.operator.reject(id, 'reason', 'user:1')
    ).rejects.toMatchObject(WRONG_STATE)
    await expect(
      bench.operator.reject(id, 'reason', 'user:1')
    ).rejects.toMatchObject(WRONG_STATE)
    bench.store.find = find
    await bench.work()
    expect((await bench.find(id)).state).toBe('confirmed')
  })

  it('cancels what core does not wait for, and counts it as ended', async () => {
    const system = sayingSystem(() => PENDING)
    bench = await workbench(system)
    const id = await bench.add({ coreOwed: 'nothing', mode: 'notify' })
    const cancelled = await bench.operator.reject(id, 'reason', 'user:1')
    expect(cancelled).toMatchObject({ state: 'cancelled', id })
    expect(bench.events).toMatchObject([{ type: 'delivery.ended' }])
    await bench.workFor(60_000)
    expect(system.calls).toBe(0)
  })
})

describe('a notification', () => {
  it('ends delivered without core, and without a number', async () => {
    bench = await workbench(
      sayingSystem(() => ISSUED),
      agreeableCore({ accept: () => Promise.reject(new Error('not asked')) })
    )
    const id = await bench.add({ coreOwed: 'nothing', operation: 'withdraw' })
    await bench.workFor(1)
    expect((await bench.find(id)).state).toBe('delivered')
    expect(bench.hooks).toEqual([])
  })

  it('tells the hook when the system refuses it', async () => {
    bench = await workbench(
      sayingSystem(() => ({ outcome: 'refused', code: 'NO', reason: 'no' }))
    )
    const id = await bench.add({ coreOwed: 'nothing' })
    await bench.workFor(1)
    expect((await bench.find(id)).state).toBe('refused')
    expect(bench.hooks).toMatchObject([{ hook: 'onRejected', code: 'NO' }])
  })
})

describe('a deactivation that waits for its day', () => {
  const DAY_MS = 86_400_000

  async function death(): Promise<{ event: object; deactivation: string }> {
    const { event } = sampleDelivery()
    const deactivation = await bench.add({
      event,
      part: 'deactivation',
      operation: 'deactivateIdentity',
      coreOwed: 'nothing',
      nextAttemptAt: bench.clock.now() + 365 * DAY_MS
    })
    bench.clock.at += DAY_MS
    return { event, deactivation }
  }

  it('is carried out when nothing has come between', async () => {
    const system = sayingSystem(() => ISSUED)
    bench = await workbench(system)
    const { deactivation } = await death()
    await bench.workFor(366 * DAY_MS)
    expect(system.calls).toBe(1)
    expect((await bench.find(deactivation)).state).toBe('delivered')
  })

  it('ends with the withdrawal of the death, which may be purged long before', async () => {
    const system = sayingSystem(() => ISSUED)
    bench = await workbench(system)
    const { event, deactivation } = await death()
    await bench.add({
      event: event as never,
      operation: 'withdraw',
      coreOwed: 'nothing'
    })
    await bench.workFor(1)
    expect(await bench.find(deactivation)).toMatchObject({
      state: 'cancelled',
      lastCode: 'ERR_SUPERSEDED'
    })
    expect(await bench.trail(deactivation)).toEqual(['delivery.cancelled'])
    bench.clock.at += 100 * DAY_MS
    await bench.store.purge({ before: bench.clock.now(), limit: 100 })
    await bench.workFor(366 * DAY_MS)
    expect(system.calls).toBe(1)
  })

  it('ends when its day comes before the withdrawal could be sent', async () => {
    const down = new SystemError('down', {
      code: 'ERR_DOWN',
      system: 'scripted',
      retryable: true
    })
    bench = await workbench(sayingSystem(() => down))
    const { event, deactivation } = await death()
    await bench.add({
      event: event as never,
      operation: 'withdraw',
      coreOwed: 'nothing',
      nextAttemptAt: bench.clock.now() + 400 * DAY_MS
    })
    await bench.workFor(366 * DAY_MS)
    expect(await bench.find(deactivation)).toMatchObject({
      state: 'cancelled',
      lastCode: 'ERR_SUPERSEDED'
    })
    expect(bench.events.at(-1)).toMatchObject({ type: 'delivery.ended' })
  })

  it('cannot be called back while it is being sent', async () => {
    bench = await workbench(sayingSystem(() => ISSUED))
    const { event, deactivation } = await death()
    bench.clock.at += 365 * DAY_MS
    await bench.store.claim({
      owner: 'busy',
      now: bench.clock.now(),
      leaseMs: 60_000,
      limit: 1,
      states: ['queued']
    })
    await bench.add({
      event: event as never,
      operation: 'withdraw',
      coreOwed: 'nothing'
    })
    await bench.workFor(1)
    expect((await bench.find(deactivation)).state).toBe('queued')
  })
})
