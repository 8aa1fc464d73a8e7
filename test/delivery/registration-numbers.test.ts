import { newRegistrationNumber } from '../../src/delivery/acceptance'
import { sampleDelivery } from '../store/sample-delivery'
import {
  ISSUED,
  coreError,
  unavailable,
  notStored,
  failing,
  silent,
  answered,
  numbersIn
} from './failing-core'
import { sayingSystem, workbench } from './workbench'
import type { Workbench } from './workbench'

let bench: Workbench

afterEach(() => bench.close())

describe('a registration number that core does not take', () => {
  it('is replaced at once when the record shows that nothing was stored', async () => {
    const { core, accepted } = failing([notStored])
    bench = await workbench(silent, core)
    const id = await bench.add(answered(ISSUED))
    await bench.workFor(1)
    const [first, second] = numbersIn(accepted)
    expect(accepted).toHaveLength(2)
    expect(second).not.toBe(first)
    const { timeline } = await bench.operator.show(id)
    expect(
      timeline.find(({ kind }) => kind === 'registrationNumber.replaced')
        ?.details
    ).toEqual({ attempt: 1 })
  })

  it('is not replaced twice in a row, since then it was not the number', async () => {
    const { core, accepted } = failing([notStored, notStored])
    bench = await workbench(silent, core)
    await bench.add(answered(ISSUED))
    await bench.workFor(60_000)
    const numbers = numbersIn(accepted)
    expect(numbers).toHaveLength(3)
    expect(numbers[2]).toBe(numbers[1])
  })

  it('is replaced in the end where the record cannot be read', async () => {
    const { core, accepted } = failing([unavailable, unavailable, unavailable])
    bench = await workbench(silent, core)
    await bench.add(answered(ISSUED))
    await bench.workFor(120_000)
    const [first, second, third, fourth] = numbersIn(accepted)
    expect([second, third]).toEqual([first, first])
    expect(fourth).not.toBe(first)
  })

  it('is kept where the system was given it, and waits for a person in the end', async () => {
    const { core, accepted } = failing(Array(5).fill(notStored))
    const given = sayingSystem(() => ({ outcome: 'pending' }), {
      needsRegistrationNumber: true
    })
    bench = await workbench(given, core)
    const id = await bench.add(answered(ISSUED))
    await bench.workFor(3_600_000)
    expect(accepted).toHaveLength(5)
    expect(new Set(numbersIn(accepted)).size).toBe(1)
    expect((await bench.find(id)).lastCode).toBe('ERR_RETRIES_SPENT')
  })

  it('is kept through an outage', async () => {
    const down = coreError('ERR_CORE_UNAVAILABLE', 'transient', { status: 503 })
    const { core, accepted } = failing([down, down, down, down])
    bench = await workbench(silent, core)
    await bench.add(answered(ISSUED))
    await bench.workFor(3_600_000)
    expect(new Set(numbersIn(accepted)).size).toBe(1)
    expect(accepted).toHaveLength(5)
  })

  it('costs few numbers when core fails for as long as we try', async () => {
    const { core, accepted } = failing(Array(40).fill(unavailable))
    bench = await workbench(silent, core, {
      settings: { retry: { initialMs: 10, maxMs: 20, maxAttempts: 40 } }
    })
    const id = await bench.add(answered(ISSUED))
    await bench.workFor(3_600_000)
    expect(accepted).toHaveLength(40)
    expect(new Set(numbersIn(accepted)).size).toBe(5)
    expect((await bench.find(id)).lastCode).toBe('ERR_RETRIES_SPENT')
  })

  it('is not replaced by a last attempt', async () => {
    const { core } = failing([notStored])
    bench = await workbench(silent, core, {
      settings: { retry: { initialMs: 10, maxMs: 20, maxAttempts: 1 } }
    })
    const id = await bench.add(answered(ISSUED))
    await bench.work()
    expect((await bench.find(id)).lastCode).toBe('ERR_RETRIES_SPENT')
  })

  it('is asked for again when the generator fails or gives no text', async () => {
    const given: Array<() => string> = [
      () => {
        throw new Error('Amina')
      },
      () => ' ',
      () => 'RN-1'
    ]
    const { core, accepted } = failing([])
    bench = await workbench(silent, core, {
      registrationNumber: () => given.shift()?.() ?? 'RN-2'
    })
    await bench.add(answered(ISSUED))
    await bench.workFor(60_000)
    expect(numbersIn(accepted)).toEqual(['RN-1'])
    expect(JSON.stringify(bench.logs)).not.toContain('Amina')
  })

  it('waits for a person where no generator is configured', async () => {
    const { core, accepted } = failing([])
    bench = await workbench(silent, core)
    delete bench.dependencies.registrationNumber
    const id = await bench.add(answered(ISSUED))
    await bench.work()
    expect(accepted).toEqual([])
    expect((await bench.find(id)).lastCode).toBe('ERR_REGISTRATION_NUMBER')
  })

  it('is tried again when its replacement cannot be had', async () => {
    const { core, accepted } = failing([notStored])
    const given = ['RN-1']
    bench = await workbench(silent, core, {
      registrationNumber: () => given.shift() ?? ''
    })
    await bench.add(answered(ISSUED))
    await bench.workFor(60_000)
    expect(numbersIn(accepted)).toEqual(['RN-1', 'RN-1'])
  })

  it('is not waited for beyond ten seconds', async () => {
    bench = await workbench(silent)
    jest.useFakeTimers()
    try {
      const number = newRegistrationNumber(
        { registrationNumber: () => new Promise(() => undefined) },
        sampleDelivery()
      )
      const refused = expect(number).rejects.toMatchObject({
        code: 'ERR_REGISTRATION_NUMBER',
        retryable: true
      })
      await jest.advanceTimersByTimeAsync(10_000)
      await refused
    } finally {
      jest.useRealTimers()
    }
  })
})
