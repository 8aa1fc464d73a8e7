import { newId } from '../../src/internal/ids'
import type { NewDelivery } from '../../src/store/store'
import type { Use } from './contract'
import { entry, sampleDelivery, START } from './sample-delivery'

/** Writing, changing, finding, listing and removing deliveries. */
export function describeDeliveries(use: Use): void {
  describe('deliveries', () => {
    it(
      'gives back all that was written',
      use(async ({ store }) => {
        const delivery = sampleDelivery({
          action: {
            id: newId(),
            type: 'CUSTOM',
            customActionType: 'ISSUE_AGAIN'
          },
          systemReference: 'S-1',
          lease: { owner: 'sync', until: START + 1000 }
        })
        const written = await store.insert(delivery, [])
        const expected = { ...delivery, attempts: 0, updatedAt: START }
        expect(written).toEqual({ delivery: expected, inserted: true })
        expect(await store.find(delivery.id)).toEqual(expected)
        const { event, action } = delivery
        expect(
          await store.findByAction({ eventId: event.id, actionId: action.id })
        ).toEqual(expected)
        expect(await store.find(newId())).toBeUndefined()
      })
    )

    it(
      'writes an action once under fifty calls at the same time',
      use(async ({ store }) => {
        const first = sampleDelivery()
        const results = await Promise.all(
          Array.from({ length: 50 }, () => {
            const again = { ...first, id: newId() }
            return store.insert(again, [entry(again, 'decision.taken')])
          })
        )
        const inserted = results.filter((result) => result.inserted)
        expect(inserted).toHaveLength(1)
        const ids = new Set(results.map((result) => result.delivery.id))
        expect([...ids]).toEqual([inserted[0]?.delivery.id])
        expect(await store.countByState()).toEqual({ queued: 1 })
        expect(await store.verifyAudit()).toMatchObject({ entries: 1 })
      })
    )

    it(
      'writes what follows with the main delivery, or not at all',
      use(async ({ store }) => {
        const main = sampleDelivery()
        const following: NewDelivery = {
          ...sampleDelivery({ event: main.event, action: main.action }),
          part: 'deactivation'
        }
        await store.insert(main, [], [following])
        expect(await store.find(following.id)).toMatchObject({
          part: 'deactivation'
        })
        const late = {
          ...following,
          id: newId(),
          part: 'notification' as const
        }
        const again = await store.insert({ ...main, id: newId() }, [], [late])
        expect(again.inserted).toBe(false)
        expect(await store.find(late.id)).toBeUndefined()
        const { event, action } = main
        expect(
          await store.findByAction({ eventId: event.id, actionId: action.id })
        ).toMatchObject({ id: main.id, part: 'main' })
      })
    )

    it(
      'does not let one write that fails take others with it',
      use(async ({ store }) => {
        const good = [sampleDelivery(), sampleDelivery()]
        const [first] = good
        // The same id for another action breaks a constraint.
        const bad = sampleDelivery({ id: first?.id ?? '' })
        const results = await Promise.allSettled(
          [first, bad, good[1]].map((delivery) =>
            store.insert(delivery ?? bad, [entry(delivery ?? bad, 'written')])
          )
        )
        expect(results.map((result) => result.status)).toEqual([
          'fulfilled',
          'rejected',
          'fulfilled'
        ])
        expect(results[1]).toMatchObject({
          reason: { code: 'ERR_STORE', retryable: false }
        })
        expect(await store.countByState()).toEqual({ queued: 2 })
        expect(await store.verifyAudit()).toMatchObject({
          intact: true,
          entries: 2
        })
      })
    )

    it(
      'keeps everything when it is closed and opened again',
      use(async ({ store, another }) => {
        const delivery = sampleDelivery()
        await store.insert(delivery, [entry(delivery, 'decision.taken')])
        await store.close()
        const reopened = await another()
        expect(await reopened.find(delivery.id)).toMatchObject(delivery)
        expect(await reopened.verifyAudit()).toMatchObject({ entries: 1 })
        await expect(store.find(delivery.id)).rejects.toMatchObject({
          code: 'ERR_STORE_CLOSED'
        })
      })
    )

    it(
      'proves that it can write',
      use(async ({ store, place, clock }) => {
        clock.at = START + 5
        await store.check()
        expect(place.query('select checked_at from national_id_check')).toEqual(
          [{ checked_at: START + 5 }]
        )
      })
    )
  })

  describe('updates', () => {
    it(
      'changes what the patch names, clears what it sets to null, and leaves the rest',
      use(async ({ store }) => {
        const delivery = sampleDelivery({ lastCode: 'ERR_BEFORE' })
        await store.insert(delivery, [])
        const updated = await store.update(
          delivery.id,
          { states: ['queued'] },
          {
            state: 'submitted',
            attempts: 3,
            submittedAt: START + 10,
            systemReference: 'S-1',
            lastCode: null,
            token: 'fresh',
            registrationNumber: 'R-1',
            lease: { owner: 'a', until: START + 99 }
          },
          [],
          START + 10
        )
        const { lastCode: _cleared, ...kept } = delivery
        const expected = {
          ...kept,
          state: 'submitted',
          attempts: 3,
          submittedAt: START + 10,
          updatedAt: START + 10,
          systemReference: 'S-1',
          lease: { owner: 'a', until: START + 99 },
          secrets: {
            ...delivery.secrets,
            token: 'fresh',
            registrationNumber: 'R-1'
          }
        }
        expect(updated).toEqual(expected)
        expect(await store.find(delivery.id)).toEqual(expected)
      })
    )

    it.each([
      ['another state', { states: ['submitted' as const] }],
      [
        'another owner',
        { states: ['queued' as const], leaseOwner: 'somebody' }
      ],
      ['no owner', { states: ['queued' as const], leaseOwner: null }]
    ])('writes nothing, not even audit, when the guard wants %s', (_, guard) =>
      use(async ({ store }) => {
        const delivery = sampleDelivery({
          lease: { owner: 'a', until: START + 1000 }
        })
        const { delivery: before } = await store.insert(delivery, [])
        const result = await store.update(
          delivery.id,
          guard,
          { attempts: 9 },
          [entry(delivery, 'never')],
          START
        )
        expect(result).toBeUndefined()
        expect(await store.find(delivery.id)).toEqual(before)
        expect(await store.verifyAudit()).toMatchObject({ entries: 0 })
      })()
    )

    it(
      'is refused to an owner whose lease has run out',
      use(async ({ store }) => {
        const delivery = sampleDelivery({
          lease: { owner: 'a', until: START + 1000 }
        })
        await store.insert(delivery, [])
        const guard = { states: ['queued' as const], leaseOwner: 'a' }
        const patch = { attempts: 1 }
        expect(
          await store.update(delivery.id, guard, patch, [], START + 1001)
        ).toBeUndefined()
        expect(
          await store.update(delivery.id, guard, patch, [], START + 1000)
        ).toMatchObject({ attempts: 1 })
      })
    )

    it(
      'lets one of many that want the same transition through',
      use(async ({ store }) => {
        const delivery = sampleDelivery()
        await store.insert(delivery, [])
        const results = await Promise.all(
          Array.from({ length: 20 }, () =>
            store.update(
              delivery.id,
              { states: ['queued'] },
              { state: 'submitted' },
              [entry(delivery, 'delivery.submitted')],
              START
            )
          )
        )
        expect(results.filter((result) => result !== undefined)).toHaveLength(1)
        expect(await store.verifyAudit()).toMatchObject({ entries: 1 })
      })
    )

    it(
      'never makes a transition that the state machine has not',
      use(async ({ store }) => {
        const delivery = sampleDelivery()
        await store.insert(delivery, [])
        await expect(
          store.update(
            delivery.id,
            { states: ['queued'] },
            { state: 'confirmed' },
            [],
            START
          )
        ).rejects.toMatchObject({ code: 'ERR_TRANSITION' })
        expect(
          await store.update(
            delivery.id,
            { states: ['queued', 'answered'] },
            { state: 'confirmed' },
            [],
            START
          )
        ).toBeUndefined()
        expect(await store.find(delivery.id)).toMatchObject({ state: 'queued' })
      })
    )
  })

  describe('lists', () => {
    it(
      'filters, and opens nothing',
      use(async ({ store }) => {
        const parked = sampleDelivery({ state: 'parked', createdAt: START + 2 })
        const death = sampleDelivery({
          event: { id: newId(), type: 'death', trackingId: 'DX9' },
          operation: 'notifyDeath',
          createdAt: START + 1
        })
        const birth = sampleDelivery()
        for (const delivery of [birth, death, parked])
          await store.insert(delivery, [])
        await store.markStalled({
          openSince: START + 1,
          now: START + 9,
          limit: 5
        })
        const ids = async (
          filter: Omit<Parameters<typeof store.list>[0], 'limit'>
        ) => {
          const { deliveries } = await store.list({ ...filter, limit: 10 })
          expect(deliveries.some((delivery) => 'secrets' in delivery)).toBe(
            false
          )
          return deliveries.map((delivery) => delivery.id)
        }
        expect(await ids({})).toEqual([parked.id, death.id, birth.id])
        expect(await ids({ states: ['parked'] })).toEqual([parked.id])
        expect(await ids({ states: ['queued', 'parked'] })).toEqual([
          parked.id,
          death.id,
          birth.id
        ])
        expect(await ids({ states: [] })).toEqual([])
        expect(
          await ids({ eventId: death.event.id, states: ['queued'] })
        ).toEqual([death.id])
        expect(
          await ids({ eventId: death.event.id, states: ['parked'] })
        ).toEqual([])
        expect(await ids({ eventType: 'death' })).toEqual([death.id])
        expect(await ids({ trackingId: 'DX9' })).toEqual([death.id])
        expect(await ids({ operation: 'notifyDeath' })).toEqual([death.id])
        expect(await ids({ stalled: true })).toEqual([birth.id])
        expect(await ids({ createdBefore: START + 1 })).toEqual([birth.id])
        expect(await ids({ createdAfter: START + 1 })).toEqual([parked.id])
      })
    )

    it.each([undefined, ['queued' as const, 'parked' as const]])(
      'gives every delivery once, page by page, while others are written (states %p)',
      (states) =>
        use(async ({ store }) => {
          const written: string[] = []
          for (let index = 0; index < 25; index += 1) {
            // Many of the same millisecond.
            const delivery = sampleDelivery({
              createdAt: START + Math.floor(index / 10),
              state: index % 2 === 0 ? 'queued' : 'parked'
            })
            await store.insert(delivery, [])
            written.unshift(delivery.id)
          }
          const seen: string[] = []
          let after: string | undefined
          do {
            const page = await store.list({
              limit: 10,
              ...(states === undefined ? {} : { states }),
              ...(after === undefined ? {} : { after })
            })
            expect(page.deliveries.length).toBeLessThanOrEqual(10)
            seen.push(...page.deliveries.map((delivery) => delivery.id))
            after = page.next
            await store.insert(sampleDelivery({ createdAt: START + 100 }), [])
          } while (after !== undefined)
          expect(seen).toEqual(written)
        })()
    )

    it.each([
      { limit: 0 },
      { limit: 201 },
      { limit: 1.5 },
      { limit: 1, after: "1.1' or '1'='1" }
    ])('refuses %p', (filter) =>
      use(async ({ store }) => {
        await expect(store.list(filter)).rejects.toMatchObject({
          code: 'ERR_FILTER'
        })
      })()
    )

    it(
      'counts by state and knows the oldest open delivery',
      use(async ({ store }) => {
        expect(await store.oldestOpen()).toBeUndefined()
        await store.insert(sampleDelivery({ createdAt: START + 1 }), [])
        await store.insert(
          sampleDelivery({ createdAt: START + 2, state: 'answered' }),
          []
        )
        await store.insert(
          sampleDelivery({ createdAt: START, state: 'parked' }),
          []
        )
        expect(await store.countByState()).toEqual({
          queued: 1,
          answered: 1,
          parked: 1
        })
        expect(await store.oldestOpen()).toBe(START + 1)
      })
    )
  })

  describe('purging', () => {
    it(
      'removes what ended before, at most as much as asked, and nothing else',
      use(async ({ store }) => {
        const open = sampleDelivery()
        await store.insert(open, [])
        for (const at of [1, 2, 3, 50]) {
          const ended = sampleDelivery({ state: 'parked' })
          await store.insert(ended, [entry(ended, 'decision.taken')])
          await store.update(
            ended.id,
            { states: ['parked'] },
            { state: 'cancelled', endedAt: START + at },
            [],
            START + at
          )
        }
        const before = START + 10
        expect(await store.purge({ before, limit: 2 })).toBe(2)
        expect(await store.purge({ before, limit: 2 })).toBe(1)
        expect(await store.purge({ before, limit: 2 })).toBe(0)
        expect(await store.countByState()).toEqual({ queued: 1, cancelled: 1 })
        expect(await store.verifyAudit()).toMatchObject({
          intact: true,
          entries: 4
        })
      })
    )
  })
}
