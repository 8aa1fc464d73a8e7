import type { NewDelivery, Store } from '../../src/store/store'
import type { Use } from './contract'
import {
  ENCRYPTION,
  entry,
  PERSONAL,
  sampleDelivery,
  START
} from './sample-delivery'

const UNTIL = START + 86_400_000
const CHILD = PERSONAL.identifier
const MOTHER = '7000000000000003'
const NONE = () => []

async function add(
  store: Store,
  changes: Partial<NewDelivery> = {}
): Promise<NewDelivery> {
  const delivery = sampleDelivery({ coreOwed: 'nothing', ...changes })
  await store.insert(delivery, [])
  return delivery
}

function open(store: Store, { id }: { id: string }, until = UNTIL) {
  const people = [
    { identifier: CHILD, role: 'subject' },
    { identifier: MOTHER, role: 'mother' }
  ]
  return store.update(
    id,
    { states: ['queued'] },
    { readable: { until, people } },
    [],
    START
  )
}

function keep(store: Store, { id }: { id: string }, until = UNTIL) {
  const people = [{ identifier: CHILD, role: 'subject' }]
  return store.update(
    id,
    { states: ['queued', 'answered'] },
    { state: 'readable', nextAttemptAt: until, readable: { until, people } },
    [],
    START
  )
}

async function found(store: Store, identifier: string, now = START) {
  const one = await store.findReadable({ identifier, now })
  return one && { id: one.delivery.id, role: one.role }
}

/** People who may be read back while their delivery is in progress. */
export function describeReadable(use: Use): void {
  describe('people who may be read back', () => {
    it(
      'are found by their exact identifier until their time is over, from any server',
      use(async ({ store, another }) => {
        const delivery = await add(store)
        expect(await found(store, CHILD)).toBeUndefined()
        await open(store, delivery)
        const other = await another()
        for (const one of [store, other]) {
          const { id } = delivery
          expect(await found(one, CHILD)).toEqual({ id, role: 'subject' })
          expect(await found(one, MOTHER)).toEqual({ id, role: 'mother' })
          expect(await found(one, CHILD.slice(1))).toBeUndefined()
          expect(await found(one, MOTHER, UNTIL - 1)).toBeDefined()
          expect(await found(one, MOTHER, UNTIL)).toBeUndefined()
        }
      })
    )

    it(
      'are read with what their delivery holds',
      use(async ({ store }) => {
        await open(store, await add(store))
        const one = await store.findReadable({ identifier: CHILD, now: START })
        expect(one?.delivery.secrets?.request?.person.name?.surname).toBe(
          PERSONAL.surname
        )
      })
    )

    it(
      'are found through the latest of several deliveries',
      use(async ({ store }) => {
        const first = await add(store)
        const second = await add(store)
        await open(store, second)
        await open(store, first)
        expect(await found(store, MOTHER)).toMatchObject({ id: second.id })
      })
    )

    it.each(['cancelled', 'delivered'] as const)(
      'are found no more once their delivery is %s, whoever ended it',
      (state) =>
        use(async ({ store }) => {
          const delivery = await add(store)
          await open(store, delivery)
          const guard = { states: ['queued'] as const }
          await store.update(delivery.id, guard, { state }, [], START)
          expect(await found(store, CHILD)).toBeUndefined()
          expect(await found(store, MOTHER)).toBeUndefined()
        })()
    )

    it(
      'are replaced by whoever is named next, and go with an end that says so',
      use(async ({ store, place }) => {
        const delivery = await add(store)
        await open(store, delivery)
        await keep(store, delivery)
        expect(await found(store, MOTHER)).toBeUndefined()
        expect(await found(store, CHILD)).toBeDefined()
        await store.update(
          delivery.id,
          { states: ['readable'] },
          { state: 'delivered', readable: null },
          [],
          START
        )
        expect(place.query('select role from national_id_readable')).toEqual([])
      })
    )

    it(
      'change only where the guard holds',
      use(async ({ store, place }) => {
        const delivery = await add(store, { state: 'parked' })
        await open(store, delivery)
        expect(place.query('select role from national_id_readable')).toEqual([])
      })
    )

    it(
      'stand on disk only as a digest that nobody can try out without the key',
      use(async ({ store, place, another }) => {
        const other = await another('another-secret-made-for-tests-00002')
        await open(store, await add(store))
        const before = place.bytes()
        expect(before.includes('national_id_readable')).toBe(true)
        expect(before.includes(CHILD)).toBe(false)
        expect(before.includes(MOTHER)).toBe(false)
        expect(await found(other, CHILD)).toBeUndefined()
      })
    )

    it(
      'are still found after the key was changed, beside those of the new key',
      use(async ({ store, another }) => {
        const old = await add(store)
        await open(store, old)
        const next = 'another-secret-made-for-tests-00002'
        const rotated = await another({
          current: 'b',
          keys: { a: ENCRYPTION, b: next }
        })
        expect(await found(rotated, MOTHER)).toMatchObject({ id: old.id })
        const fresh = await add(rotated)
        await keep(rotated, fresh)
        expect(await found(rotated, CHILD)).toMatchObject({ id: fresh.id })
        expect(await found(rotated, MOTHER)).toMatchObject({ id: old.id })
      })
    )
  })

  describe('a delivery that is kept for reading', () => {
    it(
      'has no record token any more, and still what can be read',
      use(async ({ store, clock }) => {
        const delivery = await add(store)
        const kept = await keep(store, delivery)
        expect(kept?.state).toBe('readable')
        expect(kept?.secrets?.token).toBeUndefined()
        expect(kept?.tokenExpiresAt).toBeUndefined()
        expect(kept?.secrets?.request?.person.name).toBeDefined()
        const renewal = { owner: 'a', now: clock.now(), leaseMs: 1, limit: 9 }
        expect(
          await store.claimForRenewal({
            ...renewal,
            expiringBefore: START + 9e12
          })
        ).toEqual([])
      })
    )

    it(
      'is no work, no backlog, never stalled, and holds up no later delivery of its record',
      use(async ({ store }) => {
        const kept = await add(store)
        const later = await add(store, { event: kept.event })
        await keep(store, kept, START)
        const states = ['queued', 'submitted', 'answered'] as const
        const claim = { owner: 'a', now: START, leaseMs: 1_000, limit: 9 }
        const claimed = await store.claim({ ...claim, states: [...states] })
        expect(claimed.map(({ id }) => id)).toEqual([later.id])
        await store.update(
          later.id,
          { states: ['queued'] },
          { state: 'cancelled' },
          [],
          START
        )
        expect(await store.oldestOpen()).toBeUndefined()
        expect(await store.nextDue([...states])).toBeUndefined()
        const watch = { openSince: START + 9e9, now: START + 9e9, limit: 9 }
        expect(await store.markStalled(watch)).toEqual([])
        expect(await store.countByState()).toMatchObject({ readable: 1 })
      })
    )

    it.each([
      ['delivered', 'nothing'],
      ['confirmed', 'confirmation'],
      ['confirmed', 'check']
    ] as const)(
      'ends %s where core was owed %s, and leaves nothing personal',
      (state, coreOwed) =>
        use(async ({ store, place }) => {
          const delivery = await add(store, { coreOwed })
          await keep(store, delivery)
          const request = { limit: 10, now: UNTIL - 1 }
          expect(await store.endReadable(request, NONE)).toEqual({
            ended: [],
            removed: 0
          })
          const { ended, removed } = await store.endReadable(
            { limit: 10, now: UNTIL },
            (one) => [entry(one, 'reading.ended', UNTIL)]
          )
          expect(ended).toMatchObject([{ id: delivery.id, state }])
          expect(removed).toBe(1)
          const after = await store.find(delivery.id)
          expect(after).toMatchObject({ state, endedAt: UNTIL })
          expect(after?.secrets).toBeUndefined()
          expect(place.query('select role from national_id_readable')).toEqual(
            []
          )
          const trail = await store.timeline({
            id: delivery.id,
            eventId: delivery.event.id,
            actionId: delivery.action.id
          })
          expect(trail.map(({ kind }) => kind)).toEqual(['reading.ended'])
          expect((await store.verifyAudit()).intact).toBe(true)
        })()
    )

    it(
      'ends once, however many servers look',
      use(async ({ store, another }) => {
        for (let count = 0; count < 5; count += 1)
          await keep(store, await add(store))
        const other = await another()
        const audit = (one: Parameters<typeof entry>[0]) => [
          entry(one, 'reading.ended')
        ]
        const request = { limit: 10, now: UNTIL }
        const both = await Promise.all([
          store.endReadable(request, audit),
          other.endReadable(request, audit)
        ])
        expect(both.flatMap(({ ended }) => ended)).toHaveLength(5)
        const verdict = await store.verifyAudit()
        expect(verdict).toMatchObject({ intact: true, entries: 5 })
      })
    )

    it(
      'goes in small batches, and takes people of other deliveries along whose time is over',
      use(async ({ store, place }) => {
        for (let count = 0; count < 3; count += 1)
          await keep(store, await add(store))
        const waiting = await add(store)
        await open(store, waiting)
        const request = { limit: 2, now: UNTIL }
        expect((await store.endReadable(request, NONE)).ended).toHaveLength(2)
        expect((await store.endReadable(request, NONE)).ended).toHaveLength(1)
        await store.endReadable(request, NONE)
        expect(place.query('select role from national_id_readable')).toEqual([])
        expect((await store.find(waiting.id))?.state).toBe('queued')
      })
    )
  })

  describe('a change that brings about a further delivery', () => {
    it(
      'writes it together with itself, and only where the guard holds',
      use(async ({ store }) => {
        const main = await add(store)
        const next: NewDelivery = {
          ...sampleDelivery({ event: main.event, action: main.action }),
          part: 'announcement'
        }
        const wrong = { states: ['answered'] as const }
        await store.update(main.id, wrong, {}, [], START, [next])
        expect(await store.find(next.id)).toBeUndefined()
        const right = { states: ['queued'] as const }
        await store.update(main.id, right, { state: 'delivered' }, [], START, [
          next
        ])
        expect((await store.find(next.id))?.secrets?.request).not.toBeNull()
        const again = { ...next, id: sampleDelivery().id }
        const parked = await add(store)
        await store.update(parked.id, right, {}, [], START, [again])
        expect(await store.find(again.id)).toBeUndefined()
      })
    )

    it(
      'puts an announcement before what waits of the record, and holds it up behind nothing of that',
      use(async ({ store }) => {
        const main = await add(store)
        const waiting = await add(store, { event: main.event })
        const answered = await add(store, {
          event: main.event,
          state: 'answered'
        })
        const announcement: NewDelivery = {
          ...sampleDelivery({ event: main.event, action: main.action }),
          part: 'announcement',
          nextAttemptAt: START + 100
        }
        await store.update(
          main.id,
          { states: ['queued'] },
          { state: 'delivered' },
          [],
          START,
          [announcement]
        )
        const claim = async (now: number) => {
          const request = { owner: 'a', leaseMs: 50, limit: 9, now }
          const claimed = await store.claim({
            ...request,
            states: ['queued', 'submitted', 'answered']
          })
          return claimed.map(({ id }) => id)
        }
        expect(await claim(START)).toEqual([])
        expect(await claim(START + 100)).toEqual([announcement.id])
        await store.update(
          announcement.id,
          { states: ['queued'] },
          { state: 'readable' },
          [],
          START
        )
        expect(await claim(START + 200)).toEqual([waiting.id])
        await store.update(
          waiting.id,
          { states: ['queued'] },
          { state: 'delivered' },
          [],
          START
        )
        expect(await claim(START + 300)).toEqual([answered.id])
      })
    )
  })
}
