import type { Use } from './contract'
import {
  ACCEPTED,
  entry,
  PERSONAL,
  sampleDelivery,
  START
} from './sample-delivery'

const SEALED = [
  'sealed_token',
  'sealed_work',
  'sealed_answer',
  'sealed_registration_number'
]

function foundIn(bytes: Buffer): string[] {
  return Object.values(PERSONAL).filter((text) => bytes.includes(text))
}

/** What is personal, at rest and after the end. */
export function describeSecrets(use: Use): void {
  describe('secrets', () => {
    it(
      'are nowhere on disk in clear text, before the end and after it',
      use(async ({ store, place }) => {
        const delivery = sampleDelivery()
        await store.insert(delivery, [entry(delivery, 'decision.taken')])
        await store.update(
          delivery.id,
          { states: ['queued'] },
          {
            state: 'answered',
            answer: ACCEPTED,
            registrationNumber: PERSONAL.registrationNumber
          },
          [],
          START
        )
        const before = place.bytes()
        // The row is there, so this looks in the right place.
        expect(before.includes(delivery.id)).toBe(true)
        expect(foundIn(before)).toEqual([])
        await store.update(
          delivery.id,
          { states: ['answered'] },
          { state: 'confirmed' },
          [],
          START
        )
        expect(foundIn(place.bytes())).toEqual([])
        await store.close()
        expect(foundIn(place.bytes())).toEqual([])
      })
    )

    it.each(['confirmed', 'refused', 'delivered', 'cancelled'] as const)(
      'are erased by the same write that makes a delivery %s, and leave no trace once the store is closed',
      (state) =>
        use(async ({ store, place }) => {
          const delivery = sampleDelivery({
            state: 'answered',
            lease: { owner: 'a', until: START + 100 }
          })
          const { secrets } = delivery
          const sealed = {
            ...secrets,
            answer: ACCEPTED,
            registrationNumber: 'R'
          }
          await store.insert({ ...delivery, secrets: sealed }, [])
          const columns = `select ${SEALED.join(', ')} from national_id_delivery`
          const [row] = place.query(columns)
          const values = SEALED.map((column) => row?.[column])
          expect(values.every((value) => Buffer.isBuffer(value))).toBe(true)

          const ended = await store.update(
            delivery.id,
            { states: ['answered'], leaseOwner: 'a' },
            { state, token: 'too late', registrationNumber: 'too late' },
            [],
            START + 7
          )
          expect(ended).not.toHaveProperty('secrets')
          expect(ended).not.toHaveProperty('lease')
          expect(ended).toMatchObject({ state, endedAt: START + 7 })
          expect(place.query(columns)).toEqual([
            Object.fromEntries(SEALED.map((column) => [column, null]))
          ])
          await store.close()
          const bytes = place.bytes()
          const left = values.filter(
            (value) => Buffer.isBuffer(value) && bytes.includes(value)
          )
          expect(left).toEqual([])
        })()
    )

    it(
      'cannot be moved from one delivery to another',
      use(async ({ store, place }) => {
        const [one, other] = [sampleDelivery(), sampleDelivery()]
        await store.insert(one, [])
        await store.insert(other, [])
        place.execute(
          `update national_id_delivery set sealed_token =
             (select sealed_token from national_id_delivery where id = '${one.id}')
           where id = '${other.id}'`
        )
        await expect(store.find(other.id)).rejects.toMatchObject({
          code: 'ERR_SEAL_BROKEN'
        })
      })
    )

    it(
      'that cannot be opened are named when they are asked for, and hold up no other delivery',
      use(async ({ store, another }) => {
        const other = await another('another-secret-made-for-tests-00002')
        const sealedBefore = sampleDelivery()
        await store.insert(sealedBefore, [])
        const readable = sampleDelivery()
        await other.insert(readable, [])
        const claimed = await other.claim({
          owner: 'a',
          now: START,
          leaseMs: 1000,
          limit: 10,
          states: ['queued']
        })
        expect(claimed.map(({ id }) => id)).toEqual([
          sealedBefore.id,
          readable.id
        ])
        expect(() => claimed[0]?.secrets).toThrow('is missing')
        expect(claimed[1]?.secrets).toEqual(readable.secrets)
        // Whoever took it can set it aside.
        expect(
          await other.update(
            sealedBefore.id,
            { states: ['queued'], leaseOwner: 'a' },
            { state: 'parked', lease: null, lastCode: 'ERR_KEY_MISSING' },
            [entry(sealedBefore, 'delivery.parked')],
            START
          )
        ).toMatchObject({ state: 'parked' })
        expect((await other.list({ limit: 5 })).deliveries).toHaveLength(2)
      })
    )

    it(
      'stay readable when the key is rotated, and new ones take the new key',
      use(async ({ another }) => {
        const former = 'former-secret-made-for-tests-0000001'
        const fresh = 'latest-secret-made-for-tests-0000002'
        const before = await another({ current: 'a', keys: { a: former } })
        const old = sampleDelivery()
        await before.insert(old, [entry(old, 'decision.taken')])
        const after = await another({
          current: 'b',
          keys: { a: former, b: fresh }
        })
        const recent = sampleDelivery()
        await after.insert(recent, [entry(recent, 'decision.taken')])
        expect(await after.find(old.id)).toMatchObject(old)
        expect(await after.verifyAudit()).toMatchObject({
          intact: true,
          entries: 2
        })
        await expect(before.find(recent.id)).rejects.toThrow('key b')
        expect(await before.verifyAudit()).toMatchObject({
          intact: false,
          brokenAt: 2,
          problem: expect.stringContaining('key b')
        })
      })
    )

    it(
      'can be told to be damaged without being opened',
      use(async ({ store, place }) => {
        const delivery = sampleDelivery()
        await store.insert(delivery, [])
        place.execute(
          'update national_id_delivery set sealed_work = sealed_token'
        )
        await expect(store.find(delivery.id)).rejects.toMatchObject({
          code: 'ERR_SEAL_BROKEN'
        })
        const marked = await store.find(delivery.id, 'marked')
        expect(marked).toMatchObject({
          id: delivery.id,
          unreadable: 'ERR_SEAL_BROKEN'
        })
        expect(marked).not.toHaveProperty('secrets')
      })
    )

    it(
      'keep a store from being opened without the key that they need, until they have ended',
      use(async ({ another }) => {
        const former = 'former-secret-made-for-tests-0000001'
        const fresh = 'latest-secret-made-for-tests-0000002'
        const before = await another({
          current: '2025',
          keys: { 2025: former }
        })
        const delivery = sampleDelivery()
        await before.insert(delivery, [])
        const without = { current: '2026', keys: { 2026: fresh } }
        await expect(another(without)).rejects.toMatchObject({
          code: 'ERR_KEY_MISSING',
          message: expect.stringMatching(/key 2025 is missing.* 1 delivery/)
        })
        await before.update(
          delivery.id,
          { states: ['queued'] },
          { state: 'cancelled' },
          [],
          START
        )
        await another(without)
      })
    )

    it(
      'are not worked with when a key id has got another secret',
      use(async ({ another }) => {
        await another({
          current: 'a',
          keys: { a: 'former-secret-made-for-tests-0000001' }
        })
        await expect(
          another({
            current: 'a',
            keys: { a: 'latest-secret-made-for-tests-0000002' }
          })
        ).rejects.toMatchObject({ code: 'ERR_KEY_WRONG' })
      })
    )
  })
}
