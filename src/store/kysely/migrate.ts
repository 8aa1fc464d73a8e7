import { Migrator, type Kysely } from 'kysely'
import { StoreError } from '../../domain/errors'
import type { KyselyAdapter } from './adapter'
import { createFirstTables } from './migrations/0001-first-tables'
import { createSignInTables } from './migrations/0002-sign-in'
import { createProofTable } from './migrations/0003-kept-proofs'
import { createReadableTable } from './migrations/0004-readable-people'
import type { Schema } from './schema'

/**
 * Brings the tables up to date, in one transaction. What has been done is kept in tables of our own, so that a host's
 * migrations in the same database are never mixed up with ours.
 *
 * @throws StoreError `ERR_STORE_NEWER` when a later version of this package has written the tables.
 */
export async function migrate(
  db: Kysely<Schema>,
  adapter: KyselyAdapter
): Promise<void> {
  const migrator = new Migrator({
    db,
    migrationTableName: 'national_id_migration',
    migrationLockTableName: 'national_id_migration_lock',
    ...(adapter.schema === undefined
      ? {}
      : { migrationTableSchema: adapter.schema }),
    provider: {
      getMigrations: () =>
        Promise.resolve({
          '0001-first-tables': {
            up: (on: Kysely<unknown>) => createFirstTables(on, adapter.columns)
          },
          '0002-sign-in': {
            up: (on: Kysely<unknown>) => createSignInTables(on, adapter.columns)
          },
          '0003-kept-proofs': {
            up: (on: Kysely<unknown>) => createProofTable(on, adapter.columns)
          },
          '0004-readable-people': {
            up: (on: Kysely<unknown>) =>
              createReadableTable(on, adapter.columns)
          }
        })
    }
  })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  // Kysely says in words alone that it found a migration that it has not got.
  if (error instanceof Error && error.message.includes('corrupted migrations'))
    throw new StoreError(
      'The store was written by a later version of this package. Install that version again, or restore a backup.',
      { code: 'ERR_STORE_NEWER', cause: error }
    )
  throw error instanceof Error ? error : new Error('migration failed')
}
