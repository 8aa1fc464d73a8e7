import {
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type Dialect
} from 'kysely'
import type { PoolConfig } from 'pg'
import type { KyselyAdapter } from '../kysely/adapter'
import { connectionSettings } from './connection-settings'
import { PostgresDriver, type DriverOptions } from './postgres-driver'
import type { PostgresSettings } from './postgres-options'
import { createStatementNames } from './statement-names'

/** The server ends a statement first; without any answer the connection is given up this much later. */
export const GRACE_MS = 3_000
const IDLE_MS = 30_000

/** Connections for each of the store's purposes. */
export function postgresDialects(
  settings: PostgresSettings
): Pick<
  KyselyAdapter,
  'createDialect' | 'createReadingDialect' | 'createMigratingDialect'
> {
  const { listen, poolSize, schema, statementTimeoutMs } = settings
  const names = listen ? createStatementNames() : undefined
  const patient = (
    max: number,
    idleTimeoutMillis: number,
    more: PoolConfig = {}
  ) =>
    createDialect({
      names,
      begin: beginning(schema, statementTimeoutMs),
      config: async () => ({
        ...(await connectionSettings(settings)),
        max,
        idleTimeoutMillis,
        // Transactions set it for themselves; behind a pooler, reads go without.
        ...(listen ? { statement_timeout: statementTimeoutMs } : {}),
        query_timeout: statementTimeoutMs + GRACE_MS,
        ...more
      })
    })
  return {
    // The queue writes one transaction at a time, and does not wait for each statement of it.
    createDialect: () => patient(1, 0, { pipeline: true }),
    createReadingDialect: () => patient(poolSize - 1, IDLE_MS),
    createMigratingDialect: () =>
      createDialect({
        names: undefined,
        // Making an index over a million rows takes as long as it takes.
        begin: beginning(schema, 0),
        config: async () => ({
          ...(await connectionSettings(settings)),
          max: 1
        })
      })
  }
}

/**
 * One message. Set for each transaction, not for the session, since behind a pooler the session is another's next time.
 * Without the path, the plain names in migrations would be looked for in `public`. A process that is stopped in the
 * middle must not hold its locks for ever. Where the database's own setting lets a commit be reported before it is on
 * disk, ours are not. What is due is read off its index in order: sorting a backlog is never shorter.
 */
function beginning(schema: string, timeoutMs: number): string {
  return [
    'begin',
    `set local search_path to "${schema}"`,
    `set local statement_timeout to ${timeoutMs}`,
    `set local idle_in_transaction_session_timeout to ${timeoutMs}`,
    'set local enable_sort to off',
    "select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') = 'off'"
  ].join('; ')
}

function createDialect(options: DriverOptions): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new PostgresDriver(options),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler()
  }
}
