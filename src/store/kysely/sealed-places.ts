import type { Kysely, Transaction } from 'kysely'
import { deliveryContext } from './delivery-secrets'
import { proofContext } from './kept-proofs'
import { SEALED_COLUMNS } from './missing-keys'
import type { Schema } from './schema'
import { ticketContext } from './tickets'

/** One sealed value: where it stands and what it was sealed for. */
export type SealedValue = {
  sealed: Buffer
  context: string
  /** Id of the delivery, where it is one's. Other rows have none that may be told. */
  deliveryId?: string
  /** Puts another in its place if it is still there. Gives how many rows were changed. */
  replace(transaction: Transaction<Schema>, fresh: Buffer): Promise<bigint>
}

/** The sealed values of one table, page by page. */
export type SealedPlace = {
  /** @param after the `last` of the page before; undefined for the first */
  page(
    db: Kysely<Schema>,
    after: string | undefined,
    limit: number
  ): Promise<{ values: SealedValue[]; last: string | undefined }>
}

const deliveries: SealedPlace = {
  async page(db, after, limit) {
    const rows = await db
      .selectFrom('national_id_delivery')
      .select(['sequence', 'id', ...SEALED_COLUMNS])
      .where('ended_at', 'is', null)
      .where('sequence', '>', Number(after ?? 0))
      .orderBy('sequence')
      .limit(limit)
      .execute()
    const values = rows.flatMap((row) =>
      SEALED_COLUMNS.flatMap((column) => {
        const sealed = row[column]
        return sealed === null ? [] : [deliveryValue(row.id, column, sealed)]
      })
    )
    return { values, last: rows.at(-1)?.sequence.toString() }
  }
}

function deliveryValue(
  id: string,
  column: (typeof SEALED_COLUMNS)[number],
  sealed: Buffer
): SealedValue {
  return {
    sealed,
    context: deliveryContext(id, column),
    deliveryId: id,
    async replace(transaction, fresh) {
      const { numUpdatedRows } = await transaction
        .updateTable('national_id_delivery')
        .set(column, fresh)
        .where('id', '=', id)
        .where(column, '=', sealed)
        .executeTakeFirst()
      return numUpdatedRows
    }
  }
}

const tickets: SealedPlace = {
  async page(db, after, limit) {
    const rows = await db
      .selectFrom('national_id_ticket')
      .select(['digest', 'sealed_content'])
      .where('digest', '>', after ?? '')
      .orderBy('digest')
      .limit(limit)
      .execute()
    const values = rows.map(({ digest, sealed_content: sealed }) => ({
      sealed,
      context: ticketContext(digest),
      async replace(transaction: Transaction<Schema>, fresh: Buffer) {
        const { numUpdatedRows } = await transaction
          .updateTable('national_id_ticket')
          .set('sealed_content', fresh)
          .where('digest', '=', digest)
          .where('sealed_content', '=', sealed)
          .executeTakeFirst()
        return numUpdatedRows
      }
    }))
    return { values, last: rows.at(-1)?.digest }
  }
}

const proofs: SealedPlace = {
  async page(db, after, limit) {
    const rows = await db
      .selectFrom('national_id_proof')
      .select(['evidence_id', 'sealed_content'])
      .where('evidence_id', '>', after ?? '')
      .orderBy('evidence_id')
      .limit(limit)
      .execute()
    const values = rows.map(({ evidence_id: id, sealed_content: sealed }) => ({
      sealed,
      context: proofContext(id),
      async replace(transaction: Transaction<Schema>, fresh: Buffer) {
        const { numUpdatedRows } = await transaction
          .updateTable('national_id_proof')
          .set('sealed_content', fresh)
          .where('evidence_id', '=', id)
          .where('sealed_content', '=', sealed)
          .executeTakeFirst()
        return numUpdatedRows
      }
    }))
    return { values, last: rows.at(-1)?.evidence_id }
  }
}

/** All places that hold sealed values, but for the keys' own known texts, each of which belongs to its key. */
export const SEALED_PLACES: readonly SealedPlace[] = [
  deliveries,
  tickets,
  proofs
]
