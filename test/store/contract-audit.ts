import type { Store } from '../../src/store/store'
import type { Use } from './contract'
import { entry, sampleDelivery, START } from './sample-delivery'

async function writeEntries(store: Store, count: number): Promise<void> {
  await store.audit(
    Array.from({ length: count }, (_, index) => ({
      kind: 'trigger.refused',
      at: START + index,
      actor: 'core',
      details: { code: 'ERR_TOKEN', attempt: index, fields: ['b', 'a'] }
    }))
  )
}

/** The trail that nobody can change unseen. */
export function describeAudit(use: Use): void {
  describe('the audit trail', () => {
    it(
      'is intact when empty, and over more entries than a page',
      use(async ({ store }) => {
        expect(await store.verifyAudit()).toMatchObject({
          intact: true,
          entries: 0
        })
        await writeEntries(store, 2345)
        const verdict = await store.verifyAudit()
        expect(verdict).toMatchObject({ intact: true, entries: 2345 })
        await writeEntries(store, 1)
        const later = await store.verifyAudit()
        expect(later).not.toMatchObject({
          head: verdict.intact ? verdict.head : ''
        })
      })
    )

    it(
      'stays one chain under many writers in several stores',
      use(async ({ store, another }) => {
        const stores = [store, await another(), await another()]
        await Promise.all(
          Array.from({ length: 60 }, (_, index) => {
            const delivery = sampleDelivery()
            return (stores[index % 3] ?? store).insert(delivery, [
              entry(delivery, 'decision.taken'),
              entry(delivery, 'delivery.queued')
            ])
          })
        )
        expect(await store.verifyAudit()).toMatchObject({
          intact: true,
          entries: 120
        })
      })
    )

    it.each([
      [
        'a word was changed',
        "update national_id_audit set kind = 'other' where sequence = 4",
        4
      ],
      [
        'a time was changed',
        'update national_id_audit set at = at + 1 where sequence = 1',
        1
      ],
      [
        'details were changed',
        `update national_id_audit set details = '{"attempt":9}' where sequence = 7`,
        7
      ],
      [
        'details were made unreadable',
        "update national_id_audit set details = '{' where sequence = 7",
        7
      ],
      [
        'an entry was removed',
        'delete from national_id_audit where sequence = 5',
        5
      ],
      [
        'the beginning was removed',
        'delete from national_id_audit where sequence <= 3',
        1
      ],
      [
        'an entry was removed and the rest moved up',
        `delete from national_id_audit where sequence = 5;
         update national_id_audit set sequence = sequence - 1 where sequence > 5`,
        5
      ],
      [
        'two entries changed places',
        `update national_id_audit set sequence = 100 where sequence = 5;
         update national_id_audit set sequence = 5 where sequence = 6;
         update national_id_audit set sequence = 6 where sequence = 100`,
        5
      ],
      [
        'a hash was changed',
        "update national_id_audit set hash = 'f' where sequence = 10",
        10
      ],
      [
        'an entry names another key',
        "update national_id_audit set key_id = 'x' where sequence = 2",
        2
      ],
      [
        'an entry was made up',
        `insert into national_id_audit
           select 11, kind, at, actor, delivery_id, event_id, action_id, details, key_id, hash, hash
           from national_id_audit where sequence = 10`,
        11
      ]
    ])('is found broken at the right entry when %s', (_, statement, brokenAt) =>
      use(async ({ store, place }) => {
        await writeEntries(store, 10)
        place.execute(statement)
        expect(await store.verifyAudit()).toMatchObject({
          intact: false,
          entries: brokenAt - 1,
          brokenAt
        })
      })()
    )

    it(
      'stays intact whatever ids a refused call came with',
      use(async ({ store }) => {
        const odd = ['a\0b', '\uD800', 'é\u{1F9EC}', "';--", '', '\u202E']
        await store.audit(
          odd.map((eventId) => ({
            kind: 'trigger.refused',
            at: START,
            actor: 'core',
            eventId,
            actionId: eventId,
            details: { code: 'ERR_TOKEN', text: eventId }
          }))
        )
        expect(await store.verifyAudit()).toMatchObject({
          intact: true,
          entries: odd.length
        })
      })
    )

    it(
      'takes no call down with an id that no database holds',
      use(async ({ store }) => {
        expect(await store.find('a\0b')).toBeUndefined()
        const delivery = sampleDelivery({ systemReference: 'S\u00001' })
        await store.insert(delivery, [])
        expect(await store.find(delivery.id)).toMatchObject({ state: 'queued' })
      })
    )

    it(
      'gives the entries of a delivery and of its action, in order, with their details',
      use(async ({ store }) => {
        const [delivery, other] = [sampleDelivery(), sampleDelivery()]
        const about = {
          eventId: delivery.event.id,
          actionId: delivery.action.id
        }
        await store.audit([
          { kind: 'trigger.refused', at: START, actor: 'core', ...about }
        ])
        await store.insert(other, [entry(other, 'decision.taken')])
        await store.insert(delivery, [
          {
            ...entry(delivery, 'decision.taken'),
            details: { rule: 'newborn', fields: ['child.dob'] }
          }
        ])
        const timeline = await store.timeline({ id: delivery.id, ...about })
        expect(timeline).toMatchObject([
          { kind: 'trigger.refused', sequence: 1, ...about },
          {
            kind: 'decision.taken',
            sequence: 3,
            deliveryId: delivery.id,
            details: { rule: 'newborn', fields: ['child.dob'] }
          }
        ])
        expect(timeline[0]).not.toHaveProperty('details')
        expect(timeline[0]).not.toHaveProperty('deliveryId')
      })
    )
  })
}
