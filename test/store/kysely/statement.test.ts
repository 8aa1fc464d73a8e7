import Database from 'better-sqlite3'
import type { CompiledQuery } from 'kysely'
import { Kysely, SqliteDialect } from 'kysely'
import type { Schema } from '../../../src/store/kysely/schema'
import { changedBy, statement } from '../../../src/store/kysely/statement'
import { sqliteAdapter } from '../../../src/store/sqlite/sqlite-adapter'

/** A database with one table, and what is asked of it. */
async function place() {
  const asked: CompiledQuery[] = []
  const database = new Database(':memory:')
  const db = new Kysely<Schema>({
    dialect: new SqliteDialect({ database }),
    log: ({ query }) => void asked.push(query)
  })
  await db.schema
    .createTable('national_id_proof')
    .addColumn('evidence_id', 'text', (column) => column.primaryKey())
    .addColumn('expires_at', 'integer')
    .addColumn('sealed_content', 'blob')
    .execute()
  const adapter = sqliteAdapter(() => database)
  return { on: { adapter, db }, asked }
}

type Proof = {
  evidence_id: string
  expires_at: number
  sealed_content: Buffer
}

function proof(id: string, at = 1): Proof {
  const sealed_content = Buffer.from(`content of ${id}`)
  return { evidence_id: id, expires_at: at, sealed_content }
}

describe('a statement of the hot path', () => {
  let built = 0
  const insert = statement((db, row: Proof) => {
    built += 1
    return db.insertInto('national_id_proof').values(row)
  })
  const find = statement((db, { ids }: { ids: string[] }) => {
    built += 1
    return db
      .selectFrom('national_id_proof')
      .selectAll()
      .where('evidence_id', 'in', ids)
      .orderBy('evidence_id')
  })
  const change = statement(
    (
      db,
      { id, set, from }: { id: string; set: Partial<Proof>; from?: number }
    ) => {
      const update = db
        .updateTable('national_id_proof')
        .set(set)
        .where('evidence_id', '=', id)
      return from === undefined ? update : update.where('expires_at', '=', from)
    }
  )

  beforeEach(() => {
    built = 0
  })

  it('is put together once, and takes the values of each call', async () => {
    const { on } = await place()
    expect(changedBy(await insert(on, proof('a')))).toBe(1)
    expect(changedBy(await insert(on, proof('b', 2)))).toBe(1)
    expect(built).toBe(1)
    const { rows } = await find(on, { ids: ['a', 'b'] })
    expect(rows).toEqual([proof('a'), proof('b', 2)])
  })

  it('is put together afresh for lists of another length', async () => {
    const { on } = await place()
    for (const id of ['a', 'b', 'c']) await insert(on, proof(id))
    const idsOf = async (ids: string[]) =>
      (await find(on, { ids })).rows.map((row) => row.evidence_id)
    expect(await idsOf(['c', 'a'])).toEqual(['a', 'c'])
    expect(await idsOf(['b'])).toEqual(['b'])
    expect(await idsOf(['b', 'a', 'c'])).toEqual(['a', 'b', 'c'])
    expect(await idsOf(['b', 'c'])).toEqual(['b', 'c'])
    expect(built).toBe(1 + 3)
  })

  it('keeps a guard that one call has and another has not', async () => {
    const { on } = await place()
    await insert(on, proof('a', 1))
    const set = { expires_at: 5 }
    const changed = async (from?: number) =>
      changedBy(
        await change(on, {
          id: 'a',
          set,
          ...(from === undefined ? {} : { from })
        })
      )
    expect(await changed(4)).toBe(0)
    expect(await changed(1)).toBe(1)
    expect(await changed(1)).toBe(0)
    expect(await changed()).toBe(1)
  })

  it('changes the columns that it is given, and leaves the others', async () => {
    const { on } = await place()
    await insert(on, proof('a', 1))
    await change(on, { id: 'a', set: { expires_at: 7 } })
    await change(on, { id: 'a', set: { sealed_content: Buffer.from('x') } })
    const { rows } = await find(on, { ids: ['a'] })
    expect(rows).toEqual([
      { ...proof('a', 7), sealed_content: Buffer.from('x') }
    ])
  })

  it('never puts a value into its text', async () => {
    const { asked, on } = await place()
    const id = "'; drop table national_id_proof; --"
    await insert(on, proof(id))
    await find(on, { ids: [id] })
    expect(asked.map(({ sql }) => sql).join(' ')).not.toContain('drop table')
    expect((await find(on, { ids: [id] })).rows).toHaveLength(1)
  })
})
