import { StoreError } from '../../src/domain/errors'
import { PERSONAL } from '../store/sample-delivery'
import {
  ISSUED,
  coreError,
  unauthorized,
  unavailable,
  failing,
  silent,
  answered
} from './failing-core'
import { workbench } from './workbench'
import type { Workbench } from './workbench'

let bench: Workbench

afterEach(() => bench.close())

describe('the record token', () => {
  const fresh = { token: 'fresh', expiresAt: Number.MAX_SAFE_INTEGER }
  const soon = () => ({ tokenExpiresAt: bench.clock.now() + 30_000 })

  it('is renewed, not given up, when it is about to end', async () => {
    const { core, accepted } = failing([], {
      renewToken: () => Promise.resolve(fresh)
    })
    bench = await workbench(silent, core)
    await bench.add(answered(ISSUED, soon()))
    await bench.work()
    expect(accepted[0]?.token).toBe('fresh')
  })

  it('is used to its end when it cannot be renewed', async () => {
    const { core, accepted } = failing([], {
      renewToken: () => Promise.reject(unavailable)
    })
    bench = await workbench(silent, core)
    await bench.add(answered(ISSUED, soon()))
    await bench.work()
    expect(accepted[0]?.token).toBe(PERSONAL.token)
  })

  it('is replaced by way of the system client when it cannot be renewed', async () => {
    const { core, accepted } = failing([], {
      renewToken: () => Promise.reject(unauthorized),
      tokenFromSystemClient: () => Promise.resolve(fresh)
    })
    bench = await workbench(silent, core)
    await bench.add(answered(ISSUED, soon()))
    await bench.work()
    expect(accepted[0]?.token).toBe('fresh')
  })

  it('that has ended waits for a person where there is no system client', async () => {
    bench = await workbench(silent)
    const id = await bench.add(
      answered(ISSUED, { tokenExpiresAt: bench.clock.now() - 1 })
    )
    await bench.work()
    expect(await bench.find(id)).toMatchObject({
      state: 'parked',
      lastCode: 'ERR_TOKEN_ENDED'
    })
  })

  it('that core refuses is replaced once, and then a person is asked', async () => {
    const { core, accepted } = failing([unauthorized, unauthorized], {
      tokenFromSystemClient: () => Promise.resolve(fresh)
    })
    bench = await workbench(silent, core)
    const id = await bench.add(answered(ISSUED))
    await bench.workFor(60_000)
    expect(accepted.map(({ token }) => token)).toEqual([
      PERSONAL.token,
      'fresh'
    ])
    expect(await bench.find(id)).toMatchObject({
      state: 'parked',
      lastCode: 'ERR_CORE_UNAUTHORIZED'
    })
    await bench.operator.sendAgain(id, 'user:1')
    await bench.work()
    expect((await bench.find(id)).state).toBe('confirmed')
  })

  it('that core refuses waits for a person where there is no system client', async () => {
    const { core } = failing([unauthorized])
    bench = await workbench(silent, core)
    const id = await bench.add(answered(ISSUED))
    await bench.work()
    expect((await bench.find(id)).lastCode).toBe('ERR_TOKEN_REFUSED')
  })

  it('is asked for again while the token service is down', async () => {
    const tokens = [Promise.reject(unavailable), Promise.resolve(fresh)]
    tokens[0]?.catch(() => undefined)
    const { core } = failing([unauthorized, unauthorized], {
      tokenFromSystemClient: () => tokens.shift() ?? Promise.resolve(fresh)
    })
    bench = await workbench(silent, core)
    const id = await bench.add(answered(ISSUED))
    await bench.work()
    expect(await bench.find(id)).toMatchObject({
      state: 'answered',
      attempts: 1
    })
    await bench.workFor(60_000)
    expect((await bench.find(id)).state).toBe('confirmed')
  })

  it('is not asked for again of a system client that core does not take', async () => {
    const { core } = failing([unauthorized], {
      tokenFromSystemClient: () =>
        Promise.reject(coreError('ERR_SYSTEM_CLIENT_REFUSED', 'permanent'))
    })
    bench = await workbench(silent, core)
    const id = await bench.add(answered(ISSUED))
    await bench.work()
    expect(await bench.find(id)).toMatchObject({
      state: 'parked',
      lastCode: 'ERR_SYSTEM_CLIENT_REFUSED'
    })
  })

  it('does not go to core when it cannot be stored', async () => {
    const { core, accepted } = failing([], {
      renewToken: () =>
        Promise.reject(
          new StoreError('full', { code: 'ERR_STORE_FULL', retryable: true })
        )
    })
    bench = await workbench(silent, core)
    const id = await bench.add(answered(ISSUED, soon()))
    await bench.work()
    expect(accepted).toEqual([])
    expect((await bench.find(id)).state).toBe('answered')
  })

  it('that is missing altogether waits for a person', async () => {
    bench = await workbench(silent)
    const sample = answered(ISSUED)
    const { token: _token, ...secrets } = sample.secrets ?? never()
    const id = await bench.add({ ...sample, secrets })
    await bench.work()
    expect((await bench.find(id)).lastCode).toBe('ERR_TOKEN_ENDED')
  })
})

function never(): never {
  throw new Error('cannot be')
}
