import type { SystemAnswer, SystemRequest } from '../../src/domain/delivery'
import { OpenCrvsError, StoreError } from '../../src/domain/errors'
import type {
  AnnouncedRecord,
  NationalIdSystem
} from '../../src/systems/system'
import { sampleDelivery } from '../store/sample-delivery'
import { failure } from './failing-system'
import { agreeableCore, sayingSystem, workbench } from './workbench'
import type { Workbench } from './workbench'

let bench: Workbench

afterEach(() => bench.close())

const ISSUED: SystemAnswer = { outcome: 'accepted', identifier: '42' }
const REFUSED: SystemAnswer = { outcome: 'refused', code: 'NO', reason: 'no' }

type Told = { request: SystemRequest; record: AnnouncedRecord }

/** A system that wants to be told once core has accepted an identity. */
function listening(
  say: () => SystemAnswer | Error = () => ISSUED,
  hear: (told: Told) => void | Promise<void> = () => undefined,
  capabilities: Partial<NationalIdSystem['capabilities']> = {}
): NationalIdSystem & { told: Told[] } {
  const told: Told[] = []
  return {
    ...sayingSystem(say, { announces: ['createIdentity'], ...capabilities }),
    told,
    async announce(request, record) {
      told.push({ request, record })
      await hear({ request, record })
    }
  }
}

async function parts(id: string) {
  const { event } = await bench.find(id)
  const { deliveries } = await bench.store.list({
    eventId: event.id,
    limit: 50
  })
  return deliveries.map(({ part, state }) => `${part} ${state}`).reverse()
}

async function announcementOf(id: string) {
  const { event } = await bench.find(id)
  const { deliveries } = await bench.store.list({
    eventId: event.id,
    operation: 'announceIdentity',
    limit: 1
  })
  const [one] = deliveries
  if (one === undefined) throw new Error('there is no announcement')
  return bench.find(one.id)
}

describe('what core has accepted', () => {
  it('is announced with the identifier and the number that the record has now', async () => {
    const system = listening()
    bench = await workbench(system)
    const id = await bench.add()
    await bench.workFor(1)
    expect(await parts(id)).toEqual([
      'main confirmed',
      'announcement delivered'
    ])
    const number = bench.hooks[0]?.registrationNumber
    expect(number).toMatch(/^RN-/)
    expect(system.told).toHaveLength(1)
    expect(system.told[0]).toMatchObject({
      record: { identifier: '42', registrationNumber: number },
      request: {
        operation: 'createIdentity',
        reference: id,
        identifier: '42',
        registrationNumber: number,
        person: { name: { firstname: 'Ada' } }
      }
    })
  })

  it('is announced only after core has it', async () => {
    let accepts = false
    const system = listening()
    const unavailable = new OpenCrvsError('down', {
      code: 'ERR_DOWN',
      failure: 'transient'
    })
    bench = await workbench(
      system,
      agreeableCore({
        accept: () =>
          accepts
            ? Promise.resolve({ storedAs: 'Accepted' })
            : Promise.reject(unavailable)
      })
    )
    const id = await bench.add()
    await bench.workFor(500)
    expect(await parts(id)).toEqual(['main answered'])
    expect(system.told).toEqual([])
    accepts = true
    await bench.workFor(60_000)
    expect(system.told).toHaveLength(1)
  })

  it('holds no record token, and nothing at all once it was told', async () => {
    let down = true
    const system = listening(
      () => ISSUED,
      () => {
        if (down) throw failure()
      }
    )
    bench = await workbench(system)
    const id = await bench.add()
    await bench.workFor(1)
    const waiting = await announcementOf(id)
    expect(waiting.secrets?.token).toBeUndefined()
    expect(waiting.secrets?.request?.identifier).toBe('42')
    const stored = bench.events.filter(({ type }) => type === 'delivery.stored')
    expect(stored).toHaveLength(1)
    expect(JSON.stringify(stored)).not.toContain('Ada')
    down = false
    await bench.workFor(60_000)
    expect((await announcementOf(id)).secrets).toBeUndefined()
  })

  it.each<[string, SystemAnswer, Parameters<Workbench['add']>[0]]>([
    ['the system refused', REFUSED, {}],
    ['is of another operation', ISSUED, { operation: 'updateIdentity' }]
  ])('is not announced where it %s', async (_what, answer, changes) => {
    const system = listening(() => answer)
    bench = await workbench(system)
    const id = await bench.add(changes)
    await bench.workFor(60_000)
    expect(await parts(id)).toHaveLength(1)
    expect(system.told).toEqual([])
  })

  it('is announced too where core was answered at once and only had to be checked', async () => {
    const system = listening()
    bench = await workbench(system)
    const sample = sampleDelivery()
    const id = await bench.add({
      ...sample,
      mode: 'sync',
      coreOwed: 'check',
      state: 'answered',
      secrets: {
        ...sample.secrets,
        answer: { outcome: 'accepted', identifier: '42' },
        registrationNumber: 'RN-7'
      }
    })
    await bench.workFor(1)
    expect(await parts(id)).toEqual([
      'main confirmed',
      'announcement delivered'
    ])
    expect(system.told[0]?.record).toEqual({
      identifier: '42',
      registrationNumber: 'RN-7'
    })
  })

  it('is announced too where a person had to send it on', async () => {
    const said = [new TypeError('a bug'), ISSUED]
    const system = listening(() => said.shift() ?? ISSUED)
    bench = await workbench(system)
    const id = await bench.add()
    await bench.workFor(60_000)
    expect(await parts(id)).toEqual(['main parked'])
    await bench.operator.sendAgain(id, 'user:1')
    await bench.workFor(1)
    expect(await parts(id)).toEqual([
      'main confirmed',
      'announcement delivered'
    ])
  })

  it('is announced too where a callback brought the answer', async () => {
    const system = listening(() => ({ outcome: 'pending' }))
    bench = await workbench(system)
    const id = await bench.add()
    await bench.workFor(1)
    await bench.callback(id, { outcome: 'accepted', identifier: '42' })
    await bench.workFor(1)
    expect(system.told[0]?.record.identifier).toBe('42')
  })

  it('and its announcement are written together or not at all', async () => {
    const system = listening()
    bench = await workbench(system)
    const id = await bench.add()
    const { update } = bench.store
    bench.store.update = (...given) =>
      given[2].state === 'confirmed'
        ? Promise.reject(
            new StoreError('busy', { code: 'ERR_STORE_BUSY', retryable: true })
          )
        : update(...given)
    await bench.work()
    await bench.work()
    expect(await parts(id)).toEqual(['main answered'])
    bench.store.update = update
    await bench.workFor(60_000)
    expect(await parts(id)).toEqual([
      'main confirmed',
      'announcement delivered'
    ])
    expect(system.told).toHaveLength(1)
  })
})

describe('an announcement', () => {
  it('is told again after a crash in the middle of it, and never lost', async () => {
    const system = listening()
    bench = await workbench(system)
    const id = await bench.add()
    await bench.work()
    await bench.work()
    const { update } = bench.store
    bench.store.update = () =>
      Promise.reject(
        new StoreError('gone', { code: 'ERR_STORE_CLOSED', retryable: true })
      )
    await expect(bench.work()).rejects.toBeInstanceOf(StoreError)
    expect(system.told).toHaveLength(1)
    bench.store.update = update
    bench.endLeases()
    await bench.work('w2')
    expect(system.told).toHaveLength(2)
    expect(await parts(id)).toEqual([
      'main confirmed',
      'announcement delivered'
    ])
    await bench.workFor(3_600_000)
    expect(system.told).toHaveLength(2)
  })

  it.each([true, false])(
    'is repeated after a call whose outcome nobody knows, and never asked about (idempotent: %s)',
    async (idempotent) => {
      const failures = [failure({ outcomeUnknown: true }), failure()]
      const status = jest.fn(() => Promise.resolve(ISSUED))
      const system: NationalIdSystem = {
        ...listening(
          () => ISSUED,
          () => {
            const next = failures.shift()
            if (next !== undefined) throw next
          },
          { idempotent, status: true }
        ),
        status
      }
      bench = await workbench(system)
      const id = await bench.add()
      await bench.workFor(60_000)
      expect(await parts(id)).toEqual([
        'main confirmed',
        'announcement delivered'
      ])
      expect(status).not.toHaveBeenCalled()
      expect(
        bench.events.filter(({ type }) => type === 'delivery.retried')
      ).toHaveLength(2)
    }
  )

  it('is left to a person when it fails for good, and goes on when that person says so', async () => {
    let works = false
    const system = listening(
      () => ISSUED,
      () => {
        if (!works) throw failure({ retryable: false })
      },
      { idempotent: false, status: true }
    )
    bench = await workbench({
      ...system,
      status: () => Promise.reject(failure())
    })
    const id = await bench.add()
    await bench.workFor(60_000)
    expect(await parts(id)).toEqual(['main confirmed', 'announcement parked'])
    works = true
    const { id: announcement } = await announcementOf(id)
    // Even where nobody knows what had happened, there is nothing to ask about.
    await bench.store.update(
      announcement,
      { states: ['parked'] },
      { lastCode: 'ERR_UNEXPECTED' },
      [],
      bench.clock.now()
    )
    const resumed = await bench.operator.sendAgain(announcement, 'user:1')
    expect(resumed.state).toBe('queued')
    await bench.workFor(1)
    expect(await parts(id)).toEqual([
      'main confirmed',
      'announcement delivered'
    ])
  })

  it('is given up by a person without touching the record', async () => {
    const system = listening(
      () => ISSUED,
      () => {
        throw failure({ retryable: false })
      }
    )
    bench = await workbench(system)
    const id = await bench.add()
    await bench.workFor(60_000)
    const { id: announcement } = await announcementOf(id)
    await bench.operator.reject(announcement, 'told by telephone', 'user:1')
    expect(await parts(id)).toEqual([
      'main confirmed',
      'announcement cancelled'
    ])
    expect(bench.hooks.map(({ hook }) => hook)).toEqual([
      'onAccepted',
      'onParked'
    ])
  })

  it('goes before a change of the record that waited behind its registration', async () => {
    const order: string[] = []
    const system = listening(
      () => {
        order.push('submit')
        return ISSUED
      },
      () => {
        order.push('announce')
      }
    )
    bench = await workbench(system)
    const id = await bench.add()
    const { event } = await bench.find(id)
    await bench.add({
      event,
      action: sampleDelivery().action,
      operation: 'updateIdentity',
      coreOwed: 'nothing'
    })
    await bench.workFor(1)
    expect(order).toEqual(['submit', 'announce', 'submit'])
  })

  it('of a system that has no such call is left to a person', async () => {
    bench = await workbench(
      sayingSystem(() => ISSUED, { announces: ['createIdentity'] })
    )
    const id = await bench.add()
    await bench.workFor(60_000)
    expect(await parts(id)).toEqual(['main confirmed', 'announcement parked'])
  })
})
