import { mkdtempSync, rmSync } from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import type { BenchDatabase, DatabaseMaker } from '../database/database'
import { postgresAt } from '../database/postgres-database'
import {
  startPrivatePostgres,
  type PrivatePostgres
} from '../database/private-postgres'
import { createRowMaker } from '../database/rows'
import { sqliteIn } from '../database/sqlite-database'
import type { BenchKeys } from '../keys'

/** Stores that deliveries can be kept in. */
export const STORES = ['sqlite', 'postgres'] as const

export type MeasuredStore = (typeof STORES)[number]

/** The databases of a run of the bench: made when first needed, one for each store and backlog. */
export type Databases = {
  /** Those that can be measured here, of those that were asked for. */
  stores: readonly MeasuredStore[]
  of(store: MeasuredStore, backlog: number): Promise<BenchDatabase>
  remove(): Promise<void>
}

/** @param postgresUrl a server to use instead of a private one; its role may create databases */
export async function createDatabases(
  asked: readonly MeasuredStore[],
  keys: BenchKeys,
  postgresUrl?: string
): Promise<Databases> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'national-id-bench-'))
  const made = new Map<string, Promise<BenchDatabase>>()
  const { makers, server } = await makersFor(asked, folder, postgresUrl)
  const rows = await createRowMaker(keys.auth.privateKey)

  async function make(
    store: MeasuredStore,
    backlog: number
  ): Promise<BenchDatabase> {
    const maker = makers.get(store)
    if (maker === undefined) throw new Error(`${store} cannot be measured`)
    const database = await maker(`${store}_${backlog}`, rows)
    if (backlog === 0) return database
    const began = performance.now()
    await database.add({ seed: 'backlog', count: backlog, as: 'waiting' })
    const seconds = Math.round((performance.now() - began) / 1000)
    console.error(`${backlog} waiting rows in ${store}: made in ${seconds} s`)
    return database
  }

  return {
    stores: [...makers.keys()],
    of(store, backlog) {
      const key = `${store}_${backlog}`
      const found = made.get(key) ?? make(store, backlog)
      made.set(key, found)
      return found
    },
    async remove() {
      for (const each of await Promise.allSettled(made.values()))
        if (each.status === 'fulfilled') await each.value.remove()
      await server?.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

async function makersFor(
  asked: readonly MeasuredStore[],
  folder: string,
  postgresUrl: string | undefined
): Promise<{
  makers: Map<MeasuredStore, DatabaseMaker>
  server?: PrivatePostgres
}> {
  const makers = new Map<MeasuredStore, DatabaseMaker>()
  if (asked.includes('sqlite')) makers.set('sqlite', sqliteIn(folder))
  if (!asked.includes('postgres')) return { makers }
  if (postgresUrl !== undefined) {
    makers.set('postgres', postgresAt(postgresUrl))
    return { makers }
  }
  const server = await startPrivatePostgres()
  if (server === undefined) {
    console.error(
      'PostgreSQL is left out: it is not installed here. Install it, or give --postgres-url.'
    )
    return { makers }
  }
  makers.set('postgres', postgresAt(server.url))
  return { makers, server }
}
