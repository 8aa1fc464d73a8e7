import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { Kysely, Migrator, type SqliteDatabase } from 'kysely'
import { createCipher } from '../../../src/internal/encryption'
import { createKyselyStore } from '../../../src/store/kysely/kysely-store'
import { createFirstTables } from '../../../src/store/kysely/migrations/0001-first-tables'
import { createSignInTables } from '../../../src/store/kysely/migrations/0002-sign-in'
import { sqlite } from '../../../src/store/sqlite'
import { openDatabase } from '../../../src/store/sqlite/open-database'
import { sqliteAdapter } from '../../../src/store/sqlite/sqlite-adapter'
import type { Store, StoreDependencies } from '../../../src/store/store'
import {
  ENCRYPTION,
  entry,
  heldClock,
  sampleDelivery,
  START
} from '../sample-delivery'
import { filePlace, type FilePlace } from './place'

async function dependencies(): Promise<StoreDependencies> {
  return { cipher: await createCipher(ENCRYPTION), clock: heldClock() }
}

const MIGRATIONS = {
  '0001-first-tables': createFirstTables,
  '0002-sign-in': createSignInTables
}

/** A file as an earlier version of this package made it. */
async function writeEarlier(
  path: string,
  names: ReadonlyArray<keyof typeof MIGRATIONS>
): Promise<void> {
  const adapter = sqliteAdapter(() => openDatabase(path, 0))
  const db = new Kysely<unknown>({ dialect: adapter.createDialect() })
  const migrator = new Migrator({
    db,
    migrationTableName: 'national_id_migration',
    migrationLockTableName: 'national_id_migration_lock',
    provider: {
      getMigrations: () =>
        Promise.resolve(
          Object.fromEntries(
            names.map((name) => [
              name,
              {
                up: (on: Kysely<unknown>) =>
                  MIGRATIONS[name](on, adapter.columns)
              }
            ])
          )
        )
    }
  })
  const { error } = await migrator.migrateToLatest()
  await db.destroy()
  expect(error).toBeUndefined()
}

describe('the SQLite file', () => {
  let place: FilePlace
  const stores: Store[] = []
  async function storeAt(path: string): Promise<Store> {
    const store = sqlite({ path }).create(await dependencies())
    stores.push(store)
    return store
  }
  beforeEach(() => {
    place = filePlace()
  })
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close()
    place.remove()
  })

  it('is made for its owner alone, with the files beside it', async () => {
    const store = await storeAt(place.path)
    await store.open()
    await store.insert(sampleDelivery(), [])
    for (const ending of ['', '-wal', '-shm'])
      expect(statSync(`${place.path}${ending}`).mode & 0o777).toBe(0o600)
  })

  it('is not made in a folder that is not there; the error says which', async () => {
    const folder = join(dirname(place.path), 'missing')
    const store = await storeAt(join(folder, 'store.db'))
    await expect(store.open()).rejects.toMatchObject({
      code: 'ERR_STORE_FOLDER',
      message: expect.stringContaining(folder)
    })
  })

  it('is refused when it is a folder', async () => {
    mkdirSync(place.path)
    const store = await storeAt(place.path)
    await expect(store.open()).rejects.toMatchObject({
      code: 'ERR_STORE_FOLDER'
    })
  })

  it('is refused when it is something else, and stays as it was', async () => {
    writeFileSync(place.path, 'a letter to the ministry\n'.repeat(100))
    const store = await storeAt(place.path)
    await expect(store.open()).rejects.toMatchObject({
      code: 'ERR_STORE_CORRUPT',
      retryable: false
    })
    expect(statSync(place.path).size).toBe(2500)
  })

  it('is written durably: a log ahead, and every commit on disk', () => {
    const database = openDatabase(place.path, 0)
    const pragma = (name: string) =>
      Object.values(database.prepare(`pragma ${name}`).all([])[0] ?? {})[0]
    expect(pragma('journal_mode')).toBe('wal')
    expect(pragma('synchronous')).toBe(2)
    expect(pragma('secure_delete')).toBe(1)
    expect(pragma('foreign_keys')).toBe(1)
    database.close()
  })

  it('gets its tables once, in names that no host has', async () => {
    for (let round = 0; round < 2; round += 1) {
      const store = await storeAt(place.path)
      await store.open()
      await store.close()
    }
    const tables = place
      .query("select name from sqlite_master where type = 'table'")
      .map(({ name }) => String(name))
    expect(
      tables.filter((name) => !/^(national_id_|sqlite_sequence$)/.test(name))
    ).toEqual([])
    expect(place.query('select name from national_id_migration')).toEqual([
      { name: '0001-first-tables' },
      { name: '0002-sign-in' },
      { name: '0003-kept-proofs' },
      { name: '0004-readable-people' }
    ])
  })

  it('gets all its tables or none: a start that was cut off is simply done again', async () => {
    // Stands in the way of an index, after the first table was made.
    place.execute('create table national_id_delivery_tracking (id text)')
    const store = await storeAt(place.path)
    await expect(store.open()).rejects.toMatchObject({ code: 'ERR_STORE' })
    expect(
      place.query(
        "select name from sqlite_master where name = 'national_id_delivery'"
      )
    ).toEqual([])
    place.execute('drop table national_id_delivery_tracking')
    await store.open()
    await store.check()
  })

  it.each<Parameters<typeof writeEarlier>[1][]>([
    [['0001-first-tables']],
    [['0001-first-tables', '0002-sign-in']]
  ])(
    'of an earlier version (%j) gets the tables that it lacks, and keeps what is in it',
    async (names) => {
      await writeEarlier(place.path, names)
      const delivery = sampleDelivery()
      place.execute(
        `insert into national_id_inbound (source, message_digest, delivery_id, received_at)
         values ('registry', 'digest', '${delivery.id}', ${START})`
      )
      const store = await storeAt(place.path)
      await store.open()
      const ticket = { digest: 'd', session: 's', content: '{}' }
      const times = { createdAt: START, expiresAt: START + 1 }
      await store.addTicket({ ...ticket, ...times }, [])
      const claim = { digest: 'd', session: 's', user: 'u', repeatMs: 1 }
      expect(
        await store.redeemTicket(
          { ...claim, now: START },
          () => [],
          (content) => ({ evidenceId: 'e', content, expiresAt: START + 1 })
        )
      ).toMatchObject({ outcome: 'redeemed' })
      expect(await store.findProof({ evidenceId: 'e', now: START })).toBe('{}')
      await store.close()
      expect(
        place.query('select delivery_id from national_id_inbound')
      ).toEqual([{ delivery_id: delivery.id }])
      expect(place.query('select name from national_id_migration')).toEqual([
        { name: '0001-first-tables' },
        { name: '0002-sign-in' },
        { name: '0003-kept-proofs' },
        { name: '0004-readable-people' }
      ])
    }
  )

  it('is left alone when a later version has written it', async () => {
    const store = await storeAt(place.path)
    await store.open()
    await store.close()
    place.execute(
      "insert into national_id_migration values ('9999-later', '2030-01-01')"
    )
    const again = await storeAt(place.path)
    await expect(again.open()).rejects.toMatchObject({
      code: 'ERR_STORE_NEWER'
    })
  })

  it('may be memory, for tests', async () => {
    const store = await storeAt(':memory:')
    await store.open()
    const delivery = sampleDelivery()
    await store.insert(delivery, [entry(delivery, 'decision.taken')])
    expect(await store.find(delivery.id)).toMatchObject({ id: delivery.id })
  })
})

describe('a fault of the SQLite file', () => {
  let place: FilePlace
  let store: Store
  let database: SqliteDatabase

  /** A store whose connection the test can reach. */
  beforeEach(async () => {
    place = filePlace()
    const adapter = sqliteAdapter(() => {
      database = openDatabase(place.path, 0)
      return database
    })
    store = createKyselyStore(adapter, await dependencies())
    await store.open()
  })
  afterEach(async () => {
    await store.close()
    place.remove()
  })

  async function fill(): Promise<unknown> {
    for (let count = 0; count < 500; count += 1) {
      const delivery = sampleDelivery()
      try {
        await store.insert(delivery, [entry(delivery, 'decision.taken')])
      } catch (error) {
        return error
      }
    }
    return 'it was never full'
  }

  it('when full is a passing one: nothing is half written, and writing goes on once there is room', async () => {
    database.prepare('pragma max_page_count = 60').all([])
    expect(await fill()).toMatchObject({
      name: 'StoreError',
      code: 'ERR_STORE_FULL',
      retryable: true
    })
    const counts = await store.countByState()
    expect(await store.verifyAudit()).toMatchObject({
      intact: true,
      entries: counts.queued
    })
    database.prepare('pragma max_page_count = 100000').all([])
    expect(await store.insert(sampleDelivery(), [])).toMatchObject({
      inserted: true
    })
  })

  it('when read-only is a passing one, and fails the check', async () => {
    database.prepare('pragma query_only = 1').run([])
    const fault = { code: 'ERR_STORE_READ_ONLY', retryable: true }
    await expect(store.check()).rejects.toMatchObject(fault)
    await expect(store.insert(sampleDelivery(), [])).rejects.toMatchObject(
      fault
    )
    expect((await store.list({ limit: 1 })).deliveries).toEqual([])
    database.prepare('pragma query_only = 0').run([])
    await store.check()
  })

  it('when another writer holds it is a passing one', async () => {
    const other = new Database(place.path)
    other.exec('begin immediate')
    await expect(store.check()).rejects.toMatchObject({
      code: 'ERR_STORE_BUSY',
      retryable: true
    })
    other.exec('rollback')
    other.close()
    await store.check()
  })

  it('never repeats what was to be written', async () => {
    const delivery = sampleDelivery()
    await store.insert(delivery, [])
    const again = sampleDelivery({ id: delivery.id })
    const error: unknown = await store
      .insert(again, [])
      .catch((caught: unknown) => caught)
    expect(String(error)).not.toContain(delivery.id)
    expect(String(error)).not.toContain(delivery.event.trackingId)
  })
})
