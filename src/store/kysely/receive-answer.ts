import { createHash } from 'node:crypto'
import type { AuditEvent } from '../../domain/audit'
import type { InboundAnswer, InboundResult } from '../store'
import { sealChanges } from './delivery-secrets'
import type { Unit } from './unit'

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

async function applyOnce(
  unit: Unit,
  message: InboundAnswer
): Promise<InboundResult> {
  const delivery = await unit.transaction
    .selectFrom('national_id_delivery')
    .select('id')
    .where('id', '=', message.deliveryId)
    .executeTakeFirst()
  if (delivery === undefined) return 'unknown'
  if (!(await takeDown(unit, message))) return 'repeated'
  return (await answer(unit, message)) ? 'applied' : 'late'
}

/** Whether the message was not seen before. */
async function takeDown(unit: Unit, message: InboundAnswer): Promise<boolean> {
  const result = await unit.transaction
    .insertInto('national_id_inbound')
    .values({
      source: message.source,
      message_digest: createHash('sha256')
        .update(message.messageId)
        .digest('hex'),
      delivery_id: message.deliveryId,
      received_at: message.now
    })
    .onConflict((conflict) =>
      conflict.columns(['source', 'message_digest']).doNothing()
    )
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0
}

/**
 * Whether the delivery was waiting for an answer: with the system, or left to a person without one. A lease on it is
 * taken away: whoever holds it asks the system for what is known now, and finds its own write refused.
 */
async function answer(unit: Unit, message: InboundAnswer): Promise<boolean> {
  const { deliveryId, now, nextAttemptAt } = message
  const result = await unit.transaction
    .updateTable('national_id_delivery')
    .set({
      state: 'answered',
      answered_at: now,
      updated_at: now,
      next_attempt_at: nextAttemptAt,
      // Attempts are counted per step, and the next one begins.
      attempts: 0,
      lease_owner: null,
      lease_until: null,
      ...sealChanges(unit.cipher, deliveryId, { answer: message.answer })
    })
    .where('id', '=', deliveryId)
    .where((eb) =>
      eb.or([
        eb('state', 'in', ['queued', 'submitted']),
        eb.and([eb('state', '=', 'parked'), eb('sealed_answer', 'is', null)])
      ])
    )
    .executeTakeFirst()
  return Number(result.numUpdatedRows) > 0
}
