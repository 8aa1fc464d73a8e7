import type { AuditVerdict } from '../../domain/audit'
import type { Cipher } from '../../internal/encryption'
import type { KyselyAdapter } from './adapter'
import { verifyAuditChain } from './audit-chain'
import { withTables } from './tables'

/** What going through the trail has shown, and whether the entry that was noted before is in it. */
export type StoreVerdict = AuditVerdict & { hasNoted: boolean }

/**
 * Verifies the audit trail of a store that no server need run on, and changes nothing.
 *
 * @param noted the head that an earlier run has given; left out, nothing is looked for
 * @throws StoreError `ERR_STORE_EMPTY` when there are no tables
 */
export function verifyStore(
  adapter: KyselyAdapter,
  cipher: Cipher,
  noted?: string
): Promise<StoreVerdict> {
  return withTables(adapter, 'refused', async ({ db }) => {
    const verdict = await verifyAuditChain(db, cipher)
    if (noted === undefined) return { ...verdict, hasNoted: true }
    const entry = await db
      .selectFrom('national_id_audit')
      .select('sequence')
      .where('hash', '=', noted)
      .executeTakeFirst()
    return { ...verdict, hasNoted: entry !== undefined }
  })
}
