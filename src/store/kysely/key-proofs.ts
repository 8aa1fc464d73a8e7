import { StoreError } from '../../domain/errors'
import { refuseWithout } from './missing-keys'
import type { Unit } from './unit'

const PROOF = 'opencrvs-national-id'

/**
 * Makes sure, before any work is done, that the keys are those which the store was written with: each key seals a
 * known text when it is first used. A key that is not in the ring any more is passed over where nothing needs it.
 *
 * @throws StoreError `ERR_KEY_WRONG` when a key of that id opens it no longer, `ERR_KEY_MISSING` when what is still to be
 * used needs a key that is not here
 */
export async function proveKeys(
  unit: Pick<Unit, 'transaction' | 'cipher' | 'clock'>
): Promise<void> {
  const { transaction, cipher } = unit
  const rows = await transaction
    .selectFrom('national_id_key')
    .selectAll()
    .execute()
  for (const row of rows) {
    try {
      cipher.open(row.sealed_proof, `key/${row.key_id}`)
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      if (error.code === 'ERR_KEY_MISSING') {
        await refuseWithout(row.key_id, unit)
        continue
      }
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
