import { StoreError } from '../../domain/errors'
import type { Unit } from './unit'

const PROOF = 'opencrvs-national-id'

/**
 * Makes sure, before any work is done, that the keys are those which the store was written with: each key seals a
 * known text when it is first used. A key that is not in the ring (any more) is passed over.
 *
 * @throws StoreError `ERR_KEY_WRONG` when a key of that id opens it no longer
 */
export async function proveKeys({ transaction, cipher }: Unit): Promise<void> {
  const rows = await transaction
    .selectFrom('national_id_key')
    .selectAll()
    .execute()
  for (const row of rows) {
    try {
      cipher.open(row.sealed_proof, `key/${row.key_id}`)
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      if (error.code === 'ERR_KEY_MISSING') continue
      throw new StoreError(
        `The encryption key ${row.key_id} is not the one that this store was written with. Give secrets.encryption the former secret; a new one needs a new key id.`,
        { code: 'ERR_KEY_WRONG', cause: error }
      )
    }
  }
  const keyId = cipher.currentKeyId
  await transaction
    .insertInto('national_id_key')
    .values({ key_id: keyId, sealed_proof: cipher.seal(PROOF, `key/${keyId}`) })
    .onConflict((conflict) => conflict.column('key_id').doNothing())
    .execute()
}
