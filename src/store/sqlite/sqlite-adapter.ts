import {
  CompiledQuery,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type SqliteDatabase
} from 'kysely'
import type { Fault, KyselyAdapter } from '../kysely/adapter'

/**
 * SQLite, as the store's queries meet it.
 *
 * @param open opens the file; called by `Store.open`
 */
export function sqliteAdapter(open: () => SqliteDatabase): KyselyAdapter {
  return {
    name: 'SQLite',
    createDialect: () => createDialect(open()),
    columns: {
      sequence: 'integer',
      sequenceNeedsAutoIncrement: true,
      instant: 'integer',
      blob: 'blob'
    },
    beginsExclusive: true,
    takesAhead: false,
    lockRows: (query) => query,
    lockAudit: () => Promise.resolve(),
    classify
  }
}

function createDialect(database: SqliteDatabase): Dialect {
  return {
    createAdapter: () => new TransactionalAdapter(),
    createDriver: () => new ImmediateDriver({ database }),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler()
  }
}

/**
 * SQLite makes tables within a transaction, though Kysely does not count on it: a migration is then done whole or not
 * at all, and by one process.
 */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/**
 * Takes SQLite's one write lock at the beginning of a transaction. Taken only with the first write, it would fail when
 * another process has written since the transaction's first read, and no waiting helps then.
 */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(
    connection: DatabaseConnection
  ): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  /** Some faults, a full disk among them, have rolled back already; the fault is what the caller must see. */
  override async rollbackTransaction(
    connection: DatabaseConnection
  ): Promise<void> {
    try {
      await super.rollbackTransaction(connection)
    } catch (error) {
      if (!isNoTransaction(error)) throw error
    }
  }
}

/** SQLite tells this by words alone; its code is that of any mistake. */
function isNoTransaction(error: unknown): boolean {
  return textOf(error, 'message').includes('no transaction is active')
}

/** SQLite's result codes by their beginning; the extended ones go on after it. */
const FAULTS: ReadonlyArray<readonly [code: string, fault: Fault]> = [
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_READONLY', 'readOnly'],
  ['SQLITE_CANTOPEN', 'readOnly'],
  ['SQLITE_PERM', 'readOnly'],
  ['SQLITE_IOERR', 'disk'],
  ['SQLITE_CORRUPT', 'corrupt'],
  ['SQLITE_NOTADB', 'corrupt']
]

function classify(error: unknown): Fault {
  const code = textOf(error, 'code')
  return FAULTS.find(([start]) => code.startsWith(start))?.[1] ?? 'other'
}

/**
 * The driver's errors are known by what they say, not by their class: a native module that is loaded once for several
 * contexts (worker threads, test runners) throws errors of the first one's classes.
 */
function textOf(error: unknown, key: 'code' | 'message'): string {
  if (typeof error !== 'object' || error === null || !(key in error)) return ''
  const value: unknown = Reflect.get(error, key)
  return typeof value === 'string' ? value : ''
}
