import type { Updateable } from 'kysely'
import type { AuditEvent } from '../../domain/audit'
import {
  canTransition,
  type DeliveryState,
  type StoredDelivery
} from '../../domain/delivery'
import { StoreError } from '../../domain/errors'
import type { Cipher } from '../../internal/encryption'
import type { DeliveryGuard, DeliveryPatch, NewDelivery } from '../store'
import { hasEnded, toStoredDeliveryLater } from './delivery-row'
import { ERASED, sealChanges } from './delivery-secrets'
import { insertRow } from './insert-delivery'
import { writeReadable } from './readable-people'
import type { DeliveryTable } from './schema'
import { statement } from './statement'
import { inTransaction, type Unit } from './unit'

type GuardedChange = {
  id: string
  states: DeliveryState[]
  leaseOwner?: string
  /** Present: nobody may hold it, or have held it until its lease ran out. */
  untaken?: true
  now: number
  changes: Updateable<DeliveryTable>
}

const changeGuarded = statement(
  (db, { id, states, leaseOwner, untaken, now, changes }: GuardedChange) => {
    const update = db
      .updateTable('national_id_delivery')
      .set(changes)
      .where('id', '=', id)
      .where('state', 'in', states)
      .returningAll()
    if (untaken !== undefined) return update.where('lease_owner', 'is', null)
    return leaseOwner === undefined
      ? update
      : update
          .where('lease_owner', '=', leaseOwner)
          .where('lease_until', '>=', now)
  }
)

/** See `Store.update`. One statement, so nothing can come between the guard and the change. */
export async function updateDelivery(
  unit: Unit,
  id: string,
  guard: DeliveryGuard,
  patch: DeliveryPatch,
  {
    audit,
    following
  }: { audit: readonly AuditEvent[]; following: readonly NewDelivery[] },
  now: number
): Promise<StoredDelivery | undefined> {
  const { rows } = await changeGuarded(inTransaction(unit), {
    id,
    states: startingStates(id, guard.states, patch.state),
    ...leaseGuard(guard),
    now,
    changes: toChanges(unit.cipher, id, patch, now)
  })
  const [row] = rows
  if (row === undefined) return undefined
  if (patch.readable !== undefined) {
    await writeReadable(unit, id, patch.readable)
  }
  for (const next of following) await insertRow(unit, next)
  await unit.appendAudit(audit)
  return toStoredDeliveryLater(unit.cipher, row)
}

function leaseGuard({
  leaseOwner
}: DeliveryGuard): Pick<GuardedChange, 'leaseOwner' | 'untaken'> {
  if (leaseOwner === undefined) return {}
  return leaseOwner === null ? { untaken: true } : { leaseOwner }
}

/** Those of the guard's states from which the change is allowed. */
function startingStates(
  id: string,
  states: readonly DeliveryState[],
  target: DeliveryState | undefined
): DeliveryState[] {
  const allowed = states.filter((from) => canTransition(from, target ?? from))
  if (allowed.length > 0) return allowed
  throw new StoreError(
    `Delivery ${id} cannot go from ${states.join(' or ') || 'nowhere'} to ${target ?? 'itself'}. This is a bug; please report it.`,
    { code: 'ERR_TRANSITION' }
  )
}

/** `endedAt` is not among them: it is set by ending alone, so that it tells what has ended. */
const COLUMNS = {
  state: 'state',
  coreOwed: 'core_owed',
  attempts: 'attempts',
  nextAttemptAt: 'next_attempt_at',
  confirmNotBefore: 'confirm_not_before',
  submittedAt: 'submitted_at',
  answeredAt: 'answered_at',
  systemReference: 'system_reference',
  lastCode: 'last_code',
  stalledAt: 'stalled_at',
  tokenExpiresAt: 'token_expires_at'
} as const satisfies Partial<Record<keyof DeliveryPatch, keyof DeliveryTable>>

function toChanges(
  cipher: Cipher,
  id: string,
  patch: DeliveryPatch,
  now: number
): Updateable<DeliveryTable> {
  const changes: Record<string, unknown> = { updated_at: now }
  for (const [key, column] of Object.entries(COLUMNS)) {
    // Both come from the table above, whose keys are the patch's.
    const value = patch[key as keyof typeof COLUMNS]
    if (value !== undefined) changes[column] = value
  }
  const ended = patch.state !== undefined && hasEnded(patch.state)
  return {
    // Each column above takes the type of its key.
    ...(changes as Updateable<DeliveryTable>),
    ...(ended ? end(patch, now) : held(cipher, id, patch))
  }
}

/** What ending does beside changing the state. */
function end(patch: DeliveryPatch, now: number): Updateable<DeliveryTable> {
  return {
    ...ERASED,
    ended_at: patch.endedAt ?? now,
    lease_owner: null,
    lease_until: null
  }
}

function held(
  cipher: Cipher,
  id: string,
  patch: DeliveryPatch
): Updateable<DeliveryTable> {
  const secrets = {
    ...sealChanges(cipher, id, patch),
    // Core is told nothing any more.
    ...(patch.state === 'readable'
      ? { sealed_token: null, token_expires_at: null }
      : {})
  }
  if (patch.lease === undefined) return secrets
  return {
    ...secrets,
    lease_owner: patch.lease?.owner ?? null,
    lease_until: patch.lease?.until ?? null
  }
}
