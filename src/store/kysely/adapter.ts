import type {
  ColumnDataType,
  Dialect,
  SelectQueryBuilder,
  Transaction
} from 'kysely'
import type { Schema } from './schema'

/** What a database's error means to us. */
export type Fault =
  | 'busy'
  | 'full'
  | 'readOnly'
  | 'disk'
  | 'corrupt'
  /** Anything else: a bug, a lost connection, a row that breaks a constraint. */
  | 'other'

/**
 * Everything in which one database differs from another. A further database is one more of these; the queries stay.
 *
 * The queries expect: transactions that other writers cannot slip into (see `beginsExclusive`), `RETURNING`,
 * `ON CONFLICT DO NOTHING`, partial indices, blobs as `Buffer` and integers up to 2^53 as `number`.
 */
export type KyselyAdapter = {
  /** For error messages: `SQLite`. */
  readonly name: string
  /** Opens it. @throws StoreError when that fails for a reason that can be told. */
  createDialect(): Dialect
  /** Column types. */
  readonly columns: {
    /** A number that the database gives to each row, growing. */
    sequence: ColumnDataType
    /** True when `sequence` counts only if the column says so; false when the type does it (`bigserial`). */
    sequenceNeedsAutoIncrement: boolean
    /** Milliseconds since 1970. */
    instant: ColumnDataType
    blob: ColumnDataType
  }
  /** True when a transaction keeps out all other writers from its beginning, so that no row has to be locked. */
  readonly beginsExclusive: boolean
  /** Locks the rows of a query and passes over those that are locked. Never called with `beginsExclusive`. */
  lockRows<Output>(
    query: SelectQueryBuilder<Schema, 'national_id_delivery', Output>
  ): SelectQueryBuilder<Schema, 'national_id_delivery', Output>
  /** Holds up other appenders to the audit trail until the transaction ends. Never called with `beginsExclusive`. */
  lockAudit(transaction: Transaction<Schema>): Promise<void>
  classify(error: unknown): Fault
}
