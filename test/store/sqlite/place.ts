import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { sqlite } from '../../../src/store/sqlite'
import type { Place } from '../contract'

export type FilePlace = Place & { path: string }

/** An empty folder for one SQLite file. */
export function filePlace(): FilePlace {
  const folder = mkdtempSync(join(tmpdir(), 'national-id-'))
  const path = join(folder, 'store.db')
  function withDatabase<T>(work: (database: Database.Database) => T): T {
    const database = new Database(path)
    try {
      return work(database)
    } finally {
      database.close()
    }
  }
  return {
    path,
    create: (dependencies) => sqlite({ path }).create(dependencies),
    execute(statement) {
      withDatabase((database) => database.exec(statement))
    },
    query: (statement) =>
      withDatabase((database) =>
        database.prepare<[], Record<string, unknown>>(statement).all()
      ),
    bytes: () =>
      Buffer.concat(
        ['', '-wal', '-shm', '-journal']
          .map((ending) => `${path}${ending}`)
          .filter((file) => existsSync(file))
          .map((file) => readFileSync(file))
      ),
    remove() {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
