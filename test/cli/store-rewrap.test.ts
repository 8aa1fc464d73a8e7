import { createCipher } from '../../src/internal/encryption'
import type { EncryptionOption } from '../../src/internal/key-ring'
import { rewrapStore } from '../../src/store/kysely/rewrap-store'
import { openDatabase } from '../../src/store/sqlite/open-database'
import { sqliteAdapter } from '../../src/store/sqlite/sqlite-adapter'
import type { Store } from '../../src/store/store'
import type { Place } from '../store/contract'
import {
  ACCEPTED,
  entry,
  heldClock,
  sampleDelivery,
  START
} from '../store/sample-delivery'
import { filePlace, type FilePlace } from '../store/sqlite/place'
import { command } from './command'

const FORMER = 'former-secret-made-for-tests-0000001'
const FRESH = 'latest-secret-made-for-tests-0000002'
const OLD: EncryptionOption = { current: '2025', keys: { 2025: FORMER } }
const RING = { current: '2026', keys: { 2025: FORMER, 2026: FRESH } }
const NEW = { current: '2026', keys: { 2026: FRESH } }

const stores: Store[] = []

async function openAt(place: Place, keys: EncryptionOption): Promise<Store> {
  const store = place.create({
    cipher: await createCipher(keys),
    clock: heldClock()
  })
  await store.open()
  stores.push(store)
  return store
}

/** How many sealed values of a place begin with each key's id. */
function sealedBy(place: Place): Record<string, number> {
  const counts: Record<string, number> = {}
  const columns = [
    ['national_id_delivery', 'sealed_token'],
    ['national_id_delivery', 'sealed_work'],
    ['national_id_delivery', 'sealed_answer'],
    ['national_id_ticket', 'sealed_content'],
    ['national_id_proof', 'sealed_content']
  ] as const
  for (const [table, column] of columns)
    for (const row of place.query(
      `select ${column} as sealed from ${table} where ${column} is not null`
    )) {
      const sealed = row['sealed']
      if (!Buffer.isBuffer(sealed)) throw new Error('not sealed')
      const key = sealed.toString('utf8', 2, 2 + (sealed[1] ?? 0))
      counts[key] = (counts[key] ?? 0) + 1
    }
  return counts
}

/** Twelve deliveries, one of them answered, one ended; a sign-in to collect; a kept proof. */
async function fill(store: Store): Promise<void> {
  for (let at = 0; at < 12; at += 1) {
    const delivery = sampleDelivery({ id: `delivery-${at}` })
    await store.insert(delivery, [entry(delivery, 'decision.taken')])
  }
  const answered = { state: 'answered', answer: ACCEPTED } as const
  for (const id of ['delivery-0', 'delivery-1'])
    await store.update(id, { states: ['queued'] }, answered, [], START)
  await store.update(
    'delivery-1',
    { states: ['answered'] },
    { state: 'confirmed' },
    [],
    START
  )
  for (const digest of ['one', 'two'])
    await store.addTicket(
      {
        digest,
        session: 'browser',
        createdAt: START,
        expiresAt: Date.UTC(2100),
        content: 'claims'
      },
      []
    )
  await store.redeemTicket(
    { digest: 'one', session: 'browser', user: 'u', now: START, repeatMs: 1 },
    () => [],
    (content) => ({
      evidenceId: 'evidence',
      content: `signed ${content}`,
      expiresAt: Date.UTC(2100)
    })
  )
}

describe('store rewrap', () => {
  let place: FilePlace
  beforeEach(() => {
    place = filePlace()
  })
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close()
    place.remove()
  })

  function rewrap(keys: unknown, ...more: string[]) {
    return command(
      {
        NATIONAL_ID_KEY: typeof keys === 'string' ? keys : JSON.stringify(keys)
      },
      ...['store', 'rewrap', '--store', `sqlite:${place.path}`],
      ...more
    )
  }

  it('seals everything anew while a server runs, and then the old key is not needed to go on', async () => {
    await fill(await openAt(place, OLD))
    const server = await openAt(place, RING)
    expect(sealedBy(place)).toEqual({ 2025: 11 * 2 + 1 + 2 + 1 })

    const { err, out, status } = await rewrap(RING)

    expect(err).toBe('')
    expect(status).toBe(0)
    expect(out).toContain('26 values were sealed anew with the key 2026')
    expect(out).toContain('Key 2025: 12 audit entries are verified with it')
    expect(sealedBy(place)).toEqual({ 2026: 26 })
    expect(await server.find('delivery-5')).toHaveProperty('secrets.token')
    const later = await openAt(place, NEW)
    expect((await later.find('delivery-0'))?.secrets?.answer).toEqual(ACCEPTED)
    expect(await later.findProof({ evidenceId: 'evidence', now: START })).toBe(
      'signed claims'
    )
    expect(await server.verifyAudit()).toMatchObject({ intact: true })
    expect(
      place.query(
        "select kind, actor, details, key_id from national_id_audit where kind = 'store.rewrapped'"
      )
    ).toEqual([
      {
        kind: 'store.rewrapped',
        actor: 'command',
        details: '{"key":"2026","values":26}',
        key_id: '2026'
      }
    ])
  })

  it('finds nothing to do a second time', async () => {
    await fill(await openAt(place, OLD))
    await openAt(place, RING)
    await rewrap(RING)

    const { out, status } = await rewrap(RING)

    expect(status).toBe(0)
    expect(out).toContain('0 values were sealed anew')
  })

  it('loses nothing that a server writes at the same moment, and seals that anew too', async () => {
    await fill(await openAt(place, OLD))
    const cipher = await createCipher(RING)
    const former = await createCipher(OLD)
    let changes = 0
    // Between the reading of a value and its writing, once: the server renews the token, still under the old key.
    function open(sealed: Buffer, context: string): string {
      if (context === 'delivery-5/sealed_token' && changes === 0) {
        changes += 1
        const renewed = former.seal('renewed', context).toString('hex')
        place.execute(
          `update national_id_delivery set sealed_token = x'${renewed}' where id = 'delivery-5'`
        )
      }
      return cipher.open(sealed, context)
    }

    const report = await rewrapStore(
      sqliteAdapter(() => openDatabase(place.path, 1000)),
      { cipher: { ...cipher, open }, clock: heldClock() },
      'stopped',
      () => undefined
    )

    expect(changes).toBe(1)
    expect(report).toMatchObject({ rewrapped: 26, isIncomplete: false })
    expect(sealedBy(place)).toEqual({ 2026: 26 })
    const server = await openAt(place, RING)
    const delivery = await server.find('delivery-5')
    expect(delivery?.secrets?.token).toBe('renewed')
  })

  it('goes on past a damaged row and names it', async () => {
    await fill(await openAt(place, OLD))
    await openAt(place, RING)
    place.execute(
      "update national_id_delivery set sealed_work = sealed_token where id = 'delivery-4'"
    )

    const { err, status } = await rewrap(RING)

    expect(status).toBe(1)
    expect(err).toContain('Damaged, and left as they are: delivery-4.')
    expect(sealedBy(place)).toEqual({ 2025: 1, 2026: 25 })
  })

  it.each([
    [
      'a key that something needs is missing, and names it',
      NEW,
      /key 2025 is missing, which is needed for 11 deliveries, 1 sign-in, 1 kept proof\. Nothing was changed/
    ],
    ['the ring has no such current key', { ...RING, current: 'x' }, /current/],
    ['the key is too short', 'short', /32 characters/],
    ['the variable is empty', '', /not set/],
    ['the variable holds no ring', '{"current":', /must hold a secret/]
  ])('refuses when %s', async (_, keys, said) => {
    await fill(await openAt(place, OLD))

    const { err, status } = await rewrap(keys, '--servers-stopped')

    expect(status).toBe(1)
    expect(err).toMatch(said)
    expect(err).not.toContain(FORMER)
    expect(sealedBy(place)).toEqual({ 2025: 26 })
  })

  it('refuses a key that no server knows, until told that they are stopped', async () => {
    await fill(await openAt(place, OLD))

    const refused = await rewrap(RING)
    expect(refused.status).toBe(1)
    expect(refused.err).toContain('--servers-stopped')
    expect(sealedBy(place)).toEqual({ 2025: 26 })

    expect((await rewrap(RING, '--servers-stopped')).status).toBe(0)
    expect(sealedBy(place)).toEqual({ 2026: 26 })
  })
})

describe('audit verify', () => {
  let place: FilePlace
  beforeEach(async () => {
    place = filePlace()
    await fill(await openAt(place, OLD))
  })
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close()
    place.remove()
  })

  function verify(...more: string[]) {
    return command(
      { KEYS: JSON.stringify(RING) },
      ...['audit', 'verify', '--store', `sqlite:${place.path}`],
      ...['--key-env', 'KEYS', ...more]
    )
  }

  it('says how long an intact trail is and where it ends', async () => {
    const { out, status } = await verify()

    expect(status).toBe(0)
    expect(out).toMatch(/intact: 12 entries\.\nhead [\da-f]{64}\n/)
  })

  it('names the first entry that was changed', async () => {
    place.execute("update national_id_audit set actor = 'x' where sequence = 7")

    const { err, status } = await verify()

    expect(status).toBe(1)
    expect(err).toContain('broken at entry 7: the entry was changed')
  })

  it('shows by a head from before that the end was cut off', async () => {
    const head = /head (\w+)/.exec((await verify()).out)?.[1] ?? ''
    expect((await verify('--head', head)).status).toBe(0)
    place.execute('delete from national_id_audit where sequence = 12')

    expect((await verify()).status).toBe(0)
    const { err, status } = await verify('--head', head)
    expect(status).toBe(1)
    expect(err).toContain('cut off')
  })

  it('makes no file where there is none', async () => {
    const { err, status } = await command(
      { NATIONAL_ID_KEY: FORMER },
      ...['audit', 'verify', '--store', `sqlite:${place.path}-other`]
    )

    expect(status).toBe(1)
    expect(err).toContain('not there')
    expect(place.bytes().length).toBeGreaterThan(0)
  })
})
