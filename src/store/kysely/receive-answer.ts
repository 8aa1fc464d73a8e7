import { createHash } from 'node:crypto'
import type { AuditEvent } from '../../domain/audit'
import type { InboundAnswer, InboundResult } from '../store'
import { sealChanges } from './delivery-secrets'
import type { Updateable, Insertable } from 'kysely'
import type { DeliveryTable, InboundTable } from './schema'
import { changedBy, statement } from './statement'
import { inTransaction, type Unit } from './unit'

/** See `Store.receive`. */
export async function receiveAnswer(
  unit: Unit,
  message: InboundAnswer,
  audit: (result: InboundResult) => readonly AuditEvent[]
): Promise<InboundResult> {
  const result = await applyOnce(unit, message)
  await unit.appendAudit(audit(result))
  return result
}

const findId = statement((db, { id }: { id: string }) =>
  db.selectFrom('national_id_delivery').select('id').where('id', '=', id)
)

const insertMessage = statement((db, row: Insertable<InboundTable>) =>
  db
    .insertInto('national_id_inbound')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['source', 'message_digest']).doNothing()
    )
)

type Answering = { id: string; changes: Updateable<DeliveryTable> }

const answerWaiting = statement((db, { id, changes }: Answering) =>
  db
    .updateTable('national_id_delivery')
    .set(changes)
    .where('id', '=', id)
    .where((eb) =>
      eb.or([
        eb('state', 'in', ['queued', 'submitted']),
        eb.and([eb('state', '=', 'parked'), eb('sealed_answer', 'is', null)])
      ])
    )
)

async function applyOnce(
  unit: Unit,
  message: InboundAnswer
): Promise<InboundResult> {
  const { rows } = await findId(inTransaction(unit), { id: message.deliveryId })
  if (rows.length === 0) return 'unknown'
  if (!(await takeDown(unit, message))) return 'repeated'
  return (await answer(unit, message)) ? 'applied' : 'late'
}

/** Whether the message was not seen before. */
async function takeDown(unit: Unit, message: InboundAnswer): Promise<boolean> {
  const result = await insertMessage(inTransaction(unit), {
    source: message.source,
    message_digest: createHash('sha256')
      .update(message.messageId)
      .digest('hex'),
    delivery_id: message.deliveryId,
    received_at: message.now
  })
  return changedBy(result) > 0
}

/**
 * Whether the delivery was waiting for an answer: with the system, or left to a person without one. A lease on it is
 * taken away: whoever holds it asks the system for what is known now, and finds its own write refused.
 */
async function answer(unit: Unit, message: InboundAnswer): Promise<boolean> {
  const { deliveryId, now, nextAttemptAt } = message
  const changes: Updateable<DeliveryTable> = {
    state: 'answered',
    answered_at: now,
    updated_at: now,
    next_attempt_at: nextAttemptAt,
    // Attempts are counted per step, and the next one begins.
    attempts: 0,
    lease_owner: null,
    lease_until: null,
    ...sealChanges(unit.cipher, deliveryId, { answer: message.answer })
  }
  const id = deliveryId
  return (
    changedBy(await answerWaiting(inTransaction(unit), { id, changes })) > 0
  )
}
