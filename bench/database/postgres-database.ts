import { Client } from 'pg'
import {
  EMPTIED,
  WITHOUT_INDICES,
  type BenchDatabase,
  type DatabaseMaker
} from './database'
import type { Cell } from './internals'
import { openOnce } from './open-once'
import type { Prepared } from './prepared-ids'
import type { RowMaker } from './rows'

/** Rows of one statement. */
const AT_ONCE = 2_000

/**
 * Makes databases on a server.
 *
 * @param serverUrl of a role that may create databases
 */
export function postgresAt(serverUrl: string): DatabaseMaker {
  return async (name, rows) => {
    const database = `national_id_bench_${name}`
    const url = new URL(serverUrl)
    url.pathname = `/${database}`
    const order = { kind: 'postgres', url: url.href } as const
    await onServer(serverUrl, [
      `drop database if exists ${database} with (force)`,
      `create database ${database}`
    ])
    await openOnce(order)
    // What was added first, and stays.
    let kept = 0
    const made: BenchDatabase = {
      order,
      async add(prepared) {
        const last = await connected(order.url, (client) =>
          addRows(client, rows, prepared)
        )
        if (prepared.as === 'waiting') kept = last
      },
      reset: () => connected(order.url, (client) => removeAfter(client, kept)),
      remove: () =>
        onServer(serverUrl, [
          `drop database if exists ${database} with (force)`
        ])
    }
    return made
  }
}

async function onServer(url: string, statements: string[]): Promise<void> {
  await connected(url, async (client) => {
    for (const statement of statements) await client.query(statement)
  })
}

/** @returns the sequence number of the last row */
async function addRows(
  client: Client,
  makeRow: RowMaker,
  prepared: Prepared
): Promise<number> {
  const isMany = prepared.count >= WITHOUT_INDICES
  await client.query('set synchronous_commit = off')
  await client.query("set maintenance_work_mem = '256MB'")
  const restore = isMany ? await dropIndices(client) : async () => undefined
  const columns = Object.keys(makeRow(prepared, 0))
  const insert = await insertion(client, columns)
  await client.query('begin')
  for (let from = 0; from < prepared.count; from += AT_ONCE) {
    const length = Math.min(AT_ONCE, prepared.count - from)
    const rows = Array.from({ length }, (_, index) =>
      makeRow(prepared, from + index)
    )
    await client.query(
      insert,
      columns.map((column) => rows.map((row): Cell => row[column] ?? null))
    )
  }
  await client.query('commit')
  await restore()
  if (isMany) await client.query('vacuum analyze')
  await client.query('checkpoint')
  const { rows } = await client.query<{ last: string }>(
    'select max(sequence) as last from national_id_delivery'
  )
  return Number(rows[0]?.last)
}

/** A statement that takes one array for each column. */
async function insertion(
  client: Client,
  columns: readonly string[]
): Promise<string> {
  const { rows } = await client.query<{ column: string; type: string }>(
    "select attname as column, format_type(atttypid, null) as type from pg_attribute where attrelid = 'national_id_delivery'::regclass and attnum > 0"
  )
  const types = new Map(rows.map(({ column, type }) => [column, type]))
  const arrays = columns.map(
    (column, index) => `$${index + 1}::${types.get(column) ?? 'text'}[]`
  )
  return `insert into national_id_delivery (${columns.join(', ')}) select * from unnest(${arrays.join(', ')})`
}

/** @returns what makes them again */
async function dropIndices(client: Client): Promise<() => Promise<void>> {
  // Those of constraints stay.
  const { rows } = await client.query<{ name: string; sql: string }>(
    "select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as sql from pg_index where indrelid = 'national_id_delivery'::regclass and not exists (select from pg_constraint where conindid = indexrelid)"
  )
  for (const { name } of rows) await client.query(`drop index ${name}`)
  return async () => {
    for (const { sql } of rows) await client.query(sql)
  }
}

async function removeAfter(client: Client, sequence: number): Promise<void> {
  if (sequence === 0) {
    await client.query(
      `truncate national_id_delivery, ${EMPTIED.join(', ')} restart identity`
    )
  } else {
    await client.query('delete from national_id_delivery where sequence > $1', [
      sequence
    ])
    await client.query(`truncate ${EMPTIED.join(', ')}`)
  }
  // The next measurement must not meet the writing of this one.
  await client.query('checkpoint')
}

/** The tables may be in a schema of their own. */
async function connected<Result>(
  url: string,
  work: (client: Client) => Promise<Result>
): Promise<Result> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ schema: string }>(
      "select table_schema as schema from information_schema.tables where table_name = 'national_id_delivery'"
    )
    const schema = rows[0]?.schema
    if (schema !== undefined)
      await client.query("select set_config('search_path', $1, false)", [
        schema
      ])
    return await work(client)
  } finally {
    await client.end()
  }
}
