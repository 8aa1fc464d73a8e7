import { sql, type Kysely } from 'kysely'
import type { KyselyAdapter } from '../adapter'

/** Makes the table of people who may be read back by identifier. Never edited once released. */
export async function createReadableTable(
  db: Kysely<unknown>,
  { instant }: KyselyAdapter['columns']
): Promise<void> {
  await db.schema
    .createTable('national_id_readable')
    .addColumn('delivery_id', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('identifier_digest', 'text', (column) => column.notNull())
    .addColumn('key_id', 'text', (column) => column.notNull())
    .addColumn('readable_until', instant, (column) => column.notNull())
    .addPrimaryKeyConstraint('national_id_readable_person', [
      'delivery_id',
      'role'
    ])
    .execute()
  await sql`create index national_id_readable_digest on national_id_readable (key_id, identifier_digest)`.execute(
    db
  )
  await sql`create index national_id_readable_until on national_id_readable (readable_until)`.execute(
    db
  )
  await sql`create index national_id_delivery_readable on national_id_delivery (next_attempt_at) where (state = 'readable') = true`.execute(
    db
  )
}
