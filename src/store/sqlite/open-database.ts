import { accessSync, closeSync, constants, openSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import Database from 'better-sqlite3'
import type { SqliteDatabase, SqliteStatement } from 'kysely'
import { StoreError } from '../../domain/errors'

/** More different statements than the store has; beyond that, they are prepared afresh. */
const KEPT_STATEMENTS = 200
const MEMORY = ':memory:'

/**
 * Opens the database file, making it with access for its owner alone (0600) if there is none.
 *
 * @param busyTimeoutMs how long to wait for another writer
 * @param access `alone` keeps every other process out until it is closed, and fails as busy where one has it open
 * @throws StoreError `ERR_STORE_FOLDER` when the folder is not there or cannot be written
 */
export function openDatabase(
  path: string,
  busyTimeoutMs: number,
  access: 'shared' | 'alone' = 'shared'
): SqliteDatabase {
  if (path !== MEMORY) makeFile(path)
  const database = new Database(path, { timeout: busyTimeoutMs })
  try {
    // Said before the file is first looked at, it counts for opening too.
    if (access === 'alone') database.pragma('locking_mode = EXCLUSIVE')
    // Readers and the writer do not hold each other up.
    database.pragma('journal_mode = WAL')
    // A commit is on disk before it is reported, power cut or not.
    database.pragma('synchronous = FULL')
    database.pragma('foreign_keys = ON')
    // What is erased is overwritten, not just forgotten.
    database.pragma('secure_delete = ON')
    database.pragma('cache_size = -16000')
    // Four times what is usual: a page that many commits change is copied into the database file once for all of them.
    database.pragma('wal_autocheckpoint = 4000')
    // The log shrinks again after a burst, and old pages go with it.
    database.pragma('journal_size_limit = 16777216')
  } catch (error) {
    database.close()
    throw error
  }
  return keepStatements(database)
}

function makeFile(path: string): void {
  const folder = dirname(resolve(path))
  try {
    if (!statSync(folder).isDirectory()) throw new Error('not a folder')
    accessSync(folder, constants.W_OK | constants.X_OK)
    // Opened for appending, so a file that is there stays as it is.
    closeSync(openSync(path, 'a', 0o600))
  } catch (cause) {
    throw new StoreError(
      `The SQLite store cannot be opened: make the folder ${folder} and let this process write to it, and to the file in it. SQLite keeps further files beside it.`,
      { code: 'ERR_STORE_FOLDER', cause }
    )
  }
}

/** Preparing a statement takes longer than running most of ours, so each is prepared once. */
function keepStatements(database: Database.Database): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>()
  return {
    close() {
      kept.clear()
      database.close()
    },
    prepare(statement) {
      const known = kept.get(statement)
      if (known !== undefined) return known
      const prepared: SqliteStatement = database.prepare(statement)
      if (kept.size < KEPT_STATEMENTS) kept.set(statement, prepared)
      return prepared
    }
  }
}
