import type {
  ColumnDataType,
  Dialect,
  Insertable,
  Kysely,
  SelectQueryBuilder,
  Transaction
} from 'kysely'
import type { AuditTable, Schema } from './schema'
import type { WorkSignal, WorkTowards } from './work-signal'

/** What a database's error means to us. */
export type Fault =
  | 'busy'
  | 'full'
  | 'readOnly'
  | 'disk'
  | 'corrupt'
  /** There is no connection (any more): the server is down, restarts, or cannot be reached. */
  | 'lost'
  /** The server takes no more connections. */
  | 'crowded'
  /** Who we are, or what we may do there, is not enough. */
  | 'denied'
  /** Anything else: a bug, a row that breaks a constraint. */
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
  /** Further connections, where reads need not wait for writes. Absent: what writes reads too. */
  createReadingDialect?(): Dialect
  /** A connection for migrations alone, which may take long. Absent: what writes migrates too. */
  createMigratingDialect?(): Dialect
  /** The schema that the tables stand in, where a database has such a thing. */
  readonly schema?: string
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
  /** True when a connection takes the next statement before it has answered the last. */
  readonly takesAhead: boolean
  /** Locks the rows of a query and passes over those that are locked. Never called with `beginsExclusive`. */
  lockRows<Output>(
    query: SelectQueryBuilder<Schema, 'national_id_delivery', Output>
  ): SelectQueryBuilder<Schema, 'national_id_delivery', Output>
  /** Holds up other appenders to the audit trail until the transaction ends. Never called with `beginsExclusive`. */
  lockAudit(transaction: Transaction<Schema>): Promise<void>
  /** Writes many entries of the audit trail by one statement. Absent: each has its own. */
  insertAudit?(
    db: Kysely<Schema>,
    rows: ReadonlyArray<Insertable<AuditTable>>
  ): Promise<void>
  classify(error: unknown): Fault
  /** Whether it may have been written all the same: the connection was lost during a commit. Absent: never. */
  isOutcomeUnknown?(error: unknown): boolean
  /** Whether an error left nothing behind and the same may be tried again at once. Absent: never. */
  mayRepeat?(error: unknown): boolean
  /** What helps the database after the tables were brought up to date, or filled at once. Absent: nothing does. */
  afterMigration?(db: Kysely<Schema>): Promise<void>
  /** How processes tell each other of new work. Absent: they do not. */
  createSignal?(onWork: (towards: WorkTowards) => void): WorkSignal
}
