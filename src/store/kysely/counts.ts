import { OPEN_STATES, type DeliveryState } from '../../domain/delivery'
import type { Session } from './unit'

/** See `Store.countByState`. */
export async function countByState({
  db
}: Session): Promise<Partial<Record<DeliveryState, number>>> {
  const rows = await db
    .selectFrom('national_id_delivery')
    .select((eb) => ['state' as const, eb.fn.countAll().as('count')])
    .groupBy('state')
    .execute()
  return Object.fromEntries(
    rows.map(({ state, count }) => [state, Number(count)])
  )
}

/** See `Store.oldestOpen`. */
export async function oldestOpen({ db }: Session): Promise<number | undefined> {
  const oldest: number[] = []
  for (const state of OPEN_STATES) {
    const row = await db
      .selectFrom('national_id_delivery')
      .select('created_at')
      .where('state', '=', state)
      .orderBy('created_at')
      .limit(1)
      .executeTakeFirst()
    if (row !== undefined) oldest.push(row.created_at)
  }
  return oldest.length === 0 ? undefined : Math.min(...oldest)
}
