import type {
  NewTicket,
  Store,
  TicketClaim,
  TicketResult
} from '../../src/store/store'
import type { AuditEvent } from '../../src/domain/audit'
import type { Use } from './contract'
import { PERSONAL, START } from './sample-delivery'

const REPEAT_MS = 60_000
const CONTENT = JSON.stringify({ surname: PERSONAL.surname })

function ticket(changes: Partial<NewTicket> = {}): NewTicket {
  return {
    digest: 'digest-1',
    session: 'session-1',
    createdAt: START,
    expiresAt: START + 300_000,
    content: CONTENT,
    ...changes
  }
}

function redeem(
  store: Store,
  changes: Partial<TicketClaim> = {}
): Promise<TicketResult> {
  return store.redeemTicket(
    {
      digest: 'digest-1',
      session: 'session-1',
      user: 'user-1',
      now: START,
      repeatMs: REPEAT_MS,
      ...changes
    },
    ({ outcome }) => [entry(`ticket.${outcome}`)]
  )
}

function entry(kind: string): AuditEvent {
  return { kind, at: START, actor: 'browser', eventId: 'e', actionId: 'a' }
}

async function kinds(store: Store): Promise<string[]> {
  const about = { id: 'none', eventId: 'e', actionId: 'a' }
  return (await store.timeline(about)).map(({ kind }) => kind)
}

const SEALED = 'select sealed_content from national_id_ticket'

/** What sign-ins leave for the form. */
export function describeTickets(use: Use): void {
  describe('tickets', () => {
    it(
      'give their content once, and to the same user again for a while',
      use(async ({ store }) => {
        await store.addTicket(ticket(), [entry('added')])
        expect(await redeem(store)).toEqual({
          outcome: 'redeemed',
          content: CONTENT,
          redeemedAt: START
        })
        for (const now of [START, START + 1, START + REPEAT_MS - 1])
          expect(await redeem(store, { now })).toEqual({
            outcome: 'repeated',
            content: CONTENT,
            redeemedAt: START
          })
        for (const now of [START + REPEAT_MS, START + 10 * REPEAT_MS])
          expect(await redeem(store, { now })).toEqual({ outcome: 'spent' })
      })
    )

    it(
      'give nothing to another user, before the repetitions end and after',
      use(async ({ store }) => {
        await store.addTicket(ticket(), [])
        await redeem(store)
        for (const now of [START, START + 10 * REPEAT_MS])
          expect(await redeem(store, { user: 'user-2', now })).toEqual({
            outcome: 'foreign'
          })
      })
    )

    it(
      'give nothing to another browser, and are not spent by it',
      use(async ({ store }) => {
        await store.addTicket(ticket(), [])
        const other = { session: 'session-2' }
        expect(await redeem(store, other)).toEqual({ outcome: 'foreign' })
        expect(await redeem(store)).toMatchObject({ outcome: 'redeemed' })
        expect(await redeem(store, other)).toEqual({ outcome: 'foreign' })
      })
    )

    it(
      'give nothing once they have expired, but the repetitions of one that was redeemed in time go on',
      use(async ({ store }) => {
        const expiresAt = START + 1_000
        await store.addTicket(ticket({ expiresAt }), [])
        await store.addTicket(ticket({ expiresAt, digest: 'digest-2' }), [])
        const last = { digest: 'digest-2', now: expiresAt - 1 }
        expect(await redeem(store, last)).toMatchObject({ outcome: 'redeemed' })
        const late = { digest: 'digest-2', now: expiresAt + 1 }
        expect(await redeem(store, late)).toMatchObject({ outcome: 'repeated' })
        expect(await redeem(store, { now: expiresAt })).toEqual({
          outcome: 'expired'
        })
      })
    )

    it(
      'that nobody has made are unknown',
      use(async ({ store }) => {
        expect(await redeem(store)).toEqual({ outcome: 'unknown' })
      })
    )

    it(
      'go to one of many users who come at once, whichever server they reach',
      use(async ({ store, another }) => {
        const stores = [store, await another(), await another()]
        await store.addTicket(ticket(), [])
        const results = await Promise.all(
          Array.from({ length: 30 }, (_, at) =>
            redeem(stores[at % 3]!, { user: `user-${at % 10}` })
          )
        )
        const given = results.filter((result) => 'content' in result)
        expect(
          results.filter(({ outcome }) => outcome === 'redeemed')
        ).toHaveLength(1)
        // The three calls of the first user.
        expect(given).toHaveLength(3)
        expect(
          results.filter(({ outcome }) => outcome === 'foreign')
        ).toHaveLength(27)
      })
    )

    it(
      'are written and redeemed together with their audit entries',
      use(async ({ store }) => {
        await store.addTicket(ticket(), [entry('ticket.added')])
        await redeem(store, { session: 'other' })
        await redeem(store)
        await redeem(store)
        expect(await kinds(store)).toEqual([
          'ticket.added',
          'ticket.foreign',
          'ticket.redeemed',
          'ticket.repeated'
        ])
        const nothing = store.redeemTicket(
          {
            digest: 'digest-1',
            session: 'session-1',
            user: 'user-1',
            now: START,
            repeatMs: REPEAT_MS
          },
          () => {
            throw new Error('no entry')
          }
        )
        await expect(nothing).rejects.toThrow()
        expect(await kinds(store)).toHaveLength(4)
      })
    )

    it(
      'stay unredeemed when the entry cannot be made',
      use(async ({ store }) => {
        await store.addTicket(ticket(), [])
        const claim = {
          digest: 'digest-1',
          session: 'session-1',
          now: START,
          repeatMs: REPEAT_MS
        }
        const failing = store.redeemTicket({ ...claim, user: 'user-1' }, () => {
          throw new Error('no entry')
        })
        await expect(failing).rejects.toThrow()
        expect(await redeem(store, { user: 'user-2' })).toMatchObject({
          outcome: 'redeemed'
        })
      })
    )

    it(
      'are nowhere on disk in clear text, and leave no trace once they were erased and the store is closed',
      use(async ({ store, place }) => {
        await store.addTicket(ticket(), [])
        await store.addTicket(ticket({ digest: 'digest-2' }), [])
        await redeem(store)
        const sealed = place.query(SEALED).map((row) => row.sealed_content)
        expect(sealed).toHaveLength(2)
        const before = place.bytes()
        // The row is there, so this looks in the right place.
        expect(before.includes('digest-1')).toBe(true)
        expect(before.includes(PERSONAL.surname)).toBe(false)
        await store.purgeTickets({
          now: START + 300_000,
          redeemedBefore: START + 1,
          limit: 10
        })
        expect(place.query(SEALED)).toEqual([])
        await store.close()
        const left = place.bytes()
        expect(left.includes(PERSONAL.surname)).toBe(false)
        for (const value of sealed) {
          expect(Buffer.isBuffer(value)).toBe(true)
          // A driver gives blobs as buffers.
          expect(left.includes(value as Buffer)).toBe(false)
        }
      })
    )

    it(
      'open under their own digest alone',
      use(async ({ store, place }) => {
        await store.addTicket(ticket(), [])
        await store.addTicket(ticket({ digest: 'digest-2' }), [])
        place.execute(
          `update national_id_ticket set sealed_content =
             (select sealed_content from national_id_ticket where digest = 'digest-1')
           where digest = 'digest-2'`
        )
        await expect(
          redeem(store, { digest: 'digest-2' })
        ).rejects.toMatchObject({ code: 'ERR_SEAL_BROKEN' })
        expect(
          place.query(
            "select redeemed_at from national_id_ticket where digest = 'digest-2'"
          )
        ).toEqual([{ redeemed_at: null }])
      })
    )

    it(
      'of a key that is missing are not redeemed',
      use(async ({ store, another }) => {
        const other = await another('another-secret-made-for-tests-00002')
        await store.addTicket(ticket(), [])
        await expect(redeem(other)).rejects.toMatchObject({
          code: 'ERR_KEY_MISSING'
        })
        expect(await redeem(store)).toMatchObject({ outcome: 'redeemed' })
      })
    )

    it(
      'that are spent or expired are erased in small batches, and no others',
      use(async ({ store, place }) => {
        for (let at = 0; at < 5; at += 1)
          await store.addTicket(
            ticket({ digest: `old-${at}`, expiresAt: START + at }),
            []
          )
        await store.addTicket(ticket({ digest: 'waiting' }), [])
        await store.addTicket(ticket({ digest: 'spent' }), [])
        await store.addTicket(ticket({ digest: 'repeating' }), [])
        await redeem(store, { digest: 'spent', now: START })
        await redeem(store, { digest: 'repeating', now: START + 10 })
        const request = {
          now: START + 4,
          redeemedBefore: START + 10,
          limit: 4
        }
        expect(await store.purgeTickets(request)).toBe(4)
        expect(await store.purgeTickets(request)).toBe(2)
        expect(await store.purgeTickets(request)).toBe(0)
        expect(
          place.query('select digest from national_id_ticket order by digest')
        ).toEqual([{ digest: 'repeating' }, { digest: 'waiting' }])
      })
    )
  })

  describe('finished sign-ins', () => {
    const signIn = { state: 'the-state-of-a-sign-in', expiresAt: START + 1000 }

    it(
      'are taken once, whichever server they reach',
      use(async ({ store, another }) => {
        const stores = [store, await another()]
        const taken = await Promise.all(
          Array.from({ length: 10 }, (_, at) =>
            stores[at % 2]!.takeSignIn(signIn)
          )
        )
        expect(taken.filter(Boolean)).toHaveLength(1)
        expect(await store.takeSignIn({ ...signIn, state: 'another' })).toBe(
          true
        )
      })
    )

    it(
      'are kept by a digest alone, and forgotten after their end',
      use(async ({ store, place }) => {
        await store.takeSignIn(signIn)
        expect(place.bytes().includes(signIn.state)).toBe(false)
        const request = { redeemedBefore: START, limit: 10 }
        expect(await store.purgeTickets({ ...request, now: START + 999 })).toBe(
          0
        )
        expect(await store.takeSignIn(signIn)).toBe(false)
        expect(
          await store.purgeTickets({ ...request, now: START + 1000 })
        ).toBe(1)
        expect(place.query('select * from national_id_sign_in')).toEqual([])
      })
    )
  })
}
