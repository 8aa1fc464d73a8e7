import type { NewDelivery, Store } from '../../src/store/store'
import type { Use } from './contract'
import { sampleDelivery, START } from './sample-delivery'

const OPEN = ['queued', 'submitted', 'answered'] as const

function claim(
  store: Store,
  owner: string,
  now = START,
  limit = 10
): Promise<string[]> {
  return store
    .claim({ owner, now, leaseMs: 1000, limit, states: OPEN })
    .then((claimed) => claimed.map((delivery) => delivery.id))
}

async function insertAll(
  store: Store,
  deliveries: readonly NewDelivery[]
): Promise<void> {
  for (const delivery of deliveries) await store.insert(delivery, [])
}

/** Who works on what, and when. */
export function describeClaims(use: Use): void {
  describe('claims', () => {
    it(
      'gives each delivery to one of several owners, in several stores',
      use(async ({ store, another }) => {
        const stores = [store, await another(), await another()]
        const all = Array.from({ length: 60 }, () => sampleDelivery())
        await insertAll(store, all)
        const claimed = await Promise.all(
          Array.from({ length: 12 }, (_, index) =>
            claim(stores[index % 3] ?? store, `owner-${index}`)
          )
        )
        const ids = claimed.flat()
        expect(ids).toHaveLength(60)
        expect(new Set(ids)).toEqual(new Set(all.map(({ id }) => id)))
      })
    )

    it(
      'leases them with their secrets, the oldest due first, of all states asked for',
      use(async ({ store }) => {
        const late = sampleDelivery({ nextAttemptAt: START + 3 })
        const first = sampleDelivery({
          nextAttemptAt: START + 1,
          state: 'answered'
        })
        const second = sampleDelivery({ nextAttemptAt: START + 2 })
        const notYet = sampleDelivery({ nextAttemptAt: START + 100 })
        const parked = sampleDelivery({ state: 'parked' })
        await insertAll(store, [late, first, second, notYet, parked])
        const claimed = await store.claim({
          owner: 'a',
          now: START + 50,
          leaseMs: 1000,
          limit: 2,
          states: OPEN
        })
        expect(claimed.map(({ id }) => id)).toEqual([first.id, second.id])
        expect(claimed[0]).toMatchObject({
          secrets: first.secrets,
          lease: { owner: 'a', until: START + 1050 }
        })
        expect(await claim(store, 'b', START + 50)).toEqual([late.id])
        expect(
          await store.claim({
            owner: 'c',
            now: START + 500,
            leaseMs: 1,
            limit: 5,
            states: ['submitted']
          })
        ).toEqual([])
      })
    )

    it(
      'gives a delivery to another owner when the lease has run out, not before',
      use(async ({ store }) => {
        const delivery = sampleDelivery()
        await insertAll(store, [delivery])
        expect(await claim(store, 'a')).toEqual([delivery.id])
        expect(await claim(store, 'b', START + 1000)).toEqual([])
        expect(await claim(store, 'b', START + 1001)).toEqual([delivery.id])
      })
    )

    it(
      'gives back every lease of an owner, and no other',
      use(async ({ store }) => {
        const [one, other] = [sampleDelivery(), sampleDelivery()]
        await insertAll(store, [one])
        await claim(store, 'a')
        await insertAll(store, [other])
        await claim(store, 'b')
        await store.release('a')
        expect(await claim(store, 'c')).toEqual([one.id])
      })
    )

    it(
      'does the deliveries of a record in the order they were written',
      use(async ({ store }) => {
        const first = sampleDelivery({ nextAttemptAt: START + 500 })
        const second = sampleDelivery({ event: first.event })
        const elsewhere = sampleDelivery()
        await insertAll(store, [first, second, elsewhere])
        expect(await claim(store, 'a')).toEqual([elsewhere.id])
        expect(await claim(store, 'a', START + 500)).toEqual([first.id])
        await store.update(
          first.id,
          { states: ['queued'], leaseOwner: 'a' },
          { state: 'submitted', nextAttemptAt: START + 9e9, lease: null },
          [],
          START + 500
        )
        expect(await claim(store, 'b', START + 500)).toEqual([])
        await store.update(
          first.id,
          { states: ['submitted'] },
          { state: 'delivered' },
          [],
          START + 500
        )
        expect(await claim(store, 'b', START + 500)).toEqual([second.id])
      })
    )

    it(
      'holds nothing up behind a parked delivery or a deactivation, and no deactivation behind anything',
      use(async ({ store }) => {
        const parked = sampleDelivery({ state: 'parked' })
        const behindParked = sampleDelivery({ event: parked.event })
        const main = sampleDelivery({ nextAttemptAt: START + 9e9 })
        const deactivation: NewDelivery = {
          ...sampleDelivery({ event: main.event, action: main.action }),
          part: 'deactivation'
        }
        const waiting: NewDelivery = {
          ...sampleDelivery({ nextAttemptAt: START + 9e9 }),
          part: 'deactivation'
        }
        const behindWaiting = sampleDelivery({ event: waiting.event })
        await insertAll(store, [
          parked,
          behindParked,
          main,
          deactivation,
          waiting,
          behindWaiting
        ])
        expect((await claim(store, 'a')).sort()).toEqual(
          [behindParked.id, deactivation.id, behindWaiting.id].sort()
        )
      })
    )

    it(
      'knows when something that can be taken is due next',
      use(async ({ store }) => {
        expect(await store.nextDue(OPEN)).toBeUndefined()
        const first = sampleDelivery({
          state: 'submitted',
          nextAttemptAt: START + 700
        })
        const heldUp = sampleDelivery({ event: first.event })
        await insertAll(store, [first, heldUp])
        expect(await store.nextDue(OPEN)).toBe(START + 700)
        expect(await store.nextDue(['queued'])).toBeUndefined()
        await insertAll(store, [sampleDelivery()])
        expect(await store.nextDue(OPEN)).toBe(START)
        await claim(store, 'a')
        expect(await store.nextDue(OPEN)).toBe(START + 700)
      })
    )
  })

  describe('token renewal', () => {
    it(
      'takes what has not ended and whose token ends between now and then, the soonest first',
      use(async ({ store }) => {
        const soon = sampleDelivery({ tokenExpiresAt: START + 200 })
        const parked = sampleDelivery({
          tokenExpiresAt: START + 100,
          state: 'parked'
        })
        const later = sampleDelivery({ tokenExpiresAt: START + 9000 })
        const over = sampleDelivery({ tokenExpiresAt: START - 1 })
        const held = sampleDelivery({
          tokenExpiresAt: START + 150,
          lease: { owner: 'b', until: START + 10 }
        })
        const ended = sampleDelivery({ tokenExpiresAt: START + 120 })
        await insertAll(store, [soon, parked, later, over, held, ended])
        await store.update(
          ended.id,
          { states: ['queued'] },
          { state: 'cancelled' },
          [],
          START
        )
        const request = {
          owner: 'a',
          now: START,
          leaseMs: 1000,
          limit: 10,
          expiringBefore: START + 1000
        }
        const taken = await store.claimForRenewal(request)
        expect(taken.map(({ id }) => id)).toEqual([parked.id, soon.id])
        expect(taken[0]).toMatchObject({
          lease: { owner: 'a', until: START + 1000 },
          secrets: { token: soon.secrets.token }
        })
        expect(await store.claimForRenewal(request)).toEqual([])
      })
    )
  })

  describe('stalled deliveries', () => {
    it(
      'are given once, the oldest first',
      use(async ({ store }) => {
        const second = sampleDelivery({ createdAt: START - 100 })
        const first = sampleDelivery({ createdAt: START - 200 })
        const young = sampleDelivery()
        const parked = sampleDelivery({
          createdAt: START - 300,
          state: 'parked'
        })
        const graceRuns: NewDelivery = {
          ...sampleDelivery({
            createdAt: START - 300,
            nextAttemptAt: START + 9e9
          }),
          part: 'deactivation'
        }
        await insertAll(store, [second, first, young, parked, graceRuns])
        const request = { openSince: START - 50, now: START, limit: 10 }
        const stalled = await store.markStalled(request)
        expect(stalled.map(({ id }) => id)).toEqual([first.id, second.id])
        expect(stalled[0]).toMatchObject({ stalledAt: START })
        expect(stalled[0]).not.toHaveProperty('secrets')
        expect(await store.markStalled(request)).toEqual([])
      })
    )
  })
}
