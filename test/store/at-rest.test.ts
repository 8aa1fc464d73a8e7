import { createCipher } from '../../src/internal/encryption'
import type { Store } from '../../src/store/store'
import fc from '../fast-check'
import {
  describePostgres,
  startPostgres,
  type PostgresServer
} from '../postgres/server'
import type { Place } from './contract'
import { schemaPlace } from './postgres/place'
import {
  ENCRYPTION,
  entry,
  heldClock,
  sampleDelivery,
  START
} from './sample-delivery'
import { filePlace } from './sqlite/place'

const DAY_MS = 86_400_000

/** Long enough that none stands in a file by chance. */
const text = fc.stringMatching(/^[A-Za-z]{12,24}$/)
const digits = fc.stringMatching(/^\d{16,20}$/)
const PERSON = fc.record({
  token: fc.base64String({ minLength: 40, maxLength: 80 }),
  firstname: text,
  surname: text,
  street: text,
  identifier: digits,
  motherIdentifier: digits,
  registrationNumber: text,
  comment: text,
  status: text,
  reason: text,
  claims: text,
  signed: fc.base64String({ minLength: 40, maxLength: 80 })
})
type Person = typeof PERSON extends fc.Arbitrary<infer T> ? T : never

/** Everything that is personal goes into the store at once: three deliveries, a sign-in and a kept proof. */
async function fill(store: Store, id: string, person: Person): Promise<void> {
  for (const part of ['waiting', 'readable', 'refused']) {
    const plain = sampleDelivery({ id: `${id}-${part}` })
    const delivery = {
      ...plain,
      secrets: {
        ...plain.secrets,
        token: person.token,
        request: {
          operation: 'createIdentity',
          reference: plain.id,
          event: plain.event,
          action: plain.action,
          person: {
            name: { firstname: person.firstname, surname: person.surname },
            attributes: { street: person.street }
          },
          relatives: {
            mother: {
              person: { name: { surname: person.surname }, attributes: {} },
              identifier: person.motherIdentifier
            }
          }
        },
        target: {
          ...plain.secrets.target,
          content: { comment: person.comment }
        },
        corrections: { 'mother.status': person.status }
      }
    } as const
    await store.insert(delivery, [entry(delivery, 'decision.taken')])
  }
  const answer = { outcome: 'accepted', identifier: person.identifier } as const
  const { registrationNumber } = person
  await store.update(
    `${id}-waiting`,
    { states: ['queued'] },
    { state: 'answered', answer, registrationNumber },
    [],
    START
  )
  await store.update(
    `${id}-readable`,
    { states: ['queued'] },
    {
      state: 'readable',
      answer,
      nextAttemptAt: START + DAY_MS,
      readable: {
        until: START + DAY_MS,
        people: [
          { identifier: person.identifier, role: 'subject' },
          { identifier: person.motherIdentifier, role: 'mother' }
        ]
      }
    },
    [],
    START
  )
  await store.receive(
    {
      source: 'system',
      messageId: `${id} ${person.identifier}`,
      deliveryId: `${id}-refused`,
      answer: { outcome: 'refused', code: 'NO', reason: person.reason },
      now: START,
      nextAttemptAt: START
    },
    () => []
  )
  await signIn(store, id, person)
}

async function signIn(store: Store, id: string, person: Person): Promise<void> {
  const session = 'browser'
  const expiresAt = START + DAY_MS
  await store.takeSignIn({ state: person.token, expiresAt })
  await store.addTicket(
    {
      digest: id,
      session,
      createdAt: START,
      expiresAt,
      content: person.claims
    },
    []
  )
  await store.redeemTicket(
    { digest: id, session, user: 'user', now: START, repeatMs: 60_000 },
    () => [],
    () => ({ evidenceId: id, content: person.signed, expiresAt })
  )
}

/** All that ends things, as the worker and its chores do it. */
async function end(store: Store, id: string): Promise<void> {
  const later = START + 2 * DAY_MS
  const answered = { states: ['answered'] } as const
  const confirmed = { state: 'confirmed', endedAt: later } as const
  const refused = { state: 'refused', endedAt: later } as const
  await store.update(`${id}-waiting`, answered, confirmed, [], later)
  await store.update(`${id}-refused`, answered, refused, [], later)
  await store.endReadable({ now: later, limit: 100 }, () => [])
  await store.purgeTickets({ now: later, redeemedBefore: later, limit: 100 })
}

function foundIn(place: Place, person: Person): string[] {
  const bytes = place.bytes()
  return Object.entries(person)
    .filter(([, value]) => bytes.includes(value))
    .map(([name]) => name)
}

/** Values as they stand in the tables, sealed. */
function sealedIn(place: Place): Buffer[] {
  return ['delivery', 'ticket', 'proof'].flatMap((table) =>
    place
      .query(`select * from national_id_${table}`)
      .flatMap((row) => Object.values(row))
      .filter((value) => Buffer.isBuffer(value))
  )
}

function describeAtRest(
  name: string,
  numRuns: number,
  makePlace: () => Place
): void {
  describe(`what is personal, in ${name}`, () => {
    it('is on disk only sealed while it waits, and not at all once it has ended', async () => {
      await fc.assert(
        fc.asyncProperty(PERSON, fc.uuid(), async (person, id) => {
          const place = makePlace()
          const store = place.create({
            cipher: await createCipher(ENCRYPTION),
            clock: heldClock()
          })
          try {
            await store.open()
            await fill(store, id, person)
            const sealed = sealedIn(place)
            // Three deliveries with two to four values, a sign-in, a proof: and the search finds what is there.
            expect(sealed.length).toBeGreaterThanOrEqual(10)
            expect(place.bytes().includes(`${id}-waiting`)).toBe(true)
            expect(foundIn(place, person)).toEqual([])

            await end(store, id)
            expect(foundIn(place, person)).toEqual([])
            expect(sealedIn(place)).toEqual([])
            expect(
              await store.purge({ before: START + 3 * DAY_MS, limit: 10 })
            ).toBeGreaterThanOrEqual(3)
            expect(foundIn(place, person)).toEqual([])
            await store.close()

            const bytes = place.bytes()
            expect(sealed.filter((value) => bytes.includes(value))).toEqual([])
            expect(bytes.includes(`${id}-waiting`)).toBe(true)
          } finally {
            await store.close()
            place.remove()
          }
        }),
        { numRuns }
      )
    })
  })
}

describeAtRest('the SQLite file and those beside it', 10, filePlace)

describePostgres('with a PostgreSQL server', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server.remove())

  describeAtRest('the tables of PostgreSQL', 3, () =>
    schemaPlace(server, { listen: false })
  )
})
