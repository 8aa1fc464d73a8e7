import { sql } from 'kysely'
import { StoreError } from '../../domain/errors'
import type { Clock } from '../../internal/clock'
import type { Tables } from './tables'

/**
 * Refuses while a server uses a store. A SQLite file that is opened alone tells that by itself; here, a server is known
 * by a delivery that it holds, and in PostgreSQL by its connections.
 *
 * @throws StoreError `ERR_STORE_IN_USE`
 */
export async function refuseInUse(
  tables: Tables,
  what: 'source' | 'target',
  clock: Clock
): Promise<void> {
  if (!(await isHeld(tables, clock)) && (await connections(tables)) === 0)
    return
  throw inUse(what)
}

/** Says what to do about a store that is in use. */
export function inUse(what: 'source' | 'target' | 'store'): StoreError {
  return new StoreError(
    `The ${what} is in use: a server is running on it, or ended a moment ago without stopping. Nothing was moved. Stop it first, or say --even-in-use for a copy to practise with.`,
    { code: 'ERR_STORE_IN_USE' }
  )
}

async function isHeld({ db }: Tables, clock: Clock): Promise<boolean> {
  const held = await db
    .selectFrom('national_id_delivery')
    .select('sequence')
    .where('lease_owner', 'is not', null)
    .where('lease_until', '>=', clock.now())
    .limit(1)
    .executeTakeFirst()
  return held !== undefined
}

/** Connections under the name that ours have (`application_name`), beside this one. */
async function connections({ adapter, db }: Tables): Promise<number> {
  if (adapter.schema === undefined) return 0
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from pg_stat_activity
    where datname = current_database()
      and application_name = current_setting('application_name')
      and pid <> pg_backend_pid()`.execute(db)
  return rows[0]?.count ?? 0
}
