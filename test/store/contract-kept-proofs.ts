import type { KeptProof, Store, TicketResult } from '../../src/store/store'
import type { Use } from './contract'
import { PERSONAL, START } from './sample-delivery'

const SIGNED = `eyJ.${PERSONAL.surname}.signed`
const EXPIRES_AT = START + 30 * 86_400_000
const ROWS = 'select evidence_id, expires_at from national_id_proof'
const SEALED = 'select sealed_content from national_id_proof'

/** A ticket that is redeemed, and leaves what the test says behind its evidence. */
async function redeem(
  store: Store,
  digest: string,
  proof: (content: string) => KeptProof | undefined
): Promise<TicketResult> {
  const ticket = { digest, session: 'session', content: SIGNED }
  const times = { createdAt: START, expiresAt: START + 300_000 }
  await store.addTicket({ ...ticket, ...times }, [])
  return redeemAgain(store, digest, proof)
}

function redeemAgain(
  store: Store,
  digest: string,
  proof: (content: string) => KeptProof | undefined
): Promise<TicketResult> {
  const claim = { digest, session: 'session', user: 'user', now: START }
  return store.redeemTicket({ ...claim, repeatMs: 60_000 }, () => [], proof)
}

function kept(changes: Partial<KeptProof> = {}) {
  return (content: string): KeptProof => ({
    evidenceId: 'evidence-1',
    content,
    expiresAt: EXPIRES_AT,
    ...changes
  })
}

function find(
  store: Store,
  evidenceId = 'evidence-1',
  now = START
): Promise<string | undefined> {
  return store.findProof({ evidenceId, now })
}

/** What outlives a ticket. */
export function describeKeptProofs(use: Use): void {
  describe('a proof that is kept behind evidence', () => {
    it(
      'is found by the id of the evidence until its time is over, from any server',
      use(async ({ store, another }) => {
        await redeem(store, 'digest-1', kept())
        const other = await another()
        for (const one of [store, other]) {
          expect(await find(one)).toBe(SIGNED)
          expect(await find(one, 'evidence-1', EXPIRES_AT - 1)).toBe(SIGNED)
          expect(await find(one, 'evidence-1', EXPIRES_AT)).toBeUndefined()
          expect(await find(one, 'evidence-2')).toBeUndefined()
        }
      })
    )

    it(
      'outlives its ticket',
      use(async ({ store, place }) => {
        await redeem(store, 'digest-1', kept())
        const request = { redeemedBefore: START + 1, limit: 10 }
        await store.purgeTickets({ ...request, now: EXPIRES_AT - 1 })
        expect(place.query('select digest from national_id_ticket')).toEqual([])
        expect(await find(store)).toBe(SIGNED)
      })
    )

    it(
      'is not there where the country keeps none',
      use(async ({ store, place }) => {
        await redeem(store, 'digest-1', () => undefined)
        expect(place.query(ROWS)).toEqual([])
      })
    )

    it(
      'is taken once: a repetition is not asked, and another ticket changes neither text nor end',
      use(async ({ store, place }) => {
        await redeem(store, 'digest-1', kept())
        const again = await redeemAgain(store, 'digest-1', () => {
          throw new Error('asked again')
        })
        expect(again).toMatchObject({ outcome: 'repeated', content: SIGNED })
        await redeem(
          store,
          'digest-2',
          kept({ content: 'other', expiresAt: EXPIRES_AT + 1 })
        )
        expect(await find(store)).toBe(SIGNED)
        expect(place.query(ROWS)).toEqual([
          { evidence_id: 'evidence-1', expires_at: EXPIRES_AT }
        ])
      })
    )

    it(
      'is asked for of nobody who may not have the ticket',
      use(async ({ store, place }) => {
        await redeem(store, 'digest-1', () => undefined)
        const claim = { digest: 'digest-1', session: 'session', now: START }
        for (const [user, session] of [
          ['stranger', 'session'],
          ['user', 'another']
        ] as const)
          await store.redeemTicket(
            { ...claim, user, session, repeatMs: 1 },
            () => [],
            kept()
          )
        expect(place.query(ROWS)).toEqual([])
      })
    )

    it(
      'and the ticket stand or fall together',
      use(async ({ store, place }) => {
        const failing = redeem(store, 'digest-1', () => {
          throw new Error('no proof')
        })
        await expect(failing).rejects.toThrow()
        expect(
          place.query('select redeemed_at from national_id_ticket')
        ).toEqual([{ redeemed_at: null }])
        expect(await redeemAgain(store, 'digest-1', kept())).toMatchObject({
          outcome: 'redeemed'
        })
        expect(await find(store)).toBe(SIGNED)
      })
    )

    it(
      'is nowhere on disk in clear text, and leaves no trace once it was erased and the store is closed',
      use(async ({ store, place }) => {
        await redeem(store, 'digest-1', kept())
        const [row] = place.query(SEALED)
        const before = place.bytes()
        // The row is there, so this looks in the right place.
        expect(before.includes('evidence-1')).toBe(true)
        expect(before.includes(PERSONAL.surname)).toBe(false)
        await store.purgeTickets({
          now: EXPIRES_AT,
          redeemedBefore: EXPIRES_AT,
          limit: 10
        })
        expect(place.query(ROWS)).toEqual([])
        await store.close()
        const left = place.bytes()
        expect(left.includes(PERSONAL.surname)).toBe(false)
        expect(Buffer.isBuffer(row?.sealed_content)).toBe(true)
        // A driver gives blobs as buffers.
        expect(left.includes(row?.sealed_content as Buffer)).toBe(false)
      })
    )

    it(
      'opens behind its own evidence alone',
      use(async ({ store, place }) => {
        await redeem(store, 'digest-1', kept())
        await redeem(store, 'digest-2', kept({ evidenceId: 'evidence-2' }))
        place.execute(
          `update national_id_proof set sealed_content =
             (select sealed_content from national_id_proof where evidence_id = 'evidence-1')
           where evidence_id = 'evidence-2'`
        )
        await expect(find(store, 'evidence-2')).rejects.toMatchObject({
          code: 'ERR_SEAL_BROKEN',
          retryable: false
        })
        expect(await find(store)).toBe(SIGNED)
      })
    )

    it(
      'of a key that is missing is not opened',
      use(async ({ store, another }) => {
        const other = await another('another-secret-made-for-tests-00002')
        await redeem(store, 'digest-1', kept())
        await expect(find(other)).rejects.toMatchObject({
          code: 'ERR_KEY_MISSING'
        })
      })
    )

    it(
      'is erased in small batches once its time is over, and no other',
      use(async ({ store, place }) => {
        for (let at = 0; at < 5; at += 1)
          await redeem(
            store,
            `digest-${at}`,
            kept({ evidenceId: `evidence-${at}`, expiresAt: EXPIRES_AT + at })
          )
        const request = { now: EXPIRES_AT + 3, redeemedBefore: START, limit: 3 }
        expect(await store.purgeTickets(request)).toBe(3)
        expect(await store.purgeTickets(request)).toBe(1)
        expect(await store.purgeTickets(request)).toBe(0)
        expect(place.query(ROWS)).toEqual([
          { evidence_id: 'evidence-4', expires_at: EXPIRES_AT + 4 }
        ])
      })
    )
  })
}
