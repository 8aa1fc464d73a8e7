import { createCipher } from '../../src/internal/encryption'
import type { Store } from '../../src/store/store'
import {
  describePostgres,
  startPostgres,
  type PostgresServer
} from '../postgres/server'
import type { Place } from '../store/contract'
import { schemaPlace } from '../store/postgres/place'
import {
  ENCRYPTION,
  entry,
  heldClock,
  sampleDelivery,
  START
} from '../store/sample-delivery'
import { filePlace } from '../store/sqlite/place'
import { command } from './command'

/** A place, and how the command line names it; `side` is `from` or `to`. */
type Named = { place: Place; options(side: string): string[] }

function file(): Named {
  const place = filePlace()
  return { place, options: (side) => [`--${side}`, `sqlite:${place.path}`] }
}

const TABLES = [
  'delivery',
  'inbound',
  'audit',
  'ticket',
  'sign_in',
  'proof',
  'readable',
  'key'
]

/** All that a place holds, as text, whatever the order. */
function contentOf(place: Place): Record<string, string[]> {
  return Object.fromEntries(
    TABLES.map((table) => [
      table,
      place
        .query(`select * from national_id_${table}`)
        .map((row) =>
          JSON.stringify(
            Object.entries(row)
              .map(([key, value]) => [
                key,
                Buffer.isBuffer(value) ? value.toString('hex') : value
              ])
              .sort()
          )
        )
        .sort()
    ])
  )
}

const KEY = { NATIONAL_ID_KEY: ENCRYPTION }
const RECORD = { id: 'record', type: 'birth', trackingId: 'BX4K2P' }

/** Something in every table, and more deliveries than are copied at once. */
async function fill(store: Store): Promise<void> {
  await Promise.all(
    Array.from({ length: 620 }, (_, at) => {
      // The last two are of one record, so that their order matters.
      const delivery = sampleDelivery({
        id: `delivery-${at}`,
        ...(at >= 618 ? { event: RECORD } : {})
      })
      return store.insert(delivery, [entry(delivery, 'decision.taken')])
    })
  )
  await store.receive(
    {
      source: 'system',
      messageId: 'message',
      deliveryId: 'delivery-1',
      answer: { outcome: 'accepted', identifier: '123' },
      now: START,
      nextAttemptAt: START
    },
    () => []
  )
  const until = Date.UTC(2100)
  await store.update(
    'delivery-1',
    { states: ['answered'] },
    {
      state: 'readable',
      readable: {
        until,
        people: [
          { identifier: '123', role: 'subject' },
          { identifier: '456', role: 'mother' }
        ]
      }
    },
    [],
    START
  )
  await store.takeSignIn({ state: 'state', expiresAt: until })
  await store.addTicket(
    {
      digest: 'digest',
      session: 'browser',
      createdAt: START,
      expiresAt: until,
      content: 'claims'
    },
    []
  )
  await store.redeemTicket(
    {
      digest: 'digest',
      session: 'browser',
      user: 'u',
      now: START,
      repeatMs: 1
    },
    () => [],
    () => ({ evidenceId: 'evidence', content: 'signed', expiresAt: until })
  )
}

describeMove('from SQLite to SQLite', file, file)

describePostgres('with a PostgreSQL server', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server.remove())

  function schema(): Named {
    const place = schemaPlace(server, { listen: false })
    return {
      place,
      options: (side) => [
        ...[`--${side}`, server.url],
        ...[`--${side}-schema`, place.schema]
      ]
    }
  }

  describeMove('from SQLite to PostgreSQL', file, schema)
  describeMove('from PostgreSQL to SQLite', schema, file)
})

function describeMove(
  name: string,
  makeSource: () => Named,
  makeTarget: () => Named
): void {
  describe(`store move ${name}`, () => {
    let source: Named
    let target: Named
    const stores: Store[] = []
    async function openAt({ place }: Named): Promise<Store> {
      const store = place.create({
        cipher: await createCipher(ENCRYPTION),
        clock: heldClock()
      })
      await store.open()
      stores.push(store)
      return store
    }
    function move(...more: string[]) {
      return command(
        KEY,
        ...['store', 'move'],
        ...source.options('from'),
        ...target.options('to'),
        ...more
      )
    }

    beforeEach(async () => {
      source = makeSource()
      target = makeTarget()
      const store = await openAt(source)
      await fill(store)
      await store.close()
    })
    afterEach(async () => {
      for (const store of stores.splice(0)) await store.close()
      source.place.remove()
      target.place.remove()
    })

    it('copies every row of every table, and a server goes on with the copy', async () => {
      const before = contentOf(source.place)

      const { err, out, status } = await move()

      expect(err).toBe('')
      expect(status).toBe(0)
      expect(out).toContain('deliveries: 620, of which 620 added')
      expect(out).toContain('The audit trail is intact: 620 entries.')
      expect(contentOf(source.place)).toEqual(before)
      expect(contentOf(target.place)).toEqual(before)
      for (const rows of Object.values(before))
        expect(rows.length).toBeGreaterThan(0)

      const store = await openAt(target)
      const fresh = sampleDelivery({ event: RECORD })
      expect(
        await store.insert(fresh, [entry(fresh, 'decision.taken')])
      ).toMatchObject({ inserted: true })
      expect(await store.verifyAudit()).toMatchObject({
        intact: true,
        entries: 621
      })
      const claimed = await store.claim({
        owner: 'worker',
        now: START,
        leaseMs: 1,
        limit: 700,
        states: ['queued']
      })
      const ofRecord = claimed.filter(({ event }) => event.id === 'record')
      expect(claimed).toHaveLength(618)
      expect(ofRecord.map(({ id }) => id)).toEqual(['delivery-618'])
      expect(ofRecord[0]?.secrets?.token).toBeDefined()
      expect(
        await store.findReadable({ identifier: '456', now: START })
      ).toMatchObject({ role: 'mother', delivery: { id: 'delivery-1' } })
      expect(await store.takeSignIn({ state: 'state', expiresAt: 1 })).toBe(
        false
      )
      expect(await store.findProof({ evidenceId: 'evidence', now: 1 })).toBe(
        'signed'
      )
    })

    it('copies nothing new a second time, and says so', async () => {
      await move()
      const before = contentOf(target.place)

      const { out, status } = await move()

      expect(status).toBe(0)
      expect(out).toContain('deliveries: 620, of which 0 added and 0 changed')
      expect(out).toContain('Nothing was new.')
      expect(contentOf(target.place)).toEqual(before)
    })

    it('brings over what has changed since', async () => {
      await move()
      const store = await openAt(source)
      const cancelled = { state: 'cancelled' } as const
      await store.update(
        'delivery-5',
        { states: ['queued'] },
        cancelled,
        [],
        START
      )
      await store.update(
        'delivery-6',
        { states: ['queued'] },
        cancelled,
        [],
        START - 10
      )
      await store.purge({ before: START - 5, limit: 10 })
      const fresh = sampleDelivery({ id: 'fresh' })
      await store.insert(fresh, [entry(fresh, 'decision.taken')])
      await store.close()

      const { out, status } = await move()

      expect(status).toBe(0)
      expect(out).toContain(
        'deliveries: 620, of which 1 added and 1 changed now; 1 removed'
      )
      expect(out).toContain('audit entries: 621, of which 1 added')
      expect(contentOf(target.place)).toEqual(contentOf(source.place))
    })

    it.each(['source', 'target'])(
      'refuses while a server uses the %s, unless told to copy all the same',
      async (which) => {
        await move()
        const store = await openAt(which === 'source' ? source : target)
        await store.countByState()
        const before = contentOf(target.place)

        const { err, status } = await move()

        expect(status).toBe(1)
        expect(err).toContain('is in use')
        expect(contentOf(target.place)).toEqual(before)
        expect((await move('--even-in-use')).status).toBe(0)
      }
    )

    it('refuses a target that has a history of its own', async () => {
      await move()
      const store = await openAt(target)
      const own = sampleDelivery({ id: 'own' })
      await store.insert(own, [entry(own, 'decision.taken')])
      await store.close()
      const before = contentOf(target.place)

      const { err, status } = await move()

      expect(status).toBe(1)
      expect(err).toContain('a history of its own')
      expect(contentOf(target.place)).toEqual(before)
    })

    it('refuses without the keys of the source, before anything is copied', async () => {
      const { err, status } = await command(
        { NATIONAL_ID_KEY: 'another-secret-made-for-tests-00002' },
        ...['store', 'move'],
        ...source.options('from'),
        ...target.options('to')
      )

      expect(status).toBe(1)
      expect(err).toMatch(/key [\da-f]{16} is missing/)
      expect(target.place.query('select id from national_id_delivery')).toEqual(
        []
      )
    })

    it('says that the trail of the source was broken already', async () => {
      source.place.execute(
        "update national_id_audit set actor = 'x' where sequence = 9"
      )

      const { err, status } = await move()

      expect(status).toBe(1)
      expect(err).toContain('broken at entry 9')
    })
  })
}

describe('the address of a store', () => {
  const SECRET = 'pass-word-of-the-database'

  it.each([
    ['neither option is given', [], /either --from or --from-env/],
    [
      'both are given',
      ['--from', 'sqlite:a', '--from-env', 'URL'],
      /either --from or --from-env/
    ],
    ['the variable is not set', ['--from-env', 'NONE'], /not set/],
    ['the file is not there', ['--from', 'sqlite:/nowhere/a.db'], /not there/],
    ['it is of another kind', ['--from', 'mysql://x'], /must begin with/],
    ['it is no whole URL', ['--from-env', 'URL'], /names no database/]
  ])('is refused when %s, without a word of it', async (_, options, said) => {
    const { err, status } = await command(
      { ...KEY, URL: `postgres://user:${SECRET}@localhost/` },
      ...['store', 'move', ...options, '--to', 'sqlite:/tmp/none.db']
    )

    expect(status).toBe(1)
    expect(err).toMatch(said)
    expect(err).not.toContain(SECRET)
  })

  it('is never told when the server cannot be reached', async () => {
    const { err, out, status } = await command(
      { ...KEY, URL: `postgres://user:${SECRET}@127.0.0.1:1/database` },
      ...['audit', 'verify', '--store-env', 'URL']
    )

    expect(status).toBe(1)
    expect(err).toContain('cannot be reached')
    expect(err + out).not.toContain(SECRET)
  })
})
