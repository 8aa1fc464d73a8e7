import { sql, type Kysely } from 'kysely'
import type { KyselyAdapter } from '../adapter'

type Columns = KyselyAdapter['columns']

/** Makes the tables of sign-in: tickets, and the redirects that were used. Never edited once released. */
export async function createSignInTables(
  db: Kysely<unknown>,
  columns: Columns
): Promise<void> {
  await createTicket(db, columns)
  await createSignIn(db, columns)
}

async function createTicket(
  db: Kysely<unknown>,
  { instant, blob }: Columns
): Promise<void> {
  await db.schema
    .createTable('national_id_ticket')
    .addColumn('digest', 'text', (column) => column.primaryKey())
    .addColumn('session', 'text', (column) => column.notNull())
    .addColumn('created_at', instant, (column) => column.notNull())
    .addColumn('expires_at', instant, (column) => column.notNull())
    .addColumn('redeemed_at', instant)
    .addColumn('redeemed_by', 'text')
    .addColumn('sealed_content', blob, (column) => column.notNull())
    .execute()
  // What the cleaner looks for, and nothing else.
  const indices = [
    sql`create index national_id_ticket_expires on national_id_ticket (expires_at) where redeemed_at is null`,
    sql`create index national_id_ticket_redeemed on national_id_ticket (redeemed_at) where redeemed_at is not null`
  ]
  for (const index of indices) await index.execute(db)
}

async function createSignIn(
  db: Kysely<unknown>,
  { instant }: Columns
): Promise<void> {
  await db.schema
    .createTable('national_id_sign_in')
    .addColumn('state_digest', 'text', (column) => column.primaryKey())
    .addColumn('expires_at', instant, (column) => column.notNull())
    .execute()
  await sql`create index national_id_sign_in_expires on national_id_sign_in (expires_at)`.execute(
    db
  )
}
