import type { Kysely } from 'kysely'
import { StoreError } from '../../domain/errors'
import type { KyselyAdapter } from './adapter'
import { connect } from './kysely-store'
import { migrate } from './migrate'
import type { Schema } from './schema'
import { toStoreError } from './store-error'

/** The tables of a store, open for a command rather than for a server. */
export type Tables = {
  db: Kysely<Schema>
  adapter: KyselyAdapter
}

/**
 * Opens the tables for as long as some work takes. It has one connection, on which a statement may take its time.
 *
 * @param missing what to do with tables that are not there or are old: bring them up to date, or refuse those that are
 * not there
 * @throws StoreError as the store does, and `ERR_STORE_EMPTY` when there are no tables
 */
export async function withTables<T>(
  adapter: KyselyAdapter,
  missing: 'made' | 'refused',
  work: (tables: Tables) => Promise<T>
): Promise<T> {
  let db: Kysely<Schema> | undefined
  try {
    const dialect =
      adapter.createMigratingDialect?.() ?? adapter.createDialect()
    db = connect(adapter, dialect)
    if (missing === 'made') await migrate(db, adapter)
    else await requireTables(db, adapter)
    return await work({ db, adapter })
  } catch (error) {
    throw toStoreError(adapter, error)
  } finally {
    await db?.destroy()
  }
}

async function requireTables(
  db: Kysely<Schema>,
  { name, schema }: KyselyAdapter
): Promise<void> {
  const tables = await db.introspection.getTables()
  const isThere = tables.some(
    (table) =>
      table.name === 'national_id_audit' &&
      (schema === undefined || table.schema === schema)
  )
  if (isThere) return
  throw new StoreError(
    `There is nothing of ours in the ${name} store${schema === undefined ? '' : `, schema ${schema}`}. Nothing was changed; check the address.`,
    { code: 'ERR_STORE_EMPTY' }
  )
}
