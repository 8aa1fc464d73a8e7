import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import { canonicalJson } from './canonical-json'
import type { Schema } from './schema'

/** A row of any table: what every database gives for our columns. */
export type Row = Record<string, string | number | Buffer | null>

/** A table that is copied, and by what its rows are told apart and put in order. */
export type CopiedTable = {
  name: keyof Schema
  /** For people. */
  title: string
  key: string
  /** With `key`, where that alone is not enough. */
  secondKey?: string
  /** Numbers are given by the database; it must go on after the last one. */
  isNumbered?: boolean
}

/** The audit trail: only ever added to. */
export const AUDIT: CopiedTable = {
  name: 'national_id_audit',
  title: 'audit entries',
  key: 'sequence'
}

/** All others, but for the row that only serves to try out whether writing works. */
export const OTHERS: readonly CopiedTable[] = [
  { name: 'national_id_key', title: 'known keys', key: 'key_id' },
  {
    name: 'national_id_delivery',
    title: 'deliveries',
    key: 'sequence',
    isNumbered: true
  },
  {
    name: 'national_id_inbound',
    title: 'messages of systems',
    key: 'sequence',
    isNumbered: true
  },
  { name: 'national_id_ticket', title: 'sign-in results', key: 'digest' },
  { name: 'national_id_sign_in', title: 'used sign-ins', key: 'state_digest' },
  { name: 'national_id_proof', title: 'kept proofs', key: 'evidence_id' },
  {
    name: 'national_id_readable',
    title: 'readable people',
    key: 'delivery_id',
    secondKey: 'role'
  }
]

/** The tables without the types of their columns, since one and the same code goes through all of them. */
export type AnySchema = Record<string, Row>

/** Sees the tables as alike. */
export function alike(db: Kysely<Schema>): Kysely<AnySchema> {
  // Every column of the schema has one of the types of a row (schema.ts).
  return db as unknown as Kysely<AnySchema>
}

/** Goes through a table in the order of its keys. */
export async function* pagesOf(
  db: Kysely<AnySchema>,
  table: CopiedTable,
  limit: number
): AsyncGenerator<Row[]> {
  let last: Row | undefined
  do {
    const rows = await pageAfter(db, table, last, limit)
    if (rows.length > 0) yield rows
    last = rows.length < limit ? undefined : rows.at(-1)
  } while (last !== undefined)
}

function pageAfter(
  db: Kysely<AnySchema>,
  { key, name, secondKey }: CopiedTable,
  last: Row | undefined,
  limit: number
): Promise<Row[]> {
  let query = db.selectFrom(name).selectAll().orderBy(key).limit(limit)
  if (secondKey !== undefined) query = query.orderBy(secondKey)
  if (last === undefined) return query.execute()
  const [first, second] = [last[key] ?? '', last[secondKey ?? key] ?? '']
  return query
    .where((eb) =>
      secondKey === undefined
        ? eb(key, '>', first)
        : eb.or([
            eb(key, '>', first),
            eb.and([eb(key, '=', first), eb(secondKey, '>', second)])
          ])
    )
    .execute()
}

/** What tells a row from the others of its table, as text. */
export function keyOf({ key, secondKey }: CopiedTable, row: Row): string {
  return JSON.stringify([
    row[key],
    secondKey === undefined ? '' : row[secondKey]
  ])
}

/** The whole row as text: equal rows of two databases give the same. */
export function textOf(row: Row): string {
  return canonicalJson(
    Object.fromEntries(
      Object.entries(row).map(([column, value]) => [
        column,
        Buffer.isBuffer(value) ? value.toString('base64') : value
      ])
    )
  )
}

/** As many values as a digest of 256 bits has. */
const DIGESTS = 2n ** 256n

/**
 * How many rows a table has, and one number over all of them: the sum of their digests, since two databases put texts
 * in different orders.
 */
export async function summaryOf(
  db: Kysely<AnySchema>,
  table: CopiedTable,
  limit: number
): Promise<{ rows: number; digest: bigint }> {
  const summary = { rows: 0, digest: 0n }
  for await (const rows of pagesOf(db, table, limit))
    for (const row of rows) {
      const hash = createHash('sha256').update(textOf(row)).digest('hex')
      summary.rows += 1
      summary.digest = (summary.digest + BigInt(`0x${hash}`)) % DIGESTS
    }
  return summary
}
