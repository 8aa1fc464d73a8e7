import { sql, type Kysely } from 'kysely'
import type { KyselyAdapter } from '../adapter'

type Columns = KyselyAdapter['columns']

/** Makes the first tables. Never edited once released: what changes later is a migration of its own. */
export async function createFirstTables(
  db: Kysely<unknown>,
  columns: Columns
): Promise<void> {
  await createDelivery(db, columns)
  await createDeliveryIndices(db)
  await createInbound(db, columns)
  await createAudit(db, columns)
  await createKeyAndCheck(db, columns)
}

async function createDelivery(
  db: Kysely<unknown>,
  { sequence, sequenceNeedsAutoIncrement, instant, blob }: Columns
): Promise<void> {
  await db.schema
    .createTable('national_id_delivery')
    .addColumn('sequence', sequence, (column) =>
      sequenceNeedsAutoIncrement
        ? column.primaryKey().autoIncrement()
        : column.primaryKey()
    )
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('part', 'text', (column) => column.notNull())
    .addColumn('event_id', 'text', (column) => column.notNull())
    .addColumn('event_type', 'text', (column) => column.notNull())
    .addColumn('tracking_id', 'text', (column) => column.notNull())
    .addColumn('action_id', 'text', (column) => column.notNull())
    .addColumn('action_type', 'text', (column) => column.notNull())
    .addColumn('custom_action_type', 'text')
    .addColumn('operation', 'text', (column) => column.notNull())
    .addColumn('mode', 'text', (column) => column.notNull())
    .addColumn('core_owed', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('rule', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('next_attempt_at', instant, (column) => column.notNull())
    .addColumn('confirm_not_before', instant, (column) => column.notNull())
    .addColumn('open_since', instant, (column) => column.notNull())
    .addColumn('created_at', instant, (column) => column.notNull())
    .addColumn('updated_at', instant, (column) => column.notNull())
    .addColumn('submitted_at', instant)
    .addColumn('answered_at', instant)
    .addColumn('ended_at', instant)
    .addColumn('system_reference', 'text')
    .addColumn('last_code', 'text')
    .addColumn('stalled_at', instant)
    .addColumn('token_expires_at', instant)
    .addColumn('lease_owner', 'text')
    .addColumn('lease_until', instant)
    .addColumn('sealed_token', blob)
    .addColumn('sealed_work', blob)
    .addColumn('sealed_answer', blob)
    .addColumn('sealed_registration_number', blob)
    .execute()
}

/**
 * What the worker asks for again and again has a partial index over the open deliveries alone, so neither a backlog
 * nor years of ended deliveries make it slower.
 */
async function createDeliveryIndices(db: Kysely<unknown>): Promise<void> {
  const open = sql.raw("(state in ('queued', 'submitted', 'answered')) = true")
  const indices = [
    sql`create unique index national_id_delivery_action on national_id_delivery (event_id, action_id, part)`,
    sql`create index national_id_delivery_due on national_id_delivery (state, next_attempt_at) where ${open}`,
    sql`create index national_id_delivery_open on national_id_delivery (open_since) where ${open} and stalled_at is null`,
    sql`create index national_id_delivery_token on national_id_delivery (token_expires_at) where ended_at is null`,
    sql`create index national_id_delivery_lease on national_id_delivery (lease_owner) where lease_owner is not null`,
    sql`create index national_id_delivery_ended on national_id_delivery (ended_at) where ended_at is not null`,
    sql`create index national_id_delivery_stalled on national_id_delivery (created_at) where stalled_at is not null`,
    sql`create index national_id_delivery_state on national_id_delivery (state, created_at)`,
    sql`create index national_id_delivery_created on national_id_delivery (created_at)`,
    sql`create index national_id_delivery_tracking on national_id_delivery (tracking_id)`
  ]
  for (const index of indices) await index.execute(db)
}

async function createInbound(
  db: Kysely<unknown>,
  { sequence, sequenceNeedsAutoIncrement, instant }: Columns
): Promise<void> {
  await db.schema
    .createTable('national_id_inbound')
    .addColumn('sequence', sequence, (column) =>
      sequenceNeedsAutoIncrement
        ? column.primaryKey().autoIncrement()
        : column.primaryKey()
    )
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('message_digest', 'text', (column) => column.notNull())
    .addColumn('delivery_id', 'text', (column) => column.notNull())
    .addColumn('received_at', instant, (column) => column.notNull())
    .execute()
  await sql`create unique index national_id_inbound_message on national_id_inbound (source, message_digest)`.execute(
    db
  )
  await sql`create index national_id_inbound_received on national_id_inbound (received_at)`.execute(
    db
  )
}

async function createAudit(
  db: Kysely<unknown>,
  { instant }: Columns
): Promise<void> {
  await db.schema
    .createTable('national_id_audit')
    .addColumn('sequence', instant, (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('at', instant, (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('delivery_id', 'text')
    .addColumn('event_id', 'text')
    .addColumn('action_id', 'text')
    .addColumn('details', 'text')
    .addColumn('key_id', 'text', (column) => column.notNull())
    .addColumn('previous_hash', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute()
  await sql`create index national_id_audit_delivery on national_id_audit (delivery_id) where delivery_id is not null`.execute(
    db
  )
  await sql`create index national_id_audit_action on national_id_audit (event_id, action_id) where event_id is not null`.execute(
    db
  )
}

async function createKeyAndCheck(
  db: Kysely<unknown>,
  { instant, blob }: Columns
): Promise<void> {
  await db.schema
    .createTable('national_id_key')
    .addColumn('key_id', 'text', (column) => column.primaryKey())
    .addColumn('sealed_proof', blob, (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('national_id_check')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('checked_at', instant, (column) => column.notNull())
    .execute()
  await sql`insert into national_id_check (id, checked_at) values (1, 0)`.execute(
    db
  )
}
