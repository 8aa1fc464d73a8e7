import type { Driver } from 'kysely'
import { Pool, type PoolConfig } from 'pg'
import { PostgresConnection } from './postgres-connection'
import {
  duringCommit,
  PostgresFailure,
  toPostgresFailure
} from './postgres-failure'
import type { StatementNames } from './statement-names'

/** What the driver needs to know. */
export type DriverOptions = {
  /** Read when the first connection is needed. */
  config: () => Promise<PoolConfig>
  /** Names of prepared statements; undefined where a pooler gives each transaction another session. */
  names: StatementNames | undefined
  /** What each transaction begins with, `begin` included. */
  begin: string
}

/**
 * Connections of one purpose. Kysely's own driver does not serve: a connection that is lost has to leave the pool, a
 * failure must not carry the server's text, and what begins a transaction is sent as one message.
 */
export class PostgresDriver implements Driver {
  readonly #options: DriverOptions
  #pool: Pool | undefined

  constructor(options: DriverOptions) {
    this.#options = options
  }

  async init(): Promise<void> {
    const pool = new Pool({
      types: { getTypeParser },
      ...(await this.#options.config())
    })
    // A connection that ends while nobody uses it is simply gone; the next one is made when it is needed.
    pool.on('error', () => undefined)
    // While it is used, its user sees the failure.
    pool.on('connect', (client) => client.on('error', () => undefined))
    this.#pool = pool
  }

  /** @throws PostgresFailure */
  async acquireConnection(): Promise<PostgresConnection> {
    if (this.#pool === undefined)
      throw new PostgresFailure('the store was closed', { fault: 'lost' })
    try {
      return new PostgresConnection(
        await this.#pool.connect(),
        this.#options.names
      )
    } catch (thrown) {
      throw toPostgresFailure(thrown)
    }
  }

  async beginTransaction(connection: PostgresConnection): Promise<void> {
    await connection.executeAll(this.#options.begin)
  }

  async commitTransaction(connection: PostgresConnection): Promise<void> {
    try {
      await connection.executeAll('commit')
    } catch (thrown) {
      throw duringCommit(toPostgresFailure(thrown))
    }
  }

  /** What made it necessary is what the caller must see. */
  async rollbackTransaction(connection: PostgresConnection): Promise<void> {
    if (connection.isLost) return
    try {
      await connection.executeAll('rollback')
    } catch {
      // A connection on which that fails is noted as lost, and its transaction ends with it.
    }
  }

  releaseConnection(connection: PostgresConnection): Promise<void> {
    connection.release()
    return Promise.resolve()
  }

  async destroy(): Promise<void> {
    const pool = this.#pool
    this.#pool = undefined
    await pool?.end()
  }
}

/** OIDs of PostgreSQL's types, from its catalogue `pg_type`. */
const INT8 = 20
const BYTEA = 17

/** Our integers fit a number (adapter.ts); blobs come as `Buffer`; the rest is text and small numbers. */
function getTypeParser(oid: number): (text: string) => unknown {
  if (oid === BYTEA) return (text) => Buffer.from(text.slice(2), 'hex')
  return NUMBERS.has(oid) ? Number : (PARSERS.get(oid) ?? ((text) => text))
}

/** int8, int2, int4, and oid */
const NUMBERS: ReadonlySet<number> = new Set([INT8, 21, 23, 26])

/** bool */
const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map([
  [16, (text: string) => text === 't']
])
