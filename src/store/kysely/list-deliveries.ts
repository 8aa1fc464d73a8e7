import { sql, type SelectQueryBuilder } from 'kysely'
import type { Delivery, DeliveryState } from '../../domain/delivery'
import { MalformedError } from '../../domain/errors'
import type { DeliveryFilter } from '../store'
import { toDelivery } from './delivery-row'
import type { DeliveryRow, Schema } from './schema'
import type { Session } from './unit'

type PublicRow = Omit<DeliveryRow, `sealed_${string}`>
type Query = SelectQueryBuilder<Schema, 'national_id_delivery', PublicRow>
type Position = { createdAt: number; sequence: number }

const MAX_LIMIT = 200

/** Everything but the sealed columns: a list opens nothing, so it reads nothing of them. */
const PUBLIC_COLUMNS = [
  'sequence',
  'id',
  'part',
  'event_id',
  'event_type',
  'tracking_id',
  'action_id',
  'action_type',
  'custom_action_type',
  'operation',
  'mode',
  'core_owed',
  'state',
  'rule',
  'attempts',
  'next_attempt_at',
  'confirm_not_before',
  'open_since',
  'created_at',
  'updated_at',
  'submitted_at',
  'answered_at',
  'ended_at',
  'system_reference',
  'last_code',
  'stalled_at',
  'token_expires_at',
  'lease_owner',
  'lease_until'
] as const satisfies ReadonlyArray<keyof PublicRow>

/**
 * See `Store.list`. Newest first. A page begins where the one before ended, however many were written since.
 *
 * @throws MalformedError `ERR_FILTER` when `limit` or `after` is not what it must be
 */
export async function listDeliveries(
  session: Session,
  filter: DeliveryFilter
): Promise<{ deliveries: Delivery[]; next?: string }> {
  const { limit } = filter
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw new MalformedError(`limit must be from 1 to ${MAX_LIMIT}.`, {
      code: 'ERR_FILTER'
    })
  const rows = await readRows(session, filter)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    deliveries: page.map(toDelivery),
    ...(rows.length > limit && last !== undefined
      ? { next: `${last.created_at}.${last.sequence}` }
      : {})
  }
}

/** One row more than a page, if there is one. */
async function readRows(
  session: Session,
  filter: DeliveryFilter
): Promise<PublicRow[]> {
  const { states } = filter
  if (states === undefined) return page(session, filter).execute()
  if (isNarrow(filter)) {
    if (states.length === 0) return []
    // Written as an expression, since the record is the shorter way in than
    // the index over states.
    const state = sql<DeliveryState>`coalesce(state, '')`
    return page(session, filter).where(state, 'in', states).execute()
  }
  // State by state, each in the order of its index, then put together.
  const found: PublicRow[] = []
  for (const state of new Set(states))
    found.push(
      ...(await page(session, filter).where('state', '=', state).execute())
    )
  return found.sort(newestFirst).slice(0, filter.limit + 1)
}

function isNarrow(filter: DeliveryFilter): boolean {
  return (
    filter.eventId !== undefined ||
    filter.trackingId !== undefined ||
    filter.stalled === true
  )
}

function newestFirst(one: PublicRow, other: PublicRow): number {
  return other.created_at - one.created_at || other.sequence - one.sequence
}

function page({ db }: Session, filter: DeliveryFilter): Query {
  let query: Query = db
    .selectFrom('national_id_delivery')
    .select(PUBLIC_COLUMNS)
    .orderBy('created_at', 'desc')
    .orderBy('sequence', 'desc')
    .limit(filter.limit + 1)
  const { createdBefore, createdAfter, after } = filter
  if (filter.stalled === true) query = query.where('stalled_at', 'is not', null)
  if (createdBefore !== undefined)
    query = query.where('created_at', '<', createdBefore)
  if (createdAfter !== undefined)
    query = query.where('created_at', '>', createdAfter)
  if (after !== undefined) query = startAfter(query, readPosition(after))
  return withEqual(query, filter)
}

function withEqual(query: Query, filter: DeliveryFilter): Query {
  const { eventId, eventType, trackingId, operation } = filter
  let narrowed = query
  if (eventId !== undefined) narrowed = narrowed.where('event_id', '=', eventId)
  if (eventType !== undefined)
    narrowed = narrowed.where('event_type', '=', eventType)
  if (trackingId !== undefined)
    narrowed = narrowed.where('tracking_id', '=', trackingId)
  if (operation !== undefined)
    narrowed = narrowed.where(sql<string>`operation`, '=', operation)
  return narrowed
}

function startAfter(query: Query, { createdAt, sequence }: Position): Query {
  return query
    .where('created_at', '<=', createdAt)
    .where((eb) =>
      eb.or([eb('created_at', '<', createdAt), eb('sequence', '<', sequence)])
    )
}

function readPosition(after: string): Position {
  const [, createdAt, sequence] = /^(\d{1,15})\.(\d{1,15})$/.exec(after) ?? []
  if (createdAt === undefined || sequence === undefined)
    throw new MalformedError('after must be the `next` of the page before.', {
      code: 'ERR_FILTER'
    })
  return { createdAt: Number(createdAt), sequence: Number(sequence) }
}
