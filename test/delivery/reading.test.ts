import type { SystemAnswer, SystemRequest } from '../../src/domain/delivery'
import { createReadablePeople } from '../../src/delivery/readable-people'
import { readingEnd } from '../../src/delivery/reading'
import type { NationalIdSystem, ReadablePeople } from '../../src/systems/system'
import { sampleDelivery } from '../store/sample-delivery'
import { failure } from './failing-system'
import { agreeableCore, sayingSystem, workbench } from './workbench'
import type { Workbench } from './workbench'

let bench: Workbench
let people: ReadablePeople

afterEach(() => bench.close())

const ISSUED: SystemAnswer = { outcome: 'accepted', identifier: '42' }
const REFUSED: SystemAnswer = { outcome: 'refused', code: 'NO', reason: 'no' }
const FOR_MS = 3_600_000
const MOTHER = '7000000017'

type Readable = 'announceIdentity' | 'createIdentity' | 'notifyDeath'

function reading(
  after: readonly Readable[],
  say: () => SystemAnswer | Error | Promise<SystemAnswer> = () => ISSUED,
  announce: () => void | Promise<void> = () => undefined,
  capabilities: Partial<NationalIdSystem['capabilities']> = {}
): NationalIdSystem {
  return {
    ...sayingSystem(say, {
      announces: ['createIdentity'],
      readsBack: { after, forMs: FOR_MS },
      ...capabilities
    }),
    announce: async () => announce()
  }
}

async function open(system: NationalIdSystem): Promise<void> {
  bench = await workbench(system)
  people = createReadablePeople(() => bench.dependencies)
}

/** A birth whose mother is told too. */
function birth(): Parameters<Workbench['add']>[0] {
  const sample = sampleDelivery()
  const request = sample.secrets.request as SystemRequest
  return {
    ...sample,
    secrets: {
      ...sample.secrets,
      request: {
        ...request,
        relatives: {
          mother: {
            identifier: MOTHER,
            person: { name: { firstname: 'Ana' }, attributes: {} }
          },
          father: { person: { name: { firstname: 'Tom' }, attributes: {} } }
        }
      }
    }
  }
}

/** A death, which core does not wait for. */
function death(): Parameters<Workbench['add']>[0] {
  const sample = sampleDelivery()
  const request = sample.secrets.request as SystemRequest
  return {
    ...sample,
    operation: 'notifyDeath',
    mode: 'notify',
    coreOwed: 'nothing',
    secrets: { ...sample.secrets, request: { ...request, identifier: '42' } }
  }
}

function find(identifier: string) {
  return people.find({
    identifier,
    reader: 'register',
    attributes: ['firstName']
  })
}

async function endReading(): Promise<void> {
  const chore = readingEnd(bench.dependencies)
  chore.start()
  await chore.stop()
}

async function announcement(id: string) {
  const { event } = await bench.find(id)
  const filter = { eventId: event.id, operation: 'announceIdentity', limit: 1 }
  const { deliveries } = await bench.store.list(filter)
  return deliveries[0]
}

describe('people whom the system reads back', () => {
  it('can be read from the announcement on, the newborn and the relatives with a number', async () => {
    let during: unknown
    await open(
      reading(
        ['announceIdentity'],
        () => ISSUED,
        async () => {
          during = await find('42')
        }
      )
    )
    const id = await bench.add(birth())
    await bench.work()
    await bench.work()
    expect((await bench.find(id)).state).toBe('confirmed')
    expect(await find('42')).toBeUndefined()
    await bench.work()
    expect(during).toMatchObject({
      identifier: '42',
      role: 'subject',
      person: { name: { firstname: 'Ada' } }
    })
    expect(await find(MOTHER)).toMatchObject({
      role: 'mother',
      person: { name: { firstname: 'Ana' } }
    })
    for (const other of ['', '43', 'mother', 'subject', '4'])
      expect(await find(other)).toBeUndefined()
  })

  it('are kept for the time that was configured and then erased, without counting as ended or stalled before', async () => {
    await open(reading(['announceIdentity']))
    const id = await bench.add(birth())
    await bench.workFor(FOR_MS - 1)
    const kept = await announcement(id)
    expect(kept?.state).toBe('readable')
    expect(await find('42')).toBeDefined()
    const ended = () =>
      bench.events.filter(
        (event) =>
          event.type === 'delivery.ended' &&
          event.delivery.part === 'announcement'
      )
    await endReading()
    expect(ended()).toEqual([])
    bench.clock.at += 1
    expect(await find('42')).toBeUndefined()
    await endReading()
    expect(ended()).toHaveLength(1)
    const after = await bench.find(kept?.id ?? '')
    expect(after.state).toBe('delivered')
    expect(after.secrets).toBeUndefined()
    expect(await find(MOTHER)).toBeUndefined()
    expect(await bench.trail(after.id)).toEqual(
      expect.arrayContaining([
        'reading.opened',
        'delivery.delivered',
        'person.read',
        'reading.ended'
      ])
    )
  })

  it('can be read while a call that is to be made known goes on, and after it failed for a while', async () => {
    let during: unknown
    const answers = [failure(), { outcome: 'accepted' } as const]
    await open(
      reading(['notifyDeath'], async () => {
        during ??= await find('42')
        const next = answers.shift() ?? failure()
        if (next instanceof Error) throw next
        return next
      })
    )
    const id = await bench.add(death())
    expect(await find('42')).toBeUndefined()
    await bench.work()
    expect(during).toBeDefined()
    expect((await bench.find(id)).state).toBe('queued')
    await bench.workFor(60_000)
    expect((await bench.find(id)).state).toBe('readable')
    bench.clock.at += FOR_MS
    await endReading()
    expect(await bench.find(id)).toMatchObject({ state: 'delivered' })
  })

  it('cannot be read any longer than configured through a delivery that waits for a person', async () => {
    await open(reading(['notifyDeath'], () => failure({ retryable: false })))
    const id = await bench.add(death())
    await bench.workFor(1)
    expect((await bench.find(id)).state).toBe('parked')
    expect(await find('42')).toBeDefined()
    bench.clock.at += FOR_MS
    expect(await find('42')).toBeUndefined()
  })

  it.each(['refused', 'cancelled'])(
    'cannot be read once it was %s',
    async (how) => {
      await open(
        reading(['notifyDeath'], () =>
          how === 'refused' ? REFUSED : failure({ retryable: false })
        )
      )
      const id = await bench.add(death())
      await bench.workFor(1)
      if (how === 'cancelled') await bench.operator.reject(id, 'no', 'user:1')
      expect((await bench.find(id)).state).toBe(how)
      expect(await find('42')).toBeUndefined()
    }
  )

  it('can be read by the number that was issued, where the system reads back after the registration itself', async () => {
    await open(
      reading(['createIdentity'], () => ISSUED, undefined, { announces: [] })
    )
    const id = await bench.add(birth())
    await bench.workFor(1)
    const kept = await bench.find(id)
    expect(kept).toMatchObject({ state: 'readable' })
    expect(kept.secrets?.token).toBeUndefined()
    expect(bench.hooks.map(({ hook }) => hook)).toEqual(['onAccepted'])
    expect(await find('42')).toMatchObject({ role: 'subject' })
    await expect(bench.operator.sendAgain(id, 'user:1')).rejects.toMatchObject({
      code: 'ERR_DELIVERY_STATE'
    })
    await expect(
      bench.operator.reject(id, 'reason', 'user:1')
    ).rejects.toMatchObject({ code: 'ERR_DELIVERY_STATE' })
    bench.clock.at += FOR_MS
    await endReading()
    expect(await bench.find(id)).toMatchObject({ state: 'confirmed' })
  })

  it('are not kept where the system reads nothing back, or where nobody has a number', async () => {
    await open(reading(['notifyDeath'], () => ({ outcome: 'accepted' })))
    const id = await bench.add({
      ...sampleDelivery(),
      operation: 'notifyDeath',
      coreOwed: 'nothing'
    })
    await bench.workFor(1)
    expect((await bench.find(id)).state).toBe('delivered')
    await bench.close()
    await open(sayingSystem(() => ({ outcome: 'accepted' })))
    const other = await bench.add(death())
    await bench.workFor(1)
    expect((await bench.find(other)).state).toBe('delivered')
    expect(await find('42')).toBeUndefined()
  })

  it('hold up no later change of the record', async () => {
    await open(reading(['notifyDeath', 'announceIdentity']))
    const id = await bench.add(death())
    const { event } = await bench.find(id)
    await bench.workFor(1)
    const later = await bench.add({
      ...sampleDelivery({ event }),
      operation: 'withdraw',
      coreOwed: 'nothing'
    })
    await bench.workFor(1)
    expect((await bench.find(later)).state).toBe('delivered')
  })
})

describe('the audit trail', () => {
  async function entries() {
    const { deliveries } = await bench.store.list({ limit: 1 })
    const [one] = deliveries
    const all = await bench.store.timeline({
      id: one?.id ?? '',
      eventId: one?.event.id ?? '',
      actionId: one?.action.id ?? ''
    })
    return all.filter(({ kind }) => kind.startsWith('person.'))
  }

  it('says who read which attributes of whom, and never a number or a value', async () => {
    await open(reading(['notifyDeath'], () => ({ outcome: 'accepted' })))
    await bench.add(death())
    await bench.workFor(1)
    await people.find({
      identifier: '42',
      reader: 'register',
      attributes: ['firstName', 'firstName', 'Ada Nakamura']
    })
    await people.find({
      identifier: '42',
      reader: 'https://register.example.org/',
      attributes: []
    })
    const found = await entries()
    expect(found).toMatchObject([
      {
        kind: 'person.read',
        actor: 'reader:register',
        details: { role: 'subject', attributes: ['firstName', 'OTHER'] }
      },
      {
        kind: 'person.read',
        actor: expect.stringMatching(/^reader:sha256-[0-9a-f]{16}$/) as string
      }
    ])
    expect(JSON.stringify(found)).not.toMatch(/Ada|"42"|example/)
  })

  it('has the attempts that found nobody', async () => {
    const written: unknown[] = []
    await open(reading(['notifyDeath']))
    const { audit } = bench.store
    bench.store.audit = (events) => {
      written.push(...events)
      return audit(events)
    }
    expect(await find('no such number')).toBeUndefined()
    expect(written).toEqual([
      {
        kind: 'person.notFound',
        at: bench.clock.now(),
        actor: 'reader:register',
        details: { attributes: ['firstName'] }
      }
    ])
  })

  it('is written before anything is given away', async () => {
    await open(reading(['notifyDeath'], () => ({ outcome: 'accepted' })))
    await bench.add(death())
    await bench.workFor(1)
    bench.store.audit = () => Promise.reject(new Error('disk full'))
    await expect(find('42')).rejects.toThrow('disk full')
  })
})

describe('a reading', () => {
  it('is refused while nothing is running', async () => {
    bench = await workbench(reading([]), agreeableCore())
    people = createReadablePeople(() => undefined)
    await expect(find('42')).rejects.toMatchObject({
      code: 'ERR_NOT_STARTED',
      retryable: true
    })
  })

  it('is refused where the table points to a delivery that knows nothing of the number', async () => {
    await open(reading(['notifyDeath'], () => ({ outcome: 'accepted' })))
    await bench.add(death())
    await bench.workFor(1)
    const { findReadable } = bench.store
    bench.store.findReadable = async ({ now }) =>
      findReadable({ identifier: '42', now })
    expect(await find('43')).toBeUndefined()
    expect(await find('42')).toBeDefined()
  })
})
