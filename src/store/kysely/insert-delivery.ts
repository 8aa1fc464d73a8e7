import type { AuditEvent } from '../../domain/audit'
import type { StoredDelivery } from '../../domain/delivery'
import type { Insertable } from 'kysely'
import { StoreError } from '../../domain/errors'
import type { NewDelivery } from '../store'
import { hasEnded, toRow, toStoredDelivery } from './delivery-row'
import type { DeliveryTable } from './schema'
import { changedBy, statement } from './statement'
import { inTransaction, type Unit } from './unit'

/** See `Store.insert`. */
export async function insertDelivery(
  unit: Unit,
  delivery: NewDelivery,
  audit: readonly AuditEvent[],
  following: readonly NewDelivery[]
): Promise<{ delivery: StoredDelivery; inserted: boolean }> {
  const inserted = await insertRow(unit, delivery)
  if (!inserted)
    return { delivery: await existing(unit, delivery), inserted: false }
  for (const next of following) await insertRow(unit, next)
  await unit.appendAudit(audit)
  return { delivery: asStored(delivery), inserted: true }
}

const insertNew = statement((db, row: Insertable<DeliveryTable>) =>
  db
    .insertInto('national_id_delivery')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['event_id', 'action_id', 'part']).doNothing()
    )
)

/** Writes one delivery unless its event, action and part have one. Gives whether it was written. */
export async function insertRow(
  unit: Unit,
  delivery: NewDelivery
): Promise<boolean> {
  const row = toRow(unit.cipher, delivery)
  return changedBy(await insertNew(inTransaction(unit), row)) > 0
}

async function existing(
  unit: Unit,
  { event, action, part }: NewDelivery
): Promise<StoredDelivery> {
  const row = await unit.transaction
    .selectFrom('national_id_delivery')
    .selectAll()
    .where('event_id', '=', event.id)
    .where('action_id', '=', action.id)
    .where('part', '=', part)
    .executeTakeFirst()
  if (row !== undefined) return toStoredDelivery(unit.cipher, row)
  throw new StoreError('A delivery was removed while it was written again.', {
    code: 'ERR_STORE_BUSY',
    retryable: true
  })
}

/** The delivery as a read would give it. */
function asStored(delivery: NewDelivery): StoredDelivery {
  const { secrets, ...rest } = delivery
  const ended = hasEnded(delivery.state)
  return {
    ...rest,
    attempts: 0,
    updatedAt: delivery.createdAt,
    ...(ended ? { endedAt: delivery.endedAt ?? delivery.createdAt } : {}),
    ...(ended ? {} : { secrets })
  }
}
