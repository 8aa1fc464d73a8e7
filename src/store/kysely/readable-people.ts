import { createHmac } from 'node:crypto'
import { sql, type SqlBool } from 'kysely'
import type { AuditEvent } from '../../domain/audit'
import type {
  Delivery,
  DeliveryState,
  StoredDelivery
} from '../../domain/delivery'
import { StoreError } from '../../domain/errors'
import type { Cipher } from '../../internal/encryption'
import type { DeliveryPatch, Store } from '../store'
import { toDelivery, toStoredDelivery } from './delivery-row'
import { ERASED } from './delivery-secrets'
import type { DeliveryRow } from './schema'
import type { Session, Unit } from './unit'

type Wish = Parameters<Store['findReadable']>[0]
type EndRequest = Parameters<Store['endReadable']>[0]

/** Writes who can be found through a delivery, in the transaction that changes it. */
export async function writeReadable(
  { cipher, transaction }: Unit,
  deliveryId: string,
  readable: NonNullable<DeliveryPatch['readable']> | null
): Promise<void> {
  await transaction
    .deleteFrom('national_id_readable')
    .where('delivery_id', '=', deliveryId)
    .execute()
  if (readable === null || readable.people.length === 0) return
  const keyId = cipher.currentKeyId
  await transaction
    .insertInto('national_id_readable')
    .values(
      readable.people.map(({ identifier, role }) => ({
        delivery_id: deliveryId,
        role,
        identifier_digest: digestOf(cipher, identifier, keyId),
        key_id: keyId,
        readable_until: readable.until
      }))
    )
    .execute()
}

/** Without the key nobody can try out which identifiers are there. */
function digestOf(cipher: Cipher, identifier: string, keyId: string): string {
  const { key } = cipher.keyFor('readable people', keyId)
  return createHmac('sha256', key).update(identifier).digest('hex')
}

/** See `Store.findReadable`. */
export async function findReadable(
  session: Session,
  { identifier, now }: Wish
): Promise<{ delivery: StoredDelivery; role: string } | undefined> {
  const { cipher, db } = session
  const found: Array<{ row: DeliveryRow; role: string }> = []
  for (const keyId of await keysInUse(session)) {
    const digest = digestUnder(cipher, identifier, keyId)
    if (digest === undefined) continue
    const row = await db
      .selectFrom('national_id_readable as readable')
      .innerJoin(
        'national_id_delivery',
        'national_id_delivery.id',
        'readable.delivery_id'
      )
      .selectAll('national_id_delivery')
      .select('readable.role as readable_role')
      .where('readable.key_id', '=', keyId)
      .where('readable.identifier_digest', '=', digest)
      .where('readable.readable_until', '>', now)
      .where('national_id_delivery.ended_at', 'is', null)
      .orderBy('national_id_delivery.sequence', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (row !== undefined) found.push({ row, role: row.readable_role })
  }
  const [latest] = found.sort(
    (one, other) => other.row.sequence - one.row.sequence
  )
  return latest === undefined
    ? undefined
    : { delivery: toStoredDelivery(cipher, latest.row), role: latest.role }
}

/** A key that is gone took what it had sealed with it: whoever it stood for cannot be read any more. */
function digestUnder(
  cipher: Cipher,
  identifier: string,
  keyId: string
): string | undefined {
  try {
    return digestOf(cipher, identifier, keyId)
  } catch (error) {
    if (error instanceof StoreError && error.code === 'ERR_KEY_MISSING') {
      return undefined
    }
    throw error
  }
}

/** The few keys under which there are people, each found by one step along the index however many people there are. */
async function keysInUse({ db }: Session): Promise<string[]> {
  const keys: string[] = []
  for (;;) {
    const row = await db
      .selectFrom('national_id_readable')
      .select((eb) => eb.fn.min('key_id').as('next'))
      .where('key_id', '>', keys.at(-1) ?? '')
      .executeTakeFirst()
    const next: string | null = row?.next ?? null
    if (next === null) return keys
    keys.push(next)
  }
}

/** See `Store.endReadable`. */
export async function endReadable(
  unit: Unit,
  request: EndRequest,
  audit: (delivery: Delivery) => readonly AuditEvent[]
): Promise<{ ended: Delivery[]; removed: number }> {
  const ended = await endDeliveries(unit, request)
  const removed = await unit.transaction
    .deleteFrom('national_id_readable')
    .where((eb) =>
      eb(
        eb.refTuple('delivery_id', 'role'),
        'in',
        eb
          .selectFrom('national_id_readable')
          .select(['delivery_id', 'role'])
          .where('readable_until', '<=', request.now)
          .orderBy('readable_until')
          .limit(request.limit)
          .$asTuple('delivery_id', 'role')
      )
    )
    .executeTakeFirst()
  await unit.appendAudit(ended.flatMap(audit))
  return { ended, removed: Number(removed.numDeletedRows) }
}

/** Spelled out, and as a comparison, for the same reasons as `isOpen`. */
const IS_READABLE = sql<SqlBool>`(state = 'readable') = true`

/** Of several processes only one finds the state unchanged, so nothing ends twice. */
async function endDeliveries(
  { transaction }: Unit,
  { now, limit }: EndRequest
): Promise<Delivery[]> {
  const due = await transaction
    .selectFrom('national_id_delivery')
    .select('sequence')
    .where(IS_READABLE)
    .where('next_attempt_at', '<=', now)
    .orderBy('next_attempt_at')
    .limit(limit)
    .execute()
  if (due.length === 0) return []
  const sequences = due.map(({ sequence }) => sequence)
  const rows = await transaction
    .updateTable('national_id_delivery')
    .set({
      ...ERASED,
      state: sql<DeliveryState>`case core_owed when 'nothing' then 'delivered' else 'confirmed' end`,
      ended_at: now,
      updated_at: now,
      lease_owner: null,
      lease_until: null
    })
    .where('sequence', 'in', sequences)
    .where('state', '=', 'readable')
    .returningAll()
    .execute()
  return rows.map(toDelivery)
}
