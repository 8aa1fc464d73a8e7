import { newId } from '../../../src/internal/ids'
import { postgres, type PostgresOptions } from '../../../src/store/postgres'
import type { PostgresServer } from '../../postgres/server'
import type { Place } from '../contract'

export type SchemaPlace = Place & { schema: string; options: PostgresOptions }

/** An empty schema on a test's server. */
export function schemaPlace(
  server: PostgresServer,
  changes: Partial<PostgresOptions> = {}
): SchemaPlace {
  const schema = `t_${newId().replaceAll('-', '')}`
  const options = { url: server.url, schema, poolSize: 3, ...changes }
  const inSchema = `set search_path to ${schema};`

  function rows(statement: string): Array<Record<string, unknown>> {
    const all = `select coalesce(json_agg(t), '[]') from (${statement}) t`
    const read: Array<Record<string, unknown>> = JSON.parse(
      server.psql(`${inSchema} ${all}`)
    )
    return read.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([key, value]) => [key, readValue(value)])
      )
    )
  }

  return {
    schema,
    options,
    create: (dependencies) => postgres(options).create(dependencies),
    execute(statement) {
      server.psql(`${inSchema} ${statement}`)
    },
    query: rows,
    bytes() {
      const tables = rows(
        `select tablename from pg_tables where schemaname = '${schema}'`
      ).map(({ tablename }) => String(tablename))
      const values = tables.flatMap((table) => [
        table,
        ...rows(`select * from ${table}`).flatMap((row) => Object.values(row))
      ])
      return Buffer.concat(
        values.map((value) =>
          Buffer.isBuffer(value) ? value : Buffer.from(String(value))
        )
      )
    },
    remove() {
      // A server of our own goes with all that is in it.
      if (server.data !== undefined) return
      server.psql(`drop schema if exists ${schema} cascade`)
    }
  }
}

/** JSON has bytes as text. */
function readValue(value: unknown): unknown {
  return typeof value === 'string' && value.startsWith('\\x')
    ? Buffer.from(value.slice(2), 'hex')
    : value
}
