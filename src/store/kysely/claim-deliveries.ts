import type { Kysely, Transaction } from 'kysely'
import type {
  Delivery,
  DeliveryState,
  StoredDelivery
} from '../../domain/delivery'
import type { Store } from '../store'
import { isFirstOfRecord, isOpen, isUnleased } from './conditions'
import { toDelivery, toStoredDeliveryLater } from './delivery-row'
import type { DeliveryRow, Schema } from './schema'
import { statement } from './statement'
import { inTransaction, type Session, type Unit } from './unit'

type ClaimRequest = Parameters<Store['claim']>[0]
type RenewalRequest = Parameters<Store['claimForRenewal']>[0]
type StalledRequest = Parameters<Store['markStalled']>[0]

/** A row to be leased, with the instant that decides whose turn is first. */
type Candidate = { sequence: number; due: number }

/** See `Store.claim`. */
export async function claimDue(
  unit: Unit,
  request: ClaimRequest
): Promise<StoredDelivery[]> {
  const found: Candidate[] = []
  // State by state, so that each is read off its index in order of time; one
  // query over several would sort the whole backlog.
  for (const state of request.states)
    found.push(...(await dueIn(unit, state, request)))
  const first = found
    .sort((one, other) => one.due - other.due)
    .slice(0, request.limit)
  return lease(unit, first, request)
}

type DueRequest = { state: DeliveryState; now: number; limit: number }

function selectDue(db: Kysely<Schema>, { state, now, limit }: DueRequest) {
  return db
    .selectFrom('national_id_delivery')
    .select(['sequence', 'next_attempt_at as due'])
    .where('state', '=', state)
    .where(isOpen())
    .where('next_attempt_at', '<=', now)
    .where((eb) => isUnleased(eb, now))
    .where(isFirstOfRecord)
    .orderBy('next_attempt_at')
    .limit(limit)
}

const dueRows = statement((db, request: DueRequest, adapter) =>
  adapter.beginsExclusive
    ? selectDue(db, request)
    : adapter.lockRows(selectDue(db, request))
)

async function dueIn(
  unit: Unit,
  state: DeliveryState,
  { now, limit }: ClaimRequest
): Promise<Candidate[]> {
  const { rows } = await dueRows(inTransaction(unit), { state, now, limit })
  return rows
}

/** See `Store.claimForRenewal`. */
export async function claimExpiring(
  unit: Unit,
  request: RenewalRequest
): Promise<StoredDelivery[]> {
  const { now, expiringBefore } = request
  const query = unit.transaction
    .selectFrom('national_id_delivery')
    .select(['sequence', 'token_expires_at as due'])
    .$narrowType<{ due: number }>()
    .where('ended_at', 'is', null)
    .where('token_expires_at', '>=', now)
    .where('token_expires_at', '<', expiringBefore)
    .where((eb) => isUnleased(eb, now))
    .orderBy('token_expires_at')
    .limit(request.limit)
  const { adapter } = unit
  const found = await (
    adapter.beginsExclusive ? query : adapter.lockRows(query)
  ).execute()
  return lease(unit, found, request)
}

type LeaseRequest = { owner: string; until: number; sequences: number[] }

const leaseRows = statement((db, { owner, until, sequences }: LeaseRequest) =>
  db
    .updateTable('national_id_delivery')
    .set({ lease_owner: owner, lease_until: until })
    .where('sequence', 'in', sequences)
    .returningAll()
)

async function lease(
  unit: Unit,
  candidates: readonly Candidate[],
  { owner, now, leaseMs }: { owner: string; now: number; leaseMs: number }
): Promise<StoredDelivery[]> {
  if (candidates.length === 0) return []
  const { rows } = await leaseRows(inTransaction(unit), {
    owner,
    until: now + leaseMs,
    sequences: sequencesOf(candidates)
  })
  // Not opened here: one that cannot be must not keep the others from being worked on.
  return inOrder(rows, candidates).map((row) =>
    toStoredDeliveryLater(unit.cipher, row)
  )
}

/** See `Store.markStalled`. */
export async function markStalled(
  { transaction, adapter }: Unit,
  { openSince, now, limit }: StalledRequest
): Promise<Delivery[]> {
  const query = transaction
    .selectFrom('national_id_delivery')
    .select(['sequence', 'open_since as due'])
    .where(isOpen())
    .where('stalled_at', 'is', null)
    .where('open_since', '<', openSince)
    .orderBy('open_since')
    .limit(limit)
  const found = await (
    adapter.beginsExclusive ? query : adapter.lockRows(query)
  ).execute()
  if (found.length === 0) return []
  const rows = await transaction
    .updateTable('national_id_delivery')
    .set({ stalled_at: now })
    .where('sequence', 'in', sequencesOf(found))
    .returningAll()
    .execute()
  return inOrder(rows, found).map(toDelivery)
}

const earliestOf = statement(
  (db, { state, now }: { state: DeliveryState; now: number }) =>
    db
      .selectFrom('national_id_delivery')
      .select('next_attempt_at')
      .where('state', '=', state)
      .where(isOpen())
      .where((eb) => isUnleased(eb, now))
      .where(isFirstOfRecord)
      .orderBy('next_attempt_at')
      .limit(1)
)

/** See `Store.nextDue`. What is held up by an older delivery of its record is not due, whatever its time. */
export async function nextDue(
  session: Session,
  states: readonly DeliveryState[]
): Promise<number | undefined> {
  const now = session.clock.now()
  const found: number[] = []
  for (const state of states) {
    const { rows } = await earliestOf(session, { state, now })
    const [row] = rows
    if (row !== undefined) found.push(row.next_attempt_at)
  }
  return found.length === 0 ? undefined : Math.min(...found)
}

/** Gives back every lease of an owner. */
export async function releaseLeases(
  transaction: Transaction<Schema>,
  owner: string
): Promise<void> {
  await transaction
    .updateTable('national_id_delivery')
    .set({ lease_owner: null, lease_until: null })
    .where('lease_owner', '=', owner)
    .execute()
}

function sequencesOf(candidates: readonly Candidate[]): number[] {
  return candidates.map(({ sequence }) => sequence)
}

/** An update gives its rows in any order. */
function inOrder(
  rows: readonly DeliveryRow[],
  candidates: readonly Candidate[]
): DeliveryRow[] {
  const position = new Map(
    candidates.map(({ sequence }, index) => [sequence, index])
  )
  const place = (row: DeliveryRow) => position.get(row.sequence) ?? 0
  return [...rows].sort((one, other) => place(one) - place(other))
}
