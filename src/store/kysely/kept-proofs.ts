import type { KeptProof, ProofWish } from '../store'
import type { Session, Unit } from './unit'

/**
 * Writes down what stands behind an evidence, in the transaction that hands the evidence out. What is kept already
 * stays as it is, with its end: a repetition makes nobody's data last longer.
 */
export async function keepProof(
  { cipher, transaction }: Unit,
  { evidenceId, content, expiresAt }: KeptProof
): Promise<void> {
  await transaction
    .insertInto('national_id_proof')
    .values({
      evidence_id: evidenceId,
      expires_at: expiresAt,
      sealed_content: cipher.seal(content, proofContext(evidenceId))
    })
    .onConflict((conflict) => conflict.column('evidence_id').doNothing())
    .execute()
}

/** What a kept text is sealed for: a copied row opens behind no other evidence. */
export function proofContext(evidenceId: string): string {
  return `proof/${evidenceId}`
}

/** See `Store.findProof`. */
export async function findProof(
  { cipher, db }: Pick<Session, 'cipher' | 'db'>,
  { evidenceId, now }: ProofWish
): Promise<string | undefined> {
  const row = await db
    .selectFrom('national_id_proof')
    .select('sealed_content')
    .where('evidence_id', '=', evidenceId)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row === undefined
    ? undefined
    : cipher.open(row.sealed_content, proofContext(evidenceId))
}

/** Erases up to `limit` whose time is over, the oldest first. Gives how many went. */
export async function deleteProofs(
  { transaction }: Unit,
  now: number,
  limit: number
): Promise<number> {
  const result = await transaction
    .deleteFrom('national_id_proof')
    .where('evidence_id', 'in', (eb) =>
      eb
        .selectFrom('national_id_proof')
        .select('evidence_id')
        .where('expires_at', '<=', now)
        .orderBy('expires_at')
        .limit(limit)
    )
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
