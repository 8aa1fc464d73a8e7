import { StoreError } from '../../domain/errors'
import { sealedKeyId } from '../../internal/sealed-text'
import type { StoreDependencies } from '../store'
import type { KyselyAdapter } from './adapter'
import { formerKeys, type FormerKey } from './former-keys'
import { proveKeys } from './key-proofs'
import { repeating, transact } from './kysely-store'
import {
  SEALED_PLACES,
  type SealedPlace,
  type SealedValue
} from './sealed-places'
import { withTables, type Tables } from './tables'
import type { Unit } from './unit'

/** Rows of one transaction: a server on the same database waits for no longer than that takes. */
const BATCH = 100

/** A server that has not got the new key yet goes on writing with the old one; it is not waited for. */
const PASSES = 5

/** What sealing everything anew came to. */
export type RewrapReport = {
  keyId: string
  /** Values that are sealed with the current key now and were not before. */
  rewrapped: number
  /** Whether others kept coming: a server still writes with another key. */
  isIncomplete: boolean
  /** Ids of deliveries with values that cannot be opened: damaged. They stay as they are. */
  unreadable: string[]
  former: FormerKey[]
}

/**
 * Seals everything that is sealed with another key anew with the current one, while a server may be running: a value
 * that it changes meanwhile stays as the server wrote it.
 *
 * @param servers `stopped` allows a key that no server was ever started with: one that runs could not open it
 * @param onProgress told of how many values have been sealed anew, now and then
 * @throws StoreError `ERR_KEY_MISSING` when something needs a key that is not in the ring, `ERR_KEY_NEW` when no server
 * knows the current key; then nothing was changed
 */
export function rewrapStore(
  adapter: KyselyAdapter,
  dependencies: StoreDependencies,
  servers: 'running' | 'stopped',
  onProgress: (rewrapped: number) => void
): Promise<RewrapReport> {
  return withTables(adapter, 'refused', async (tables) => {
    const run: Run = (work) => inTransaction(tables, dependencies, work)
    const keyId = dependencies.cipher.currentKeyId
    if (servers === 'running') await requireKnownKey(tables, keyId)
    await run(proveKeys)
    const total: Total = { rewrapped: 0, unreadable: new Set() }
    let isIncomplete = true
    for (let pass = 0; pass < PASSES && isIncomplete; pass += 1) {
      const found = await rewrapOnce(tables, dependencies, run, total, () => {
        onProgress(total.rewrapped)
      })
      isIncomplete = found > 0
    }
    if (total.rewrapped > 0)
      await run((unit) => note(unit, { key: keyId, values: total.rewrapped }))
    return {
      keyId,
      rewrapped: total.rewrapped,
      isIncomplete,
      unreadable: [...total.unreadable],
      former: await formerKeys(tables, keyId)
    }
  })
}

async function requireKnownKey({ db }: Tables, keyId: string): Promise<void> {
  const known = await db
    .selectFrom('national_id_key')
    .select('key_id')
    .where('key_id', '=', keyId)
    .executeTakeFirst()
  if (known !== undefined) return
  throw new StoreError(
    `No server has been started with the encryption key ${keyId} as current, so none could open what is sealed with it. Nothing was changed. Give all servers the new key beside the old one first, or stop them and say so with --servers-stopped.`,
    { code: 'ERR_KEY_NEW' }
  )
}

async function inTransaction<T>(
  { adapter, db }: Tables,
  dependencies: StoreDependencies,
  work: (unit: Unit) => Promise<T>
): Promise<T> {
  const results: T[] = []
  await repeating(adapter, () =>
    transact(db, adapter, dependencies, async (unit) => {
      results.push(await work(unit))
    })
  )
  // There is one at least, or it had thrown; the last is that of the transaction which was kept.
  return results[results.length - 1] as T
}

function note(
  { appendAudit, clock }: Unit,
  details: { key: string; values: number }
): Promise<void> {
  const kind = 'store.rewrapped'
  return appendAudit([{ kind, at: clock.now(), actor: 'command', details }])
}

type Run = <T>(work: (unit: Unit) => Promise<T>) => Promise<T>
type Total = { rewrapped: number; unreadable: Set<string> }

/** One pass over everything. Gives how many values it found under another key and could open. */
async function rewrapOnce(
  tables: Tables,
  dependencies: StoreDependencies,
  run: Run,
  total: Total,
  onProgress: () => void
): Promise<number> {
  let found = 0
  for (const place of SEALED_PLACES) {
    for await (const values of pages(tables, place)) {
      const fresh = values.flatMap((value) => seal(dependencies, value, total))
      if (fresh.length === 0) continue
      found += fresh.length
      total.rewrapped += await run((unit) => replaceAll(unit, fresh))
      onProgress()
    }
  }
  return found
}

async function replaceAll(
  { transaction }: Unit,
  fresh: ReadonlyArray<[SealedValue, Buffer]>
): Promise<number> {
  let changed = 0n
  for (const [value, sealed] of fresh)
    changed += await value.replace(transaction, sealed)
  return Number(changed)
}

async function* pages(
  { db }: Tables,
  place: SealedPlace
): AsyncGenerator<SealedValue[]> {
  let after: string | undefined
  do {
    const { values, last } = await place.page(db, after, BATCH)
    yield values
    after = last
  } while (after !== undefined)
}

/** The value under the current key; nothing where it stands there already or cannot be opened. */
function seal(
  { cipher }: StoreDependencies,
  { context, deliveryId, ...value }: SealedValue,
  { unreadable }: Total
): Array<[SealedValue, Buffer]> {
  const { sealed } = value
  if (sealedKeyId(sealed) === cipher.currentKeyId) return []
  try {
    const fresh = cipher.seal(cipher.open(sealed, context), context)
    return [[{ context, ...value }, fresh]]
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'ERR_SEAL_BROKEN')
      throw error
    unreadable.add(deliveryId ?? 'a sign-in or kept proof')
    return []
  }
}
