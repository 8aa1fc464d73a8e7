import type { Insertable } from 'kysely'
import {
  ENDED_STATES,
  UNREADABLE,
  type Delivery,
  type DeliveryState,
  type StoredDelivery
} from '../../domain/delivery'
import { StoreError } from '../../domain/errors'
import type { Cipher } from '../../internal/encryption'
import type { NewDelivery } from '../store'
import { ERASED, openSecrets, sealSecrets } from './delivery-secrets'
import type { DeliveryRow, DeliveryTable } from './schema'

/** Whether nothing more happens in a state. */
export function hasEnded(state: DeliveryState): boolean {
  return ENDED_STATES.some((ended) => ended === state)
}

/** The row of a new delivery. */
export function toRow(
  cipher: Cipher,
  delivery: NewDelivery
): Insertable<DeliveryTable> {
  const { event, action, createdAt } = delivery
  return {
    id: delivery.id,
    part: delivery.part,
    event_id: event.id,
    event_type: event.type,
    tracking_id: event.trackingId,
    action_id: action.id,
    action_type: action.type,
    custom_action_type: action.customActionType ?? null,
    operation: delivery.operation,
    mode: delivery.mode,
    core_owed: delivery.coreOwed,
    state: delivery.state,
    rule: delivery.rule,
    attempts: 0,
    next_attempt_at: delivery.nextAttemptAt,
    confirm_not_before: delivery.confirmNotBefore,
    open_since:
      delivery.part === 'deactivation' ? delivery.nextAttemptAt : createdAt,
    created_at: createdAt,
    updated_at: createdAt,
    ...optionalColumns(delivery),
    ...(hasEnded(delivery.state)
      ? ERASED
      : sealSecrets(cipher, delivery.id, delivery.secrets))
  }
}

function optionalColumns(delivery: NewDelivery) {
  const { state, createdAt, lease } = delivery
  const endedAt = delivery.endedAt ?? createdAt
  return {
    submitted_at: orNull(delivery.submittedAt),
    answered_at: orNull(delivery.answeredAt),
    ended_at: hasEnded(state) ? endedAt : null,
    system_reference: orNull(delivery.systemReference),
    last_code: orNull(delivery.lastCode),
    stalled_at: orNull(delivery.stalledAt),
    token_expires_at: orNull(delivery.tokenExpiresAt),
    lease_owner: orNull(lease?.owner),
    lease_until: orNull(lease?.until)
  }
}

function orNull<Value>(value: Value | undefined): Value | null {
  return value ?? null
}

/** A delivery without its secrets; nothing is opened. */
export function toDelivery(
  row: Omit<DeliveryRow, `sealed_${string}`>
): Delivery {
  return {
    id: row.id,
    part: row.part,
    event: {
      id: row.event_id,
      type: row.event_type,
      trackingId: row.tracking_id
    },
    action: {
      id: row.action_id,
      type: row.action_type,
      ...present('customActionType', row.custom_action_type)
    },
    operation: row.operation,
    mode: row.mode,
    coreOwed: row.core_owed,
    state: row.state,
    rule: row.rule,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    confirmNotBefore: row.confirm_not_before,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...present('submittedAt', row.submitted_at),
    ...present('answeredAt', row.answered_at),
    ...present('endedAt', row.ended_at),
    ...present('systemReference', row.system_reference),
    ...present('lastCode', row.last_code),
    ...present('stalledAt', row.stalled_at),
    ...present('tokenExpiresAt', row.token_expires_at),
    ...leaseOf(row)
  }
}

function leaseOf(
  row: Pick<DeliveryRow, 'lease_owner' | 'lease_until'>
): Pick<Delivery, 'lease'> {
  return row.lease_owner === null || row.lease_until === null
    ? {}
    : { lease: { owner: row.lease_owner, until: row.lease_until } }
}

function present<Key extends string, Value>(
  key: Key,
  value: Value | null
): { [K in Key]?: Value } {
  // A computed key makes TypeScript forget which one it is.
  return value === null ? {} : ({ [key]: value } as { [K in Key]?: Value })
}

/**
 * A delivery whose secrets are opened when they are first asked for: mostly, nobody does after a change.
 *
 * @throws nothing here; asking for `secrets` throws as `toStoredDelivery` does
 */
export function toStoredDeliveryLater(
  cipher: Cipher,
  row: DeliveryRow
): StoredDelivery {
  const delivery = toDelivery(row)
  if (row.sealed_work === null) return delivery
  let opened: StoredDelivery['secrets']
  return Object.defineProperty(delivery, 'secrets', {
    enumerable: true,
    configurable: true,
    get: () => (opened ??= openSecrets(cipher, row))
  })
}

/**
 * A delivery with its secrets opened.
 *
 * @throws StoreError `ERR_KEY_MISSING` or `ERR_SEAL_BROKEN`
 */
export function toStoredDelivery(
  cipher: Cipher,
  row: DeliveryRow
): StoredDelivery {
  const secrets = openSecrets(cipher, row)
  return { ...toDelivery(row), ...(secrets === undefined ? {} : { secrets }) }
}

/**
 * A delivery with its secrets opened, or with the word that they cannot be.
 *
 * @throws StoreError `ERR_KEY_MISSING`
 */
export function toDeliveryOrUnreadable(
  cipher: Cipher,
  row: DeliveryRow
): StoredDelivery {
  try {
    return toStoredDelivery(cipher, row)
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== UNREADABLE) throw error
    return { ...toDelivery(row), unreadable: UNREADABLE }
  }
}
