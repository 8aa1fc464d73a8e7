import { CircuitOpenError } from '../../src/delivery/system-gateway'
import type { FinalAnswer, SystemAnswer } from '../../src/domain/delivery'
import { failure, gatewayThat } from './failing-system'
import { agreeableCore, sayingSystem, workbench } from './workbench'
import type { Workbench } from './workbench'

let bench: Workbench

afterEach(() => bench.close())

const ISSUED: FinalAnswer = { outcome: 'accepted', identifier: '42' }

describe('asking a system what became of a delivery', () => {
  const pending: SystemAnswer = { outcome: 'pending' }

  it('waits for its callback where it cannot be asked', async () => {
    bench = await workbench(sayingSystem(() => pending))
    const id = await bench.add()
    await bench.workFor(86_400_000)
    expect((await bench.find(id)).state).toBe('submitted')
    // It could be asked when it was sent; since then the country has changed its options.
    await bench.store.update(
      id,
      { states: ['submitted'] },
      { nextAttemptAt: bench.clock.now() },
      [],
      bench.clock.now()
    )
    await bench.work()
    expect((await bench.find(id)).nextAttemptAt).toBe(Number.MAX_SAFE_INTEGER)
    expect(await bench.callback(id, ISSUED)).toBe('applied')
    await bench.work()
    expect((await bench.find(id)).state).toBe('confirmed')
  })

  it('names the reference of the system, and asks again while it is pending', async () => {
    const asked: unknown[] = []
    const answers: SystemAnswer[] = [pending, ISSUED]
    bench = await workbench(
      sayingSystem(
        () => ({ outcome: 'pending', systemReference: 'theirs-7' }),
        {},
        (query) => {
          asked.push(query)
          return Promise.resolve(answers.shift() ?? ISSUED)
        }
      )
    )
    const id = await bench.add()
    await bench.workFor(3_600_000)
    expect(asked).toEqual(
      Array(2).fill({
        reference: id,
        operation: 'createIdentity',
        systemReference: 'theirs-7',
        request: expect.objectContaining({ reference: id })
      })
    )
    expect((await bench.find(id)).state).toBe('confirmed')
  })

  it('leaves to a person what the system cannot tell, and sends it only on their word', async () => {
    const system = sayingSystem(
      () => (system.calls === 1 ? pending : ISSUED),
      { idempotent: false },
      () => Promise.resolve({ outcome: 'undetermined' })
    )
    bench = await workbench(system)
    const id = await bench.add()
    await bench.workFor(3_600_000)
    expect(system.calls).toBe(1)
    expect(await bench.find(id)).toMatchObject({
      state: 'parked',
      lastCode: 'ERR_OUTCOME_UNDETERMINED'
    })
    expect(bench.hooks).toMatchObject([
      { hook: 'onParked', code: 'ERR_OUTCOME_UNDETERMINED' }
    ])
    await bench.operator.sendAgain(id, 'an operator')
    await bench.workFor(60_000)
    expect(system.calls).toBe(2)
    expect((await bench.find(id)).state).toBe('confirmed')
  })

  it('sends at once what the system has never seen', async () => {
    const system = sayingSystem(
      () => (system.calls === 1 ? pending : ISSUED),
      {},
      () => Promise.resolve({ outcome: 'unknown' })
    )
    bench = await workbench(system)
    const id = await bench.add()
    await bench.workFor(3_600_000)
    expect(system.calls).toBe(2)
    expect(await bench.trail(id)).toContain('delivery.unknownToSystem')
    expect((await bench.find(id)).state).toBe('confirmed')
  })

  it.each([
    ['fails', () => Promise.reject(failure())],
    ['is broken', () => Promise.reject(new TypeError('a bug'))],
    ['makes no sense', () => Promise.resolve({ outcome: 'x' } as never)]
  ])('goes on for ever when the answer %s', async (_how, status) => {
    bench = await workbench(sayingSystem(() => pending, {}, status))
    const id = await bench.add()
    await bench.workFor(1_800_000)
    const delivery = await bench.find(id)
    expect(delivery.state).toBe('submitted')
    expect(delivery.attempts).toBeGreaterThan(5)
  })

  it('does not count it as an attempt that the system was left alone', async () => {
    bench = await workbench(
      sayingSystem(() => pending),
      agreeableCore(),
      { system: gatewayThat(new CircuitOpenError('scripted', 30_000)) }
    )
    const id = await bench.add({ state: 'submitted' })
    await bench.work()
    expect(await bench.find(id)).toMatchObject({
      state: 'submitted',
      attempts: 0,
      nextAttemptAt: bench.clock.now() + 1_000
    })
  })
})
