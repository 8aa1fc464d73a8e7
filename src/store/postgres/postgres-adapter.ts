import { sql, type Kysely } from 'kysely'
import type { Fault, KyselyAdapter } from '../kysely/adapter'
import type { Schema } from '../kysely/schema'
import { auditLock, insertAudit } from './audit-rows'
import { connectionSettings } from './connection-settings'
import { GRACE_MS, postgresDialects } from './postgres-dialects'
import { PostgresFailure } from './postgres-failure'
import type { PostgresSettings } from './postgres-options'
import { createPostgresSignal } from './postgres-signal'

/** PostgreSQL, as the store's queries meet it. */
export function postgresAdapter(settings: PostgresSettings): KyselyAdapter {
  const { schema } = settings
  return {
    name: 'PostgreSQL',
    schema,
    ...postgresDialects(settings),
    columns: {
      sequence: 'bigserial',
      sequenceNeedsAutoIncrement: false,
      instant: 'bigint',
      blob: 'bytea'
    },
    beginsExclusive: false,
    takesAhead: true,
    lockRows: (query) => query.forUpdate().skipLocked(),
    lockAudit: auditLock(schema),
    insertAudit,
    afterMigration: (db) => gatherStatistics(db, schema),
    classify,
    isOutcomeUnknown: (error) =>
      error instanceof PostgresFailure && error.isOutcomeUnknown,
    mayRepeat: (error) => error instanceof PostgresFailure && error.mayRepeat,
    ...signalling(settings)
  }
}

function signalling(
  settings: PostgresSettings
): Pick<KyselyAdapter, 'createSignal'> {
  if (!settings.listen) return {}
  return {
    createSignal: (onWork) =>
      createPostgresSignal(
        async () => ({
          ...(await connectionSettings(settings)),
          query_timeout: GRACE_MS
        }),
        settings.schema,
        onWork
      )
  }
}

/**
 * Without statistics PostgreSQL takes a backlog for a handful of rows, and goes through all of it again and again. It
 * gathers them by itself, but some time after many rows came at once. A role that may not is passed over with a warning.
 */
async function gatherStatistics(
  db: Kysely<Schema>,
  schema: string
): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = ${schema}::regnamespace and relkind = 'r'
      and reltuples < 0 and pg_relation_size(oid) > 0`.execute(db)
  for (const { name } of rows)
    await sql`analyze ${sql.table(`${schema}.${name}`)}`.execute(db)
}

function classify(error: unknown): Fault {
  return error instanceof PostgresFailure ? error.fault : 'other'
}
