import {
  sql,
  type ExpressionBuilder,
  type RawBuilder,
  type SqlBool
} from 'kysely'
import { OPEN_STATES } from '../../domain/delivery'
import type { Schema } from './schema'

type DeliveryExpressions = ExpressionBuilder<Schema, 'national_id_delivery'>

/**
 * The worker still owes something. Spelled out, and as a comparison, since a partial index is used only where the
 * statement repeats its condition, and since otherwise an index over states seems the shorter way to the database.
 */
export function isOpen(): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${sql.ref('state')} in (${sql.raw(OPEN_WORDS)})) = true`
}

const OPEN_WORDS = OPEN_STATES.map((state) => `'${state}'`).join(', ')

/**
 * The same of another row, which is found by its record: as an expression that no index has, since going through all
 * that is open would take ever longer.
 */
function isOlderOpen(): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${sql.ref('older.state')} || '') in (${sql.raw(OPEN_WORDS)})`
}

/** Nobody holds it, or not any more. */
export function isUnleased(eb: DeliveryExpressions, now: number) {
  return eb.or([eb('lease_until', 'is', null), eb('lease_until', '<', now)])
}

/**
 * No older open delivery of the same record stands before it, so that a record's changes arrive in order. A
 * deactivation waits for weeks: it holds up none, and none holds it up. An announcement belongs to a delivery that is
 * done, although it is written later than what waits behind that one: so it goes before all that the system is to be
 * told, and only an older announcement goes before it.
 */
export function isFirstOfRecord(eb: DeliveryExpressions) {
  const before = eb
    .selectFrom('national_id_delivery as older')
    .select('older.sequence')
    .whereRef('older.event_id', '=', 'national_id_delivery.event_id')
    .where('older.part', '!=', 'deactivation')
    .where(isOlderOpen())
    .where((other) =>
      other.or([
        other.and([
          other(
            'older.sequence',
            '<',
            other.ref('national_id_delivery.sequence')
          ),
          other.or([
            other('older.part', '=', 'announcement'),
            other('national_id_delivery.part', '!=', 'announcement')
          ])
        ]),
        other.and([
          other('older.part', '=', 'announcement'),
          other('national_id_delivery.part', '!=', 'announcement'),
          other('national_id_delivery.state', '!=', 'answered')
        ])
      ])
    )
  return eb.or([eb('part', '=', 'deactivation'), eb.not(eb.exists(before))])
}
