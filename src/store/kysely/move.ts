import { sql, type Kysely } from 'kysely'
import type { AuditVerdict } from '../../domain/audit'
import { StoreError } from '../../domain/errors'
import type { StoreDependencies } from '../store'
import type { KyselyAdapter } from './adapter'
import { verifyAuditChain } from './audit-chain'
import {
  alike,
  AUDIT,
  keyOf,
  OTHERS,
  pagesOf,
  summaryOf,
  textOf,
  type AnySchema,
  type CopiedTable,
  type Row
} from './copied-tables'
import { refuseInUse } from './in-use'
import { proveKeys } from './key-proofs'
import { transact } from './kysely-store'
import { withTables, type Tables } from './tables'

/** Rows of one statement: with all their columns well below what any database takes. */
const BATCH = 250

/** What was done with the rows of one table. */
export type TableReport = {
  title: string
  /** How many it has now. */
  rows: number
  added: number
  changed: number
  removed: number
}

export type MoveReport = { tables: TableReport[]; audit: AuditVerdict }

export type MoveOptions = {
  from: KyselyAdapter
  to: KyselyAdapter
  /** Whether a server that uses one of them is a reason to refuse. What it writes meanwhile is not copied. */
  whenInUse: 'refuse' | 'copy'
  /** Told now and then how many rows of a table have been gone through. */
  onProgress: (title: string, rows: number) => void
}

/**
 * Makes a store a copy of another: everything as it is, in the same order, sealed as it was. Running it again brings
 * over what has changed since. Afterwards every table of both is read again and compared, the keys are proven, and the
 * audit trail of the copy is verified.
 *
 * @throws StoreError `ERR_STORE_IN_USE`; `ERR_MOVE_TARGET` when the target has a history of its own; `ERR_KEY_MISSING`
 * and `ERR_KEY_WRONG` as opening does; `ERR_MOVE_DIFFERS` when the copy is not equal to the source afterwards
 */
export function moveStore(
  { from, onProgress, to, whenInUse }: MoveOptions,
  dependencies: StoreDependencies
): Promise<MoveReport> {
  return withTables(from, 'made', (source) =>
    withTables(to, 'made', async (target) => {
      if (whenInUse === 'refuse') {
        await refuseInUse(source, 'source', dependencies.clock)
        await refuseInUse(target, 'target', dependencies.clock)
      }
      // Before anything is copied: without its keys the copy would be of no use.
      await transact(source.db, from, dependencies, proveKeys)
      await refuseOwnHistory(source, target)
      const tables: TableReport[] = []
      // The trail first: what was begun and broken off is known by it as a copy of this source.
      for (const table of [AUDIT, ...OTHERS])
        tables.push(await copyTable(source, target, table, onProgress))
      await transact(target.db, to, dependencies, proveKeys)
      for (const table of [AUDIT, ...OTHERS])
        await compare(source, target, table)
      const audit = await verifyAuditChain(target.db, dependencies.cipher)
      return { tables, audit }
    })
  )
}

/** The target's trail must be the beginning of the source's: then all that it has came from there. */
async function refuseOwnHistory(source: Tables, target: Tables): Promise<void> {
  const last = await target.db
    .selectFrom('national_id_audit')
    .select(['sequence', 'hash'])
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
  const same = await source.db
    .selectFrom('national_id_audit')
    .select('hash')
    .where('sequence', '=', last?.sequence ?? 0)
    .executeTakeFirst()
  const isOwn =
    last === undefined ? await hasDeliveries(target) : same?.hash !== last.hash
  if (!isOwn) return
  throw new StoreError(
    `The ${target.adapter.name} store that is to be the copy has a history of its own: it is not a copy of this source, or a server has worked on it since. Nothing was changed. Move into an empty one.`,
    { code: 'ERR_MOVE_TARGET' }
  )
}

async function hasDeliveries({ db }: Tables): Promise<boolean> {
  const any = await db
    .selectFrom('national_id_delivery')
    .select('sequence')
    .limit(1)
    .executeTakeFirst()
  return any !== undefined
}

async function copyTable(
  source: Tables,
  target: Tables,
  table: CopiedTable,
  onProgress: MoveOptions['onProgress']
): Promise<TableReport> {
  const [from, to] = [alike(source.db), alike(target.db)]
  const report = { title: table.title, rows: 0, added: 0, changed: 0 }
  const removed = await removeGone(from, to, table)
  for await (const rows of pagesOf(from, table, BATCH)) {
    const { added, changed } = await bringOver(to, table, rows)
    report.rows += rows.length
    report.added += added
    report.changed += changed
    onProgress(table.title, report.rows)
  }
  if (table.isNumbered === true) await goOnNumbering(target, table)
  return { ...report, removed }
}

/** What the source has purged since it was copied. Before anything is added, since it may stand in its way. */
async function removeGone(
  from: Kysely<AnySchema>,
  to: Kysely<AnySchema>,
  table: CopiedTable
): Promise<number> {
  let removed = 0
  for await (const rows of pagesOf(to, table, BATCH)) {
    const there = await sameKeys(from, table, rows)
    for (const row of rows) {
      if (there.has(keyOf(table, row))) continue
      await ofRow(to.deleteFrom(table.name), table, row).execute()
      removed += 1
    }
  }
  return removed
}

async function bringOver(
  to: Kysely<AnySchema>,
  table: CopiedTable,
  rows: readonly Row[]
): Promise<{ added: number; changed: number }> {
  const there = await sameKeys(to, table, rows)
  const missing = rows.filter((row) => !there.has(keyOf(table, row)))
  const different = rows.filter((row) => {
    const known = there.get(keyOf(table, row))
    return known !== undefined && textOf(known) !== textOf(row)
  })
  await to.transaction().execute(async (transaction) => {
    if (missing.length > 0)
      await transaction.insertInto(table.name).values(missing).execute()
    for (const row of different)
      await ofRow(
        transaction.updateTable(table.name).set(row),
        table,
        row
      ).execute()
  })
  return { added: missing.length, changed: different.length }
}

/** The rows of a database that have the keys of these rows, by key. */
async function sameKeys(
  db: Kysely<AnySchema>,
  table: CopiedTable,
  rows: readonly Row[]
): Promise<Map<string, Row>> {
  const keys = rows.map((row) => row[table.key] ?? '')
  const found = await db
    .selectFrom(table.name)
    .selectAll()
    .where(table.key, 'in', keys)
    .execute()
  return new Map(found.map((row) => [keyOf(table, row), row]))
}

/** Narrows a statement to one row. */
function ofRow<
  Query extends { where(column: string, is: '=', value: unknown): Query }
>(query: Query, { key, secondKey }: CopiedTable, row: Row): Query {
  const one = query.where(key, '=', row[key])
  return secondKey === undefined
    ? one
    : one.where(secondKey, '=', row[secondKey])
}

/** A database that numbers rows by a counter of its own has not seen those that came with their numbers. */
async function goOnNumbering(
  { adapter, db }: Tables,
  { key, name }: CopiedTable
): Promise<void> {
  if (adapter.columns.sequence !== 'bigserial') return
  const { schema = 'public' } = adapter
  await sql`
    select setval(
      pg_get_serial_sequence(${`${schema}.${name}`}, ${key}),
      coalesce(max(${sql.ref(key)}), 1),
      max(${sql.ref(key)}) is not null
    ) from ${sql.id(schema, name)}`.execute(db)
}

async function compare(
  source: Tables,
  target: Tables,
  table: CopiedTable
): Promise<void> {
  const [from, to] = [
    await summaryOf(alike(source.db), table, BATCH),
    await summaryOf(alike(target.db), table, BATCH)
  ]
  if (from.rows === to.rows && from.digest === to.digest) return
  throw new StoreError(
    `The copy is not equal to its source: ${table.title}, ${from.rows} there and ${to.rows} here. Something was written meanwhile. Stop every server that uses either store and run this again; do not use the copy before.`,
    { code: 'ERR_MOVE_DIFFERS' }
  )
}
