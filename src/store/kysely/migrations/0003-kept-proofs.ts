import { sql, type Kysely } from 'kysely'
import type { KyselyAdapter } from '../adapter'

/** Makes the table of signed texts that are kept behind evidence. Never edited once released. */
export async function createProofTable(
  db: Kysely<unknown>,
  { instant, blob }: KyselyAdapter['columns']
): Promise<void> {
  await db.schema
    .createTable('national_id_proof')
    .addColumn('evidence_id', 'text', (column) => column.primaryKey())
    .addColumn('expires_at', instant, (column) => column.notNull())
    .addColumn('sealed_content', blob, (column) => column.notNull())
    .execute()
  await sql`create index national_id_proof_expires on national_id_proof (expires_at)`.execute(
    db
  )
}
