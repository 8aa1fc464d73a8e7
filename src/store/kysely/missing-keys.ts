import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { StoreError } from '../../domain/errors'
import { sealedHeader } from '../../internal/sealed-text'
import type { SealedColumns } from './delivery-secrets'
import type { Unit } from './unit'

/** The sealed columns of a delivery. */
export const SEALED_COLUMNS = [
  'sealed_token',
  'sealed_work',
  'sealed_answer',
  'sealed_registration_number'
] as const satisfies ReadonlyArray<keyof SealedColumns>

/** Whether one of the columns was sealed with a key, told by how it begins. */
function isSealedWith(
  keyId: string,
  columns: readonly string[]
): RawBuilder<SqlBool> {
  const header = sealedHeader(keyId)
  const tests = columns.map(
    (column) =>
      sql`substr(${sql.ref(column)}, 1, ${sql.lit(header.length)}) = ${header}`
  )
  return sql<SqlBool>`(${sql.join(tests, sql` or `)})`
}

/**
 * Makes sure that nothing which is still to be used needs a key that is not in the ring. What is over may: nobody opens
 * it any more.
 *
 * @throws StoreError `ERR_KEY_MISSING`, naming the key and what needs it
 */
export async function refuseWithout(
  keyId: string,
  { transaction, clock }: Pick<Unit, 'transaction' | 'clock'>
): Promise<void> {
  const now = clock.now()
  const deliveries = await transaction
    .selectFrom('national_id_delivery')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('ended_at', 'is', null)
    .where(isSealedWith(keyId, SEALED_COLUMNS))
    .executeTakeFirstOrThrow()
  const tickets = await transaction
    .selectFrom('national_id_ticket')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('redeemed_at', 'is', null)
    .where('expires_at', '>', now)
    .where(isSealedWith(keyId, ['sealed_content']))
    .executeTakeFirstOrThrow()
  const proofs = await transaction
    .selectFrom('national_id_proof')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('expires_at', '>', now)
    .where(isSealedWith(keyId, ['sealed_content']))
    .executeTakeFirstOrThrow()
  const needing = [
    ...counted(deliveries.count, 'delivery', 'deliveries'),
    ...counted(tickets.count, 'sign-in', 'sign-ins'),
    ...counted(proofs.count, 'kept proof', 'kept proofs')
  ]
  if (needing.length === 0) return
  throw new StoreError(
    `The encryption key ${keyId} is missing, which is needed for ${needing.join(', ')}. Nothing was changed. Put the key back into secrets.encryption.keys; it can go once \`opencrvs-national-id store rewrap\` has run.`,
    { code: 'ERR_KEY_MISSING' }
  )
}

function counted(count: number, one: string, several: string): string[] {
  if (count === 0) return []
  return [`${count} ${count === 1 ? one : several}`]
}
