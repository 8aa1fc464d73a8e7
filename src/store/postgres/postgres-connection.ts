import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import type { PoolClient } from 'pg'
import { PostgresFailure, toPostgresFailure } from './postgres-failure'
import type { StatementNames } from './statement-names'

/** One connection while it is in use. */
export class PostgresConnection implements DatabaseConnection {
  readonly #client: PoolClient
  readonly #names: StatementNames | undefined
  #isLost = false

  /** @param names of prepared statements; undefined where a pooler gives each transaction another session */
  constructor(client: PoolClient, names: StatementNames | undefined) {
    this.#client = client
    this.#names = names
  }

  /** Nothing can be asked any more. */
  get isLost(): boolean {
    return this.#isLost
  }

  /** @throws PostgresFailure */
  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const name = this.#names?.nameOf(query.sql)
    try {
      const { command, rowCount, rows } = await this.#client.query<
        // Its rows are objects, whatever their columns.
        Row & Record<string, unknown>
      >({
        text: query.sql,
        values: query.parameters.map(storable),
        ...(name === undefined ? {} : { name })
      })
      return {
        rows,
        ...(CHANGING.has(command)
          ? { numAffectedRows: BigInt(rowCount ?? 0) }
          : {})
      }
    } catch (thrown) {
      throw this.#noted(thrown)
    }
  }

  /**
   * Several statements without values, in one message.
   * @throws PostgresFailure
   */
  async executeAll(statements: string): Promise<void> {
    try {
      await this.#client.query(statements)
    } catch (thrown) {
      throw this.#noted(thrown)
    }
  }

  // eslint-disable-next-line require-yield -- the type asks for a generator
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    await Promise.resolve()
    throw new PostgresFailure('results are read in pages', { fault: 'other' })
  }

  /** Gives it back; a connection that is lost is closed. */
  release(): void {
    this.#client.release(this.#isLost)
  }

  #noted(thrown: unknown): PostgresFailure {
    const failure = toPostgresFailure(thrown)
    if (failure.isConnectionLost) this.#isLost = true
    return failure
  }
}

const CHANGING: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE'])

/** PostgreSQL's text takes every character but one, which nothing that is meant has in it. */
function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0')
    ? value.replaceAll('\0', '\u{FFFD}')
    : value
}
