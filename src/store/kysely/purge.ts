import type { Unit } from './unit'

/** See `Store.purge`. Deliveries first, then messages with what is left of the limit. */
export async function purge(
  { transaction }: Unit,
  { before, limit }: { before: number; limit: number }
): Promise<number> {
  const deliveries = await transaction
    .deleteFrom('national_id_delivery')
    .where('sequence', 'in', (eb) =>
      eb
        .selectFrom('national_id_delivery')
        .select('sequence')
        .where('ended_at', '<', before)
        .where('ended_at', 'is not', null)
        .orderBy('ended_at')
        .limit(limit)
    )
    .executeTakeFirst()
  const gone = Number(deliveries.numDeletedRows)
  const messages = await transaction
    .deleteFrom('national_id_inbound')
    .where('sequence', 'in', (eb) =>
      eb
        .selectFrom('national_id_inbound')
        .select('sequence')
        .where('received_at', '<', before)
        .orderBy('received_at')
        .limit(limit - gone)
    )
    .executeTakeFirst()
  return gone + Number(messages.numDeletedRows)
}
