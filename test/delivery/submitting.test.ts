import { CircuitOpenError } from '../../src/delivery/system-gateway'
import type { SystemAnswer } from '../../src/domain/delivery'
import { NationalIdError } from '../../src/domain/errors'
import type { NationalIdSystem } from '../../src/systems/system'
import { failure, gatewayThat } from './failing-system'
import { agreeableCore, sayingSystem, workbench } from './workbench'
import type { Workbench } from './workbench'

let bench: Workbench

afterEach(() => bench.close())

const ISSUED: SystemAnswer = { outcome: 'accepted', identifier: '42' }

const cut = failure({ outcomeUnknown: true })

describe('sending a delivery', () => {
  it('leaves it to a person, who is told, when there is nothing to send', async () => {
    bench = await workbench(sayingSystem(() => ISSUED))
    const id = await bench.add()
    const { secrets } = await bench.find(id)
    const other = await bench.add({
      secrets: {
        target: secrets?.target ?? never(),
        request: null
      }
    })
    await bench.work()
    expect(await bench.find(other)).toMatchObject({
      state: 'parked',
      lastCode: 'ERR_DELIVERY_EMPTY'
    })
    expect(bench.hooks).toMatchObject([
      { hook: 'onParked', deliveryId: other, code: 'ERR_DELIVERY_EMPTY' }
    ])
  })

  it.each([
    ['nothing', undefined],
    ['another outcome', { outcome: 'done' }],
    ['a number for the identifier', { outcome: 'accepted', identifier: 42 }],
    ['a list of values', { outcome: 'accepted', declaration: [] }],
    ['a refusal without a code', { outcome: 'refused', reason: 'no' }],
    ['a reference that is no text', { outcome: 'pending', systemReference: 1 }]
  ])(
    'leaves it to a person, once, when an adapter gives %s',
    async (_what, given) => {
      const system = sayingSystem(() => given as SystemAnswer)
      bench = await workbench(system)
      const id = await bench.add()
      await bench.workFor(3_600_000)
      expect(await bench.find(id)).toMatchObject({
        state: 'parked',
        lastCode: 'ERR_ADAPTER_BUG'
      })
      expect(system.calls).toBe(1)
    }
  )

  it('leaves an identity that was issued and not named to a person', async () => {
    bench = await workbench(sayingSystem(() => ({ outcome: 'accepted' })))
    const id = await bench.add()
    await bench.work()
    expect(await bench.find(id)).toMatchObject({
      state: 'parked',
      lastCode: 'ERR_ANSWER_WITHOUT_IDENTIFIER'
    })
  })

  it('tries as often as it may, and not more', async () => {
    const system = sayingSystem(failure)
    bench = await workbench(system)
    const id = await bench.add()
    await bench.workFor(86_400_000)
    expect(system.calls).toBe(5)
    expect(await bench.find(id)).toMatchObject({
      state: 'parked',
      lastCode: 'ERR_RETRIES_SPENT'
    })
  })

  it('comes back no sooner than it was asked to', async () => {
    const system = sayingSystem(() => failure({ retryAfterMs: 900_000 }))
    bench = await workbench(system)
    await bench.add()
    await bench.workFor(600_000)
    expect(system.calls).toBe(1)
    await bench.workFor(600_000)
    expect(system.calls).toBe(2)
  })

  it.each([Number.POSITIVE_INFINITY, Number.NaN, 1e15])(
    'is not put away for ever by a wait of %d',
    async (retryAfterMs) => {
      const system = sayingSystem(() => failure({ retryAfterMs }))
      bench = await workbench(system)
      await bench.add()
      await bench.workFor(3 * 86_400_000)
      expect(system.calls).toBeGreaterThan(1)
    }
  )

  it('does not count it as an attempt that the system was left alone', async () => {
    bench = await workbench(
      sayingSystem(() => ISSUED),
      agreeableCore(),
      { system: gatewayThat(new CircuitOpenError('scripted', 30_000)) }
    )
    const id = await bench.add()
    await bench.work()
    expect(await bench.find(id)).toMatchObject({
      state: 'queued',
      attempts: 0,
      lastCode: 'ERR_CIRCUIT_OPEN',
      nextAttemptAt: bench.clock.now() + 30_000
    })
  })

  it('keeps free text of an adapter out of the code', async () => {
    bench = await workbench(
      sayingSystem(() =>
        failure({
          code: 'Amina is known already',
          systemCode: 'no such Amina'
        })
      )
    )
    const id = await bench.add()
    await bench.work()
    expect((await bench.find(id)).lastCode).toBe('OTHER:OTHER')
  })

  it('gives it back as it was when the server is stopping', async () => {
    const system = sayingSystem(() => ISSUED)
    bench = await workbench(system)
    const id = await bench.add()
    await bench.work('w1', AbortSignal.abort())
    expect(system.calls).toBe(0)
    const delivery = await bench.find(id)
    expect(delivery).toMatchObject({ state: 'queued', attempts: 0 })
    expect(delivery.lease).toBeUndefined()
  })

  it('does not hold it against the delivery that the server stopped during the call', async () => {
    const end = new AbortController()
    bench = await workbench(
      sayingSystem(() => {
        end.abort()
        return cut
      })
    )
    const id = await bench.add()
    await bench.work('w1', end.signal)
    expect(await bench.find(id)).toMatchObject({ state: 'queued', attempts: 0 })
  })

  it('leaves a trace of an answer that came after somebody else had settled it', async () => {
    bench = await workbench(
      sayingSystem(async () => {
        await bench.operator.reject(id, 'registered twice', 'user:1')
        return ISSUED
      })
    )
    const id = await bench.add()
    await bench.work()
    expect((await bench.find(id)).secrets?.answer?.outcome).toBe('refused')
    expect(await bench.trail(id)).toEqual(['operator.rejected', 'answer.late'])
  })

  it('shows the code of the refusal, and none of the failures before it', async () => {
    const said: Array<SystemAnswer | Error> = [
      failure(),
      { outcome: 'refused', code: 'DUP', reason: 'known as Amina' }
    ]
    bench = await workbench(sayingSystem(() => said.shift() ?? ISSUED))
    const id = await bench.add()
    await bench.workFor(60_000)
    const { lastCode, state } = await bench.find(id)
    expect({ lastCode, state }).toEqual({ state: 'refused', lastCode: 'DUP' })
    const timeline = await bench.operator.show(id)
    expect(JSON.stringify([timeline, bench.logs])).not.toContain('Amina')
  })

  it('leaves a bug of ours to a person instead of going round in circles', async () => {
    bench = await workbench(
      sayingSystem(() => ISSUED),
      agreeableCore(),
      {
        eventSettings: () => {
          throw new TypeError('Amina')
        }
      }
    )
    const id = await bench.add()
    await bench.work()
    expect(await bench.find(id)).toMatchObject({
      state: 'parked',
      lastCode: 'ERR_UNEXPECTED'
    })
    expect(JSON.stringify(bench.logs)).not.toContain('Amina')
  })
})

function never(): never {
  throw new Error('cannot be')
}

describe('a system that would do the work twice', () => {
  const once = { idempotent: false }

  /** A worker that is killed while the system works. */
  async function dieDuringTheCall(system: NationalIdSystem): Promise<string> {
    bench = await workbench(system)
    const id = await bench.add()
    const { store } = bench
    const calls = () => (system as { calls?: number }).calls ?? 0
    const before = calls()
    const update = store.update.bind(store)
    store.update = (...change) =>
      calls() === before
        ? update(...change)
        : Promise.reject(
            new NationalIdError('killed', { code: 'ERR_STORE_CLOSED' })
          )
    await bench.work().catch(() => undefined)
    store.update = update
    bench.endLeases()
    return id
  }

  it('is not called again after the process died during the call', async () => {
    const system = sayingSystem(() => ISSUED, once)
    const id = await dieDuringTheCall(system)
    await bench.workFor(3_600_000)
    expect(system.calls).toBe(1)
    expect(await bench.find(id)).toMatchObject({
      state: 'parked',
      lastCode: 'ERR_OUTCOME_UNKNOWN'
    })
    expect(bench.hooks).toMatchObject([{ hook: 'onParked' }])
  })

  it('is asked instead, where it can be', async () => {
    const system = sayingSystem(
      () => ISSUED,
      once,
      () => Promise.resolve(ISSUED)
    )
    const id = await dieDuringTheCall(system)
    await bench.workFor(3_600_000)
    expect(system.calls).toBe(1)
    expect((await bench.find(id)).state).toBe('confirmed')
  })

  it('is called again after a failure that is known to have done nothing', async () => {
    const said = [failure(), ISSUED]
    const system = sayingSystem(() => said.shift() ?? ISSUED, once)
    bench = await workbench(system)
    const id = await bench.add()
    await bench.workFor(3_600_000)
    expect(system.calls).toBe(2)
    expect((await bench.find(id)).state).toBe('confirmed')
  })

  it('is called again when a stopping server had not reached it', async () => {
    const end = new AbortController()
    const said = [failure(), ISSUED]
    const system = sayingSystem(() => {
      end.abort()
      return said.shift() ?? ISSUED
    }, once)
    bench = await workbench(system)
    const id = await bench.add()
    await bench.work('w1', end.signal)
    await bench.workFor(1)
    expect(system.calls).toBe(2)
    expect((await bench.find(id)).state).toBe('confirmed')
  })

  it('that never gets to see a request is not called in circles', async () => {
    const system = sayingSystem(
      () => cut,
      once,
      () => Promise.resolve({ outcome: 'unknown' })
    )
    bench = await workbench(system)
    const id = await bench.add()
    await bench.workFor(30 * 86_400_000)
    expect(system.calls).toBeLessThanOrEqual(5)
    expect(await bench.find(id)).toMatchObject({
      state: 'parked',
      lastCode: 'ERR_OUTCOME_UNKNOWN'
    })
  })
})
