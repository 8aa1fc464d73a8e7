import { setImmediate } from 'node:timers/promises'
import type { Insertable, Kysely, Selectable, Transaction } from 'kysely'
import type { AuditEvent, AuditRecord, AuditVerdict } from '../../domain/audit'
import { plainCode } from '../../domain/code'
import { StoreError } from '../../domain/errors'
import type { JsonObject } from '../../domain/json'
import type { Cipher } from '../../internal/encryption'
import { parseJson } from '../../internal/http'
import type { KyselyAdapter } from './adapter'
import { canonicalJson } from './canonical-json'
import type { AuditTable, Schema } from './schema'
import { statement, type StatementTarget } from './statement'

type AuditRow = Selectable<AuditTable>

/** What the first entry is chained to. */
const GENESIS = '0'.repeat(64)
const PAGE = 1000

/** Takes entries for the audit trail. They are written with the transaction that they are given in. */
export type AuditAppender = (events: readonly AuditEvent[]) => Promise<void>

/** The entries of one transaction. */
export type AuditEntries = {
  append: AuditAppender
  /** Writes them. The last thing in the transaction, since other appenders wait from then until it ends. */
  write(transaction: Transaction<Schema>): Promise<void>
}

/** Gathers entries for the audit trail. The chain's end is read once, when they are written. */
export function createAuditEntries(
  adapter: KyselyAdapter,
  cipher: Cipher
): AuditEntries {
  const gathered: AuditEvent[] = []
  return {
    append(events) {
      gathered.push(...events)
      return Promise.resolve()
    },
    async write(transaction) {
      if (gathered.length === 0) return
      const on = { db: transaction, adapter }
      if (!adapter.beginsExclusive) await adapter.lockAudit(transaction)
      let head = await readHead(on)
      const rows = gathered.map((event) => {
        const row = chain(cipher, event, head)
        head = row
        return row
      })
      await insertEntries(on, rows)
    }
  }
}

/** Values of one statement, well below what any database takes. */
const ROWS_AT_ONCE = 500

async function insertEntries(
  on: StatementTarget,
  rows: ReadonlyArray<Insertable<AuditTable>>
): Promise<void> {
  if (on.adapter.insertAudit === undefined) {
    for (const row of rows) await insertEntry(on, row)
    return
  }
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const some = rows.slice(from, from + ROWS_AT_ONCE)
    await on.adapter.insertAudit(on.db, some)
  }
}

const insertEntry = statement((db, row: Insertable<AuditTable>) =>
  db.insertInto('national_id_audit').values(row)
)

const lastEntry = statement((db) =>
  db
    .selectFrom('national_id_audit')
    .select(['sequence', 'hash'])
    .orderBy('sequence', 'desc')
    .limit(1)
)

async function readHead(
  on: StatementTarget
): Promise<{ sequence: number; hash: string }> {
  const { rows } = await lastEntry(on, {})
  return rows[0] ?? { sequence: 0, hash: GENESIS }
}

function chain(
  cipher: Cipher,
  event: AuditEvent,
  head: { sequence: number; hash: string }
): Insertable<AuditTable> {
  const content = {
    sequence: head.sequence + 1,
    kind: storable(event.kind),
    at: event.at,
    actor: storable(event.actor),
    delivery_id: orNull(event.deliveryId),
    event_id: orNull(event.eventId),
    action_id: orNull(event.actionId),
    details: event.details === undefined ? null : canonicalJson(event.details),
    key_id: cipher.currentKeyId,
    previous_hash: head.hash
  }
  const { mac } = cipher.mac(canonicalJson(content), content.key_id)
  return { ...content, hash: mac }
}

function orNull(text: string | undefined): string | null {
  return text === undefined ? null : storable(text)
}

/**
 * What every database gives back as it was written, or the entry would not be as it was hashed: ids of refused calls
 * are whatever somebody has sent.
 */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u{FFFD}')
}

/**
 * Goes through the whole trail, page by page, and names the first entry that is not as it was written, or is missing.
 * What was cut off at the end shows only against a head that was noted elsewhere before.
 */
export async function verifyAuditChain(
  db: Kysely<Schema>,
  cipher: Cipher
): Promise<AuditVerdict> {
  let head = { sequence: 0, hash: GENESIS }
  let entries = 0
  for (;;) {
    const rows = await readPage(db, head.sequence)
    for (const row of rows) {
      const problem = problemOf(cipher, row, head)
      if (problem !== undefined)
        return { intact: false, entries, brokenAt: head.sequence + 1, problem }
      head = { sequence: row.sequence, hash: row.hash }
      entries += 1
    }
    if (rows.length < PAGE) return { intact: true, entries, head: head.hash }
    // A long trail takes a while; the server goes on meanwhile.
    await setImmediate()
  }
}

function readPage(db: Kysely<Schema>, after: number): Promise<AuditRow[]> {
  return db
    .selectFrom('national_id_audit')
    .selectAll()
    .where('sequence', '>', after)
    .orderBy('sequence')
    .limit(PAGE)
    .execute()
}

function problemOf(
  cipher: Cipher,
  row: AuditRow,
  head: { sequence: number; hash: string }
): string | undefined {
  if (row.sequence !== head.sequence + 1) return 'the entry is missing'
  if (row.previous_hash !== head.hash)
    return 'the entry does not follow the one before'
  const { hash, ...content } = row
  try {
    const { mac } = cipher.mac(canonicalJson(content), row.key_id)
    return mac === hash ? undefined : 'the entry was changed'
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    return `the entry needs the key ${plainCode(row.key_id)}, which is not in secrets.encryption`
  }
}

/** The entries about a delivery, or about its action, in order. */
export async function readTimeline(
  db: Kysely<Schema>,
  delivery: { id: string; eventId: string; actionId: string }
): Promise<AuditRecord[]> {
  const rows = await db
    .selectFrom('national_id_audit')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('delivery_id', '=', delivery.id),
        eb.and([
          eb('event_id', '=', delivery.eventId),
          eb('action_id', '=', delivery.actionId)
        ])
      ])
    )
    .orderBy('sequence')
    .execute()
  return rows.map(toRecord)
}

function toRecord(row: AuditRow): AuditRecord {
  return {
    sequence: row.sequence,
    hash: row.hash,
    kind: row.kind,
    at: row.at,
    actor: row.actor,
    ...(row.delivery_id === null ? {} : { deliveryId: row.delivery_id }),
    ...(row.event_id === null ? {} : { eventId: row.event_id }),
    ...(row.action_id === null ? {} : { actionId: row.action_id }),
    ...(row.details === null ? {} : { details: readDetails(row) })
  }
}

function readDetails(row: AuditRow): JsonObject {
  const details = parseJson(row.details ?? '')
  if (typeof details !== 'object' || details === null)
    throw new StoreError(
      `Entry ${row.sequence} of the audit trail cannot be read. Verify the trail.`,
      { code: 'ERR_AUDIT_UNREADABLE' }
    )
  // Parsed from JSON just above, so every value in it is one.
  return details as JsonObject
}
