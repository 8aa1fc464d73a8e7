import type { SqliteDatabase } from 'kysely'
import { createCipher } from '../../../src/internal/encryption'
import { createKyselyStore } from '../../../src/store/kysely/kysely-store'
import { openDatabase } from '../../../src/store/sqlite/open-database'
import { sqliteAdapter } from '../../../src/store/sqlite/sqlite-adapter'
import type { Store } from '../../../src/store/store'
import {
  ACCEPTED,
  ENCRYPTION,
  entry,
  heldClock,
  sampleDelivery,
  START
} from '../sample-delivery'

/**
 * How SQLite goes about each statement of a call: a line per step. With a million rows waiting, one step that reads a
 * whole table, or sorts it, would be felt.
 */
describe('how the store finds its rows', () => {
  let store: Store
  let database: SqliteDatabase
  let statements: string[]

  beforeAll(async () => {
    const adapter = sqliteAdapter(() => {
      database = openDatabase(':memory:', 0)
      return {
        close: () => database.close(),
        prepare(statement) {
          statements.push(statement)
          return database.prepare(statement)
        }
      }
    })
    statements = []
    const cipher = await createCipher(ENCRYPTION)
    store = createKyselyStore(adapter, { cipher, clock: heldClock() })
    await store.open()
    for (let count = 0; count < 20; count += 1) {
      const delivery = sampleDelivery()
      await store.insert(delivery, [entry(delivery, 'decision.taken')])
    }
    const kept = sampleDelivery()
    const readable = {
      until: START,
      people: [{ identifier: '42', role: 'subject' }]
    }
    await store.insert(kept, [])
    await store.update(
      kept.id,
      { states: ['queued'] },
      { state: 'readable', nextAttemptAt: START, readable },
      [],
      START
    )
  })
  afterAll(() => store.close())

  async function stepsOf(call: () => Promise<unknown>): Promise<string[]> {
    statements = []
    await call()
    const asked = statements.filter((statement) =>
      /^(select|update|delete)/.test(statement)
    )
    expect(asked.length).toBeGreaterThan(0)
    return asked.flatMap((statement) => planOf(statement))
  }

  function planOf(statement: string): string[] {
    const holes = statement.split('?').length - 1
    return database
      .prepare(`explain query plan ${statement}`)
      .all(Array.from({ length: holes }, () => 1))
      .map((row) => String(Object(row).detail))
  }

  const lease = { owner: 'a', now: START, leaseMs: 1000, limit: 10 }
  const purgeTickets = () =>
    store.purgeTickets({ now: START, redeemedBefore: START, limit: 10 })
  const delivery = sampleDelivery()
  const about = { id: delivery.id, eventId: 'e', actionId: 'a' }

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'claims',
      () => store.claim({ ...lease, states: ['queued', 'submitted'] }),
      'national_id_delivery_due'
    ],
    [
      'the next due time',
      () => store.nextDue(['queued']),
      'national_id_delivery_due'
    ],
    [
      'token renewal',
      () => store.claimForRenewal({ ...lease, expiringBefore: START + 9e9 }),
      'national_id_delivery_token'
    ],
    [
      'the stalled watch',
      () => store.markStalled({ openSince: START + 1, now: START, limit: 5 }),
      'national_id_delivery_open'
    ],
    ['release', () => store.release('a'), 'national_id_delivery_lease'],
    [
      'the oldest open delivery',
      () => store.oldestOpen(),
      'national_id_delivery_state'
    ],
    [
      'counting by state',
      () => store.countByState(),
      'COVERING INDEX national_id_delivery_state'
    ],
    [
      'purging',
      () => store.purge({ before: START, limit: 10 }),
      'national_id_delivery_ended'
    ],
    [
      'an action',
      () => store.findByAction({ eventId: 'e', actionId: 'a' }),
      'national_id_delivery_action'
    ],
    [
      'an update',
      () => store.update('x', { states: ['queued', 'parked'] }, {}, [], START),
      'sqlite_autoindex_national_id_delivery_1'
    ],
    [
      'an answer',
      () =>
        store.receive(
          {
            source: 's',
            messageId: 'm',
            deliveryId: 'x',
            answer: ACCEPTED,
            now: START,
            nextAttemptAt: START
          },
          () => []
        ),
      'sqlite_autoindex_national_id_delivery_1'
    ],
    ['a timeline', () => store.timeline(about), 'national_id_audit_delivery'],
    [
      'the list',
      () => store.list({ limit: 10, after: `${START}.5` }),
      'national_id_delivery_created'
    ],
    [
      'the list of some states',
      () => store.list({ limit: 10, states: ['parked', 'queued'] }),
      'national_id_delivery_state'
    ],
    [
      'the list of a record',
      () => store.list({ limit: 10, eventId: 'e', states: ['queued'] }),
      'national_id_delivery_action'
    ],
    [
      'the list by tracking id',
      () => store.list({ limit: 10, trackingId: 't', states: ['queued'] }),
      'national_id_delivery_tracking'
    ],
    [
      'the list of the stalled',
      () => store.list({ limit: 10, stalled: true, states: ['queued'] }),
      'national_id_delivery_stalled'
    ],
    [
      'a ticket',
      () =>
        store.redeemTicket(
          { digest: 'd', session: 's', user: 'u', now: START, repeatMs: 1 },
          () => []
        ),
      'sqlite_autoindex_national_id_ticket_1'
    ],
    ['expired tickets', purgeTickets, 'national_id_ticket_expires'],
    ['redeemed tickets', purgeTickets, 'national_id_ticket_redeemed'],
    ['finished sign-ins', purgeTickets, 'national_id_sign_in_expires'],
    ['kept proofs to erase', purgeTickets, 'national_id_proof_expires'],
    [
      'a kept proof',
      () => store.findProof({ evidenceId: 'e', now: START }),
      'sqlite_autoindex_national_id_proof_1'
    ],
    [
      'a person who is read back',
      () => store.findReadable({ identifier: '42', now: START }),
      'national_id_readable_digest'
    ],
    [
      'the end of reading',
      () => store.endReadable({ now: START - 1, limit: 10 }, () => []),
      'national_id_delivery_readable'
    ],
    [
      'people whose time is over',
      () => store.endReadable({ now: START - 1, limit: 10 }, () => []),
      'national_id_readable_until'
    ]
  ])('%s: by an index, without reading a table', async (_, call, index) => {
    const steps = await stepsOf(call)
    expect(steps.filter((step) => step.includes(index))).not.toEqual([])
    const scans = steps.filter(
      (step) => step.startsWith('SCAN') && !step.includes('INDEX')
    )
    expect(scans).toEqual([])
  })

  it('claims, renewal and the stalled watch: in order of time, without sorting', async () => {
    const steps = await stepsOf(async () => {
      await store.claim({ ...lease, states: ['queued', 'submitted'] })
      await store.claimForRenewal({ ...lease, expiringBefore: START + 9e9 })
      await store.markStalled({ openSince: START + 1, now: START, limit: 5 })
      await store.nextDue(['queued', 'answered'])
      await purgeTickets()
      await store.endReadable({ now: START - 1, limit: 10 }, () => [])
    })
    expect(steps.filter((step) => step.includes('TEMP B-TREE'))).toEqual([])
  })
})
