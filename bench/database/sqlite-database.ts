import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs'
import * as path from 'node:path'
import Database from 'better-sqlite3'
import {
  EMPTIED,
  WITHOUT_INDICES,
  type BenchDatabase,
  type DatabaseMaker
} from './database'
import { openOnce } from './open-once'
import type { Prepared } from './prepared-ids'
import type { RowMaker } from './rows'

/** Makes SQLite databases in a folder. */
export function sqliteIn(folder: string): DatabaseMaker {
  return async (name, rows) => {
    const file = path.join(folder, `${name}.db`)
    const order = { kind: 'sqlite', path: file } as const
    await openOnce(order)
    // What was added first, and stays.
    let kept: number | undefined
    const database: BenchDatabase = {
      order,
      async add(prepared) {
        const last = addRows(file, rows, prepared)
        if (prepared.as === 'waiting') kept = last
      },
      async reset() {
        if (kept !== undefined) {
          removeAfter(file, kept)
          return
        }
        remove(file)
        await openOnce(order)
      },
      async remove() {
        remove(file)
      }
    }
    return database
  }
}

/** @returns the sequence number of the last row */
function addRows(file: string, makeRow: RowMaker, prepared: Prepared): number {
  return withFile(file, (db) => {
    // Nobody else has the file, and it is made durable once, at the end.
    db.pragma('synchronous = OFF')
    db.pragma('cache_size = -400000')
    const restore =
      prepared.count < WITHOUT_INDICES ? () => undefined : dropIndices(db)
    const columns = Object.keys(makeRow(prepared, 0))
    const insert = db.prepare(
      `insert into national_id_delivery (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`
    )
    db.transaction(() => {
      for (let index = 0; index < prepared.count; index += 1)
        insert.run(...Object.values(makeRow(prepared, index)))
    })()
    restore()
    const last: unknown = db
      .prepare('select max(sequence) from national_id_delivery')
      .pluck()
      .get()
    return Number(last)
  })
}

/** @returns what makes them again */
function dropIndices(db: Database.Database): () => void {
  const found = db
    .prepare(
      "select name, sql from sqlite_master where type = 'index' and tbl_name = 'national_id_delivery' and sql is not null"
    )
    // Both columns are text, and the second is not null.
    .all() as Array<{ name: string; sql: string }>
  for (const { name } of found) db.exec(`drop index ${name}`)
  return () => {
    for (const { sql } of found) db.exec(sql)
  }
}

function removeAfter(file: string, sequence: number): void {
  withFile(file, (db) => {
    db.pragma('synchronous = OFF')
    db.transaction(() => {
      db.prepare('delete from national_id_delivery where sequence > ?').run(
        sequence
      )
      for (const table of EMPTIED) db.exec(`delete from ${table}`)
    })()
  })
}

/** Does the work with the file, and leaves it on disk with an empty log. */
function withFile<Result>(
  file: string,
  work: (db: Database.Database) => Result
): Result {
  const db = new Database(file)
  try {
    return work(db)
  } finally {
    db.pragma('wal_checkpoint(TRUNCATE)')
    db.close()
    const handle = openSync(file, 'r+')
    fsyncSync(handle)
    closeSync(handle)
  }
}

function remove(file: string): void {
  for (const suffix of ['', '-wal', '-shm'])
    rmSync(`${file}${suffix}`, { force: true })
}
