import { createRequire } from 'node:module'
import * as path from 'node:path'
import type { Store, StoreDependencies } from 'opencrvs-national-id'

/** Seals what is personal. */
export type Cipher = StoreDependencies['cipher']

/** A value of a column. */
export type Cell = string | number | Buffer | null

/** A row of the delivery table, by column. */
export type Row = Readonly<Record<string, Cell>>

/** A delivery as the store takes it. */
export type NewDelivery = Parameters<Store['insert']>[0]

type Internals = {
  createCipher: (encryption: string) => Promise<Cipher>
  toRow: (cipher: Cipher, delivery: NewDelivery) => Row
}

/**
 * What the package uses itself to seal and to make rows, so that a million of them are the same as if they had come
 * one by one. It is not exported; the bench measures the build beside it.
 */
export function internals(): Internals {
  const load = createRequire(__filename)
  const dist = path.dirname(load.resolve('opencrvs-national-id'))
  const part = (file: string): unknown => load(path.join(dist, file))
  // The types are those of the sources that these files are built from.
  const { createCipher } = part('internal/encryption.js') as Internals
  const { toRow } = part('store/kysely/delivery-row.js') as Internals
  return { createCipher, toRow }
}
