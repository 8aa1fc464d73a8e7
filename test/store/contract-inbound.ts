import type { DeliveryState } from '../../src/domain/delivery'
import type { InboundAnswer, InboundResult, Store } from '../../src/store/store'
import type { Use } from './contract'
import { ACCEPTED, entry, sampleDelivery, START } from './sample-delivery'

function message(
  deliveryId: string,
  changes: Partial<InboundAnswer> = {}
): InboundAnswer {
  return {
    source: 'registry',
    messageId: 'message-1',
    deliveryId,
    answer: ACCEPTED,
    now: START + 10,
    nextAttemptAt: START + 20,
    ...changes
  }
}

function receive(store: Store, inbound: InboundAnswer): Promise<InboundResult> {
  return store.receive(inbound, (result) => [
    { kind: `callback.${result}`, at: START, actor: 'system' }
  ])
}

/** Answers that systems bring. */
export function describeInbound(use: Use): void {
  describe('answers from systems', () => {
    it.each<[DeliveryState]>([['queued'], ['submitted'], ['parked']])(
      'are applied to a delivery that is %s',
      (state) =>
        use(async ({ store }) => {
          const delivery = sampleDelivery({
            state,
            lease: { owner: 'a', until: START + 60_000 }
          })
          await store.insert(delivery, [])
          expect(await receive(store, message(delivery.id))).toBe('applied')
          const { lease: _given, ...rest } = delivery
          expect(await store.find(delivery.id)).toEqual({
            ...rest,
            state: 'answered',
            attempts: 0,
            answeredAt: START + 10,
            updatedAt: START + 10,
            nextAttemptAt: START + 20,
            secrets: { ...delivery.secrets, answer: ACCEPTED }
          })
          const late = await store.update(
            delivery.id,
            { states: [state], leaseOwner: 'a' },
            { lease: null },
            [],
            START + 30
          )
          expect(late).toBeUndefined()
        })()
    )

    it(
      'are applied once, however often and at whatever time the same message comes',
      use(async ({ store }) => {
        const delivery = sampleDelivery()
        await store.insert(delivery, [])
        const results = await Promise.all(
          Array.from({ length: 10 }, () => receive(store, message(delivery.id)))
        )
        expect(results.filter((result) => result === 'applied')).toHaveLength(1)
        expect(results.filter((result) => result === 'repeated')).toHaveLength(
          9
        )
        expect(
          await receive(
            store,
            message(delivery.id, { source: 'another', messageId: 'message-1' })
          )
        ).toBe('late')
      })
    )

    it(
      'are late when another answer was there, and do not replace it',
      use(async ({ store }) => {
        const delivery = sampleDelivery()
        await store.insert(delivery, [])
        await receive(store, message(delivery.id))
        const second = message(delivery.id, {
          messageId: 'message-2',
          answer: { outcome: 'refused', code: 'NO', reason: 'no' }
        })
        expect(await receive(store, second)).toBe('late')
        expect(await receive(store, second)).toBe('repeated')
        expect(await store.find(delivery.id)).toMatchObject({
          secrets: { answer: ACCEPTED }
        })
      })
    )

    it(
      'are late for a delivery that was parked with its answer, or has ended',
      use(async ({ store }) => {
        const parked = sampleDelivery({ state: 'parked' })
        await store.insert(
          { ...parked, secrets: { ...parked.secrets, answer: ACCEPTED } },
          []
        )
        expect(await receive(store, message(parked.id))).toBe('late')
        expect(await store.find(parked.id)).toMatchObject({ state: 'parked' })
        await store.update(
          parked.id,
          { states: ['parked'] },
          { state: 'cancelled' },
          [],
          START
        )
        const again = message(parked.id, { messageId: 'message-2' })
        expect(await receive(store, again)).toBe('late')
        expect(await store.find(parked.id)).toMatchObject({
          state: 'cancelled'
        })
      })
    )

    it(
      'to an unknown delivery change nothing, and count once the delivery is there',
      use(async ({ store }) => {
        const delivery = sampleDelivery()
        expect(await receive(store, message(delivery.id))).toBe('unknown')
        await store.insert(delivery, [])
        expect(await receive(store, message(delivery.id))).toBe('applied')
      })
    )

    it(
      'leave the audit entry that belongs to what became of them',
      use(async ({ store }) => {
        const delivery = sampleDelivery()
        await store.insert(delivery, [])
        for (const id of ['m-1', 'm-1', 'm-2'])
          await store.receive(
            message(delivery.id, { messageId: id }),
            (result) => [entry(delivery, `callback.${result}`)]
          )
        const timeline = await store.timeline({
          id: delivery.id,
          eventId: delivery.event.id,
          actionId: delivery.action.id
        })
        expect(timeline.map(({ kind }) => kind)).toEqual([
          'callback.applied',
          'callback.repeated',
          'callback.late'
        ])
      })
    )

    it(
      'are forgotten with time, so that the list of seen messages does not grow for ever',
      use(async ({ store, place }) => {
        const delivery = sampleDelivery()
        await store.insert(delivery, [])
        for (const id of ['m-1', 'm-2', 'm-3'])
          await receive(store, message(delivery.id, { messageId: id }))
        expect(await store.purge({ before: START + 11, limit: 2 })).toBe(2)
        expect(await store.purge({ before: START + 11, limit: 2 })).toBe(1)
        expect(place.query('select * from national_id_inbound')).toEqual([])
        expect(await store.find(delivery.id)).toBeDefined()
      })
    )
  })
}
