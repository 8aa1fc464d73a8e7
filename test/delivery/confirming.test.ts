import {
  ISSUED,
  REFUSED,
  coreError,
  unavailable,
  failing,
  silent,
  answered
} from './failing-core'
import { agreeableCore, workbench } from './workbench'
import type { Workbench } from './workbench'

let bench: Workbench

afterEach(() => bench.close())

describe('telling core', () => {
  it('leaves a delivery without an answer to a person, who is told', async () => {
    bench = await workbench(silent)
    const id = await bench.add(answered(undefined))
    await bench.work()
    expect(await bench.find(id)).toMatchObject({
      state: 'parked',
      lastCode: 'ERR_DELIVERY_EMPTY'
    })
    expect(bench.hooks).toMatchObject([{ hook: 'onParked' }])
    expect(await bench.trail(id)).toEqual(['delivery.parked'])
  })

  it('waits until it may', async () => {
    const { core, accepted } = failing([])
    bench = await workbench(silent, core)
    const id = await bench.add(
      answered(ISSUED, { confirmNotBefore: bench.clock.now() + 5_000 })
    )
    await bench.work()
    expect(accepted).toEqual([])
    expect((await bench.find(id)).nextAttemptAt).toBe(bench.clock.now() + 5_000)
  })

  it('waits for a moment on the spot, and gives up waiting when the server stops', async () => {
    const { core, accepted } = failing([])
    bench = await workbench(silent, core)
    const id = await bench.add(
      answered(ISSUED, { confirmNotBefore: bench.clock.now() + 200 })
    )
    await bench.work('w1', AbortSignal.timeout(20))
    expect(accepted).toEqual([])
    const delivery = await bench.find(id)
    expect(delivery.state).toBe('answered')
    expect(delivery.lease).toBeUndefined()
  })

  it('does not hold it against the delivery that the server stopped meanwhile', async () => {
    const end = new AbortController()
    const { core } = failing([], {
      accept: () => {
        end.abort()
        return Promise.reject(unavailable)
      }
    })
    bench = await workbench(silent, core)
    const id = await bench.add(answered(ISSUED))
    await bench.work('w1', end.signal)
    expect(await bench.find(id)).toMatchObject({
      state: 'answered',
      attempts: 0
    })
  })

  it('makes nothing of a failure when an operator has changed the delivery meanwhile', async () => {
    const { core } = failing([], {
      reject: async () => {
        await bench.store.update(
          id,
          { states: ['answered'] },
          { state: 'cancelled' },
          [],
          bench.clock.now()
        )
        throw unavailable
      }
    })
    bench = await workbench(silent, core)
    const id = await bench.add(answered(REFUSED))
    await bench.work()
    expect((await bench.find(id)).state).toBe('cancelled')
  })

  it('keeps field names out of the log that are no field names', async () => {
    const { core, accepted } = failing([unavailable])
    bench = await workbench(silent, core)
    const id = await bench.add(
      answered({
        ...ISSUED,
        declaration: { 'no.such': 1, 'Amina Example': 2 }
      })
    )
    await bench.workFor(60_000)
    expect(accepted.map(({ declaration }) => declaration)).toEqual(
      Array(2).fill({ 'child.nid': '42' })
    )
    const kinds = await bench.trail(id)
    expect(kinds.filter((kind) => kind === 'fields.dropped')).toHaveLength(1)
    const all = JSON.stringify([bench.logs, await bench.operator.show(id)])
    expect(all).toContain('"no.such","OTHER"')
    expect(all).not.toContain('Amina')
  })

  it('keeps an identifier that core takes no values for, until a person says no', async () => {
    const { core, accepted } = failing([], {
      takesValues: () => false,
      canRejectLater: () => false
    })
    bench = await workbench(silent, core)
    const id = await bench.add(answered(ISSUED))
    await bench.work()
    expect(await bench.find(id)).toMatchObject({
      state: 'parked',
      lastCode: 'ERR_IDENTIFIER_NOT_TAKEN'
    })
    expect(accepted).toEqual([])
    await bench.operator.reject(id, 'withdrawn by hand', 'user:1')
    await bench.work()
    expect(accepted).toHaveLength(1)
    expect(accepted[0]?.declaration).toBeUndefined()
    expect((await bench.find(id)).state).toBe('refused')
  })

  it('only drops other values that core does not take', async () => {
    const { core, accepted } = failing([], { takesValues: () => false })
    bench = await workbench(silent, core)
    const id = await bench.add(
      answered(
        { outcome: 'accepted', declaration: { 'child.nid': '1' } },
        { operation: 'updateIdentity' }
      )
    )
    await bench.work()
    expect(accepted[0]?.declaration).toBeUndefined()
    expect((await bench.find(id)).state).toBe('confirmed')
  })

  it('asks core for the fields of an event that the country has not listed', async () => {
    const { core, accepted } = failing([])
    bench = await workbench(silent, core, {
      eventSettings: () => ({
        identifierField: 'child.nid',
        writeIdentifier: true
      })
    })
    await bench.add(answered(ISSUED))
    await bench.work()
    expect(accepted[0]?.declaration).toEqual({ 'child.nid': '42' })
  })

  it('passes on an empty answer for an event that has no settings any more', async () => {
    const { core, accepted } = failing([])
    bench = await workbench(silent, core, { eventSettings: () => undefined })
    await bench.add(answered({ outcome: 'accepted' }))
    await bench.work()
    expect(accepted[0]?.declaration).toBeUndefined()
  })

  it('leaves a bug to a person, without its text', async () => {
    const { core } = failing([], {
      accept: () => Promise.reject(new TypeError('Amina'))
    })
    bench = await workbench(silent, core)
    const id = await bench.add(answered(ISSUED))
    await bench.work()
    expect((await bench.find(id)).lastCode).toBe('ERR_UNEXPECTED')
    expect(JSON.stringify(bench.logs)).not.toContain('Amina')
  })

  it('tells the hook of a refusal that core has from our own 400', async () => {
    const { core } = failing(
      [
        coreError('ERR_CORE_ALREADY_REJECTED', 'alreadyDone', {
          storedAs: 'Rejected'
        })
      ],
      { canRejectLater: () => false }
    )
    bench = await workbench(silent, core)
    const id = await bench.add(answered(REFUSED, { coreOwed: 'check' }))
    await bench.work()
    expect(await bench.find(id)).toMatchObject({
      state: 'refused',
      lastCode: 'DUP'
    })
    expect(bench.hooks).toMatchObject([{ hook: 'onRejected', code: 'DUP' }])
  })

  it.each([
    ['ERR_ALREADY_REJECTED', ISSUED, 'Rejected' as const],
    ['ERR_ALREADY_ACCEPTED', REFUSED, 'Accepted' as const]
  ])(
    'leaves it to a person when core has the other answer (%s), who can close it',
    async (code, answer, storedAs) => {
      const contradiction = coreError('ERR_CORE_ALREADY', 'alreadyDone', {
        storedAs
      })
      const refuse = () => Promise.reject(contradiction)
      bench = await workbench(
        silent,
        agreeableCore({ accept: refuse, reject: refuse })
      )
      const id = await bench.add(answered(answer))
      await bench.work()
      expect(await bench.find(id)).toMatchObject({
        state: 'parked',
        lastCode: code
      })
      const closed = await bench.operator.reject(id, 'settled', 'user:1')
      expect(closed.state).toBe('cancelled')
      expect((await bench.find(id)).secrets).toBeUndefined()
      expect(bench.events.at(-1)).toMatchObject({ type: 'delivery.ended' })
    }
  )

  it('heals a record whose answer another process had sent, if it may', async () => {
    let reads = 0
    const { core } = failing([], {
      readAction: () => {
        reads += 1
        return Promise.reject(
          reads === 1
            ? coreError('ERR_CORE_FORBIDDEN', 'permanent')
            : new TypeError('a bug')
        )
      }
    })
    bench = await workbench(silent, core)
    const first = await bench.add(answered(ISSUED))
    const second = await bench.add(answered(ISSUED))
    await bench.work()
    expect(reads).toBe(2)
    expect((await bench.find(first)).state).toBe('confirmed')
    expect((await bench.find(second)).state).toBe('confirmed')
  })
})
