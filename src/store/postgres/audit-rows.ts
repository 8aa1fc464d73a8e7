import { createHash } from 'node:crypto'
import { sql, type Insertable, type Kysely, type Transaction } from 'kysely'
import type { AuditTable, Schema } from '../kysely/schema'

/** Writes entries of the audit trail. One text for any number of rows, so that it is parsed once. */
export async function insertAudit(
  db: Kysely<Schema>,
  rows: ReadonlyArray<Insertable<AuditTable>>
): Promise<void> {
  const columns = AUDIT_COLUMNS.map(
    ([column, type]) =>
      sql`${rows.map((row) => row[column])}::${sql.raw(type)}[]`
  )
  await db
    .insertInto('national_id_audit')
    .columns(AUDIT_COLUMNS.map(([column]) => column))
    .expression(sql`select * from unnest(${sql.join(columns)})`)
    .execute()
}

const AUDIT_COLUMNS = [
  ['sequence', 'bigint'],
  ['kind', 'text'],
  ['at', 'bigint'],
  ['actor', 'text'],
  ['delivery_id', 'text'],
  ['event_id', 'text'],
  ['action_id', 'text'],
  ['details', 'text'],
  ['key_id', 'text'],
  ['previous_hash', 'text'],
  ['hash', 'text']
] as const satisfies ReadonlyArray<readonly [keyof AuditTable, string]>

/** Holds up other appenders to the trail of a schema until the transaction ends. */
export function auditLock(
  schema: string
): (transaction: Transaction<Schema>) => Promise<void> {
  const lock = sql.lit(lockKey(schema, 'audit'))
  return async (transaction) => {
    await sql`select pg_advisory_xact_lock(${lock})`.execute(transaction)
  }
}

/** A lock of this name and schema. Other users of advisory locks in the database are very unlikely to have the same. */
function lockKey(schema: string, name: string): string {
  const digest = createHash('sha256')
    .update(`opencrvs-national-id/${schema}/${name}`)
    .digest()
  return digest.readBigInt64BE(0).toString()
}
