import type { Clock } from '../../internal/clock'
import { newId } from '../../internal/ids'
import { actorColumns, type Actor } from './actor'
import { internalFailure } from './core-failure'
import type { ActionRow, EventRecord } from './event-record'

/** A row to store; the simulator gives it its id, time and author. */
export type NewRow = Omit<
  ActionRow,
  | 'id'
  | 'createdAt'
  | 'createdBy'
  | 'createdByUserType'
  | 'createdByRole'
  | 'createdAtLocation'
>

/** The rows of all records, with the constraints of core's own tables. */
export type RecordStore = {
  /** A new record with its CREATE and ASSIGN rows. */
  create(type: string, actor: Actor): EventRecord
  /** A copy of the record as it is now. */
  find(eventId: string): EventRecord | undefined
  all(): EventRecord[]
  /**
   * Stores a row. `undefined` means that its transactionId was used before
   * with this type and status, on whatever record: nothing was stored
   * (FACTS C4, C7).
   *
   * @throws CoreFailure 500 when another record has the registration number,
   *   or the row lacks what its type must have (FACTS C9)
   */
  insert(eventId: string, row: NewRow, actor: Actor): ActionRow | undefined
}

/** An empty store in memory. */
export function createRecordStore(clock: Clock): RecordStore {
  const events = new Map<string, EventRecord>()
  const transactions = new Set<string>()
  const numbers = new Set<string>()

  function insert(
    eventId: string,
    row: NewRow,
    actor: Actor
  ): ActionRow | undefined {
    const event = events.get(eventId)
    if (event === undefined || lacksColumns(row)) throw internalFailure()
    const transaction = `${row.transactionId}|${row.type}|${row.status}`
    if (transactions.has(transaction)) return undefined
    const number = row.registrationNumber
    if (number !== undefined && numbers.has(number)) throw internalFailure()
    transactions.add(transaction)
    if (number !== undefined) numbers.add(number)
    const stored: ActionRow = structuredClone({
      ...row,
      ...actorColumns(actor),
      id: newId(),
      createdAt: timestamp(clock)
    })
    event.actions.push(stored)
    return stored
  }

  return {
    create(type, actor) {
      const event = emptyRecord(type, timestamp(clock))
      events.set(event.id, event)
      const row = {
        transactionId: newId(),
        status: 'Accepted',
        declaration: {}
      } as const
      insert(event.id, { ...row, type: 'CREATE' }, actor)
      insert(event.id, { ...row, type: 'ASSIGN', assignedTo: actor.id }, actor)
      return structuredClone(event)
    },
    find(eventId) {
      const event = events.get(eventId)
      return event === undefined ? undefined : structuredClone(event)
    },
    all: () => structuredClone([...events.values()]),
    insert
  }
}

/** The check constraint that makes a later rejection of these types impossible (FACTS C9). */
function lacksColumns(row: NewRow): boolean {
  const needsRequest =
    row.type === 'APPROVE_CORRECTION' || row.type === 'REJECT_CORRECTION'
  const needsReason = row.type === 'REJECT' || row.type === 'REJECT_CORRECTION'
  return (
    (needsRequest && row.requestId === undefined) ||
    (needsReason && typeof row.content?.reason !== 'string')
  )
}

function emptyRecord(type: string, now: string): EventRecord {
  const id = newId()
  return {
    id,
    type,
    createdAt: now,
    updatedAt: now,
    actions: [],
    trackingId: id.replaceAll('-', '').slice(0, 6).toUpperCase()
  }
}

function timestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString()
}
