import { mkdirSync, rmSync } from 'node:fs'
import * as path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { mountSmallDisk } from './small-disk'
import type { PlaceOrder, StoreFault, StorePlace } from './store-place'

/** More than a run of some thousand registrations needs. */
const DISK_MEGABYTES = 96

/** A SQLite file: on a small disk of its own where that can be mounted, else on this machine's. */
export function createSqlitePlace(order: PlaceOrder): StorePlace {
  const folder = path.join(order.folder, 'store')
  mkdirSync(folder)
  // Half of the seeds keep the file on a real disk.
  const disk = order.random.happens(0.5)
    ? mountSmallDisk(folder, DISK_MEGABYTES)
    : 'not wanted'
  if (disk === undefined)
    order.tell('SKIPPED: a full disk (mounting a tmpfs is not permitted here)')
  const file = path.join(folder, 'national-id.db')
  const onSmallDisk = typeof disk === 'object'
  return {
    kind: 'sqlite',
    options: { kind: 'sqlite', path: file, busyTimeoutMs: 300 },
    faults: onSmallDisk ? ['locked', 'full'] : ['locked'],
    async breakFor(fault: StoreFault, ms: number) {
      if (fault === 'full' && onSmallDisk) await disk.fillFor(ms)
      else await lockFor(file, ms)
    },
    stop: () => Promise.resolve(),
    async destroy() {
      if (onSmallDisk) disk.remove()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** Holds the write lock as a backup or a second process would. */
async function lockFor(file: string, ms: number): Promise<void> {
  const database = new Database(file, { timeout: 500 })
  try {
    database.exec('begin immediate')
    await sleep(ms)
    database.exec('rollback')
  } catch {
    // The file is not there yet, or somebody else holds it: then it is locked already.
  } finally {
    database.close()
  }
}
