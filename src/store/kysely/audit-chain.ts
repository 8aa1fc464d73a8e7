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

type AuditRow = Selectable<AuditTable>

/** What the first entry is chained to. */
const GENESIS = '0'.repeat(64)
const PAGE = 1000

/** Appends to the audit trail within one transaction. */
export type AuditAppender = (events: readonly AuditEvent[]) => Promise<void>

/** Starts appending in a transaction. The chain's end is read once, when the first entry comes. */
export function createAuditAppender(
  transaction: Transaction<Schema>,
  adapter: KyselyAdapter,
  cipher: Cipher
): AuditAppender {
  let head: { sequence: number; hash: string } | undefined
  return async (events) => {
    if (events.length === 0) return
    if (head === undefined) {
      if (!adapter.beginsExclusive) await adapter.lockAudit(transaction)
      head = await readHead(transaction)
    }
    for (const event of events) {
      const row = chain(cipher, event, head)
      await transaction.insertInto('national_id_audit').values(row).execute()
      head = { sequence: row.sequence, hash: row.hash }
    }
  }
}

async function readHead(
  db: Kysely<Schema>
): Promise<{ sequence: number; hash: string }> {
  const last = await db
    .selectFrom('national_id_audit')
    .select(['sequence', 'hash'])
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last ?? { sequence: 0, hash: GENESIS }
}

function chain(
  cipher: Cipher,
  event: AuditEvent,
  head: { sequence: number; hash: string }
): Insertable<AuditTable> {
  const content = {
    sequence: head.sequence + 1,
    kind: event.kind,
    at: event.at,
    actor: event.actor,
    delivery_id: event.deliveryId ?? null,
    event_id: event.eventId ?? null,
    action_id: event.actionId ?? null,
    details: event.details === undefined ? null : canonicalJson(event.details),
    key_id: cipher.currentKeyId,
    previous_hash: head.hash
  }
  const { mac } = cipher.mac(canonicalJson(content), content.key_id)
  return { ...content, hash: mac }
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
