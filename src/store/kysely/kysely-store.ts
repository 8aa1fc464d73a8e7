import { Kysely, WithSchemaPlugin, type Dialect } from 'kysely'
import type { StoredDelivery } from '../../domain/delivery'
import type { Store, StoreDependencies } from '../store'
import type { KyselyAdapter } from './adapter'
import {
  createAuditEntries,
  readTimeline,
  verifyAuditChain
} from './audit-chain'
import {
  claimDue,
  claimExpiring,
  markStalled,
  nextDue,
  releaseLeases
} from './claim-deliveries'
import { countByState, oldestOpen } from './counts'
import { toDeliveryOrUnreadable, toStoredDelivery } from './delivery-row'
import { insertDelivery } from './insert-delivery'
import { findProof } from './kept-proofs'
import { proveKeys } from './key-proofs'
import { listDeliveries } from './list-deliveries'
import { migrate } from './migrate'
import { purge } from './purge'
import { endReadable, findReadable } from './readable-people'
import { receiveAnswer } from './receive-answer'
import type { DeliveryRow, Schema } from './schema'
import { statement } from './statement'
import { storeClosed, toStoreError } from './store-error'
import { sendingIn, type Session, type Unit } from './unit'
import { addTicket, purgeTickets, redeemTicket, takeSignIn } from './tickets'
import { updateDelivery } from './update-delivery'
import type { WorkSignal, WorkTowards } from './work-signal'
import { createWriteQueue, type WriteQueue } from './write-queue'

type Opened = {
  session: Session
  writes: WriteQueue<Unit>
  signal: WorkSignal | undefined
  close(): Promise<void>
}

/**
 * The store, on any database that there is an adapter for. Writes go through one queue, so that those which come
 * together are made durable together; reads go straight to the database.
 */
export function createKyselyStore(
  adapter: KyselyAdapter,
  dependencies: StoreDependencies
): Store {
  const lifecycle = createLifecycle(adapter, dependencies)
  return {
    ...lifecycle.methods,
    ...writing(lifecycle.write),
    ...bringingWork(lifecycle.write, lifecycle.tell),
    ...signingIn(lifecycle.write),
    ...reading(lifecycle.read)
  }
}

type Write = <T>(
  work: (unit: Unit) => Promise<T>,
  beside?: 'mixed' | 'alone'
) => Promise<T>
type Read = <T>(work: (session: Session) => Promise<T>) => Promise<T>

/** Other processes are to look for work. */
type Tell = (towards?: WorkTowards) => void

function createLifecycle(
  adapter: KyselyAdapter,
  dependencies: StoreDependencies
): {
  methods: Pick<Store, 'open' | 'close' | 'onWork'>
  write: Write
  read: Read
  tell: Tell
} {
  let opened: Opened | undefined
  const listeners = new Set<(towards: WorkTowards) => void>()

  async function inOurWords<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw toStoreError(adapter, error)
    }
  }
  function current(): Opened {
    if (opened === undefined) throw storeClosed()
    return opened
  }
  function hear(towards: WorkTowards): void {
    for (const listener of listeners) listener(towards)
  }

  return {
    methods: {
      async open() {
        if (opened !== undefined) return
        opened = await inOurWords(() =>
          openSession(adapter, dependencies, hear)
        )
      },
      async close() {
        const closing = opened
        opened = undefined
        if (closing === undefined) return
        await closing.writes.drain()
        await inOurWords(() => closing.close())
      },
      ...(adapter.createSignal === undefined
        ? {}
        : {
            onWork(listener) {
              listeners.add(listener)
              return () => void listeners.delete(listener)
            }
          })
    },
    write: (work, beside) =>
      inOurWords(async () => current().writes.run(work, beside)),
    read: (work) =>
      inOurWords(() => repeating(adapter, () => work(current().session))),
    tell(towards) {
      opened?.signal?.tell(towards)
    }
  }
}

async function openSession(
  adapter: KyselyAdapter,
  dependencies: StoreDependencies,
  onWork: (towards: WorkTowards) => void
): Promise<Opened> {
  await migrateAlone(adapter)
  const writer = connect(adapter, adapter.createDialect())
  const reading = adapter.createReadingDialect?.()
  const db = reading === undefined ? writer : connect(adapter, reading)
  async function close(): Promise<void> {
    await signal?.stop()
    if (db !== writer) await db.destroy()
    await writer.destroy()
  }
  const signal = adapter.createSignal?.(onWork)
  const writes = createWriteQueue<Unit>(
    (work) =>
      repeating(adapter, () => transact(writer, adapter, dependencies, work)),
    (error) => isCommonFault(adapter, error),
    adapter.takesAhead ? 'mixed' : 'oneByOne'
  )
  try {
    if (adapter.createMigratingDialect === undefined)
      await migrate(writer, adapter)
    await writes.run(proveKeys)
  } catch (error) {
    await close()
    throw error
  }
  signal?.start()
  return { session: { ...dependencies, adapter, db }, writes, signal, close }
}

/** Queries on a database that is opened for them. */
export function connect(
  adapter: KyselyAdapter,
  dialect: Dialect
): Kysely<Schema> {
  const { schema } = adapter
  const plugins = schema === undefined ? [] : [new WithSchemaPlugin(schema)]
  return new Kysely<Schema>({ dialect, plugins })
}

/** On a connection of its own, where the database has one for that. */
async function migrateAlone(adapter: KyselyAdapter): Promise<void> {
  const dialect = adapter.createMigratingDialect?.()
  if (dialect === undefined) return
  const db = connect(adapter, dialect)
  try {
    await migrate(db, adapter)
    await adapter.afterMigration?.(db)
  } finally {
    await db.destroy()
  }
}

/** Runs work in one transaction, with the audit entries that it gives at the end of it. */
export function transact(
  writer: Kysely<Schema>,
  adapter: KyselyAdapter,
  { cipher, clock }: StoreDependencies,
  work: (unit: Unit) => Promise<void>
): Promise<void> {
  return writer.transaction().execute(async (transaction) => {
    const audit = createAuditEntries(adapter, cipher)
    const appendAudit = audit.append
    const send = adapter.takesAhead ? await sendingIn(transaction) : undefined
    await work({ transaction, send, adapter, cipher, clock, appendAudit })
    await audit.write(transaction)
  })
}

/** A connection that was cut, and what was given up so that another could go on, is tried again. */
const ATTEMPTS = 3

/** Does it again where the database asks for that and has kept nothing of it. */
export async function repeating<T>(
  adapter: KyselyAdapter,
  work: () => Promise<T>
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (attempt === ATTEMPTS || adapter.mayRepeat?.(error) !== true)
        throw error
    }
  }
}

/** A fault of the database itself meets every write alike. */
function isCommonFault(adapter: KyselyAdapter, error: unknown): boolean {
  return toStoreError(adapter, error).code.startsWith('ERR_STORE_')
}

function writing(
  write: Write
): Pick<
  Store,
  | 'check'
  | 'claim'
  | 'claimForRenewal'
  | 'markStalled'
  | 'endReadable'
  | 'audit'
  | 'purge'
> {
  return {
    check: () => write(touch),
    claim: (request) => write((unit) => claimDue(unit, request)),
    claimForRenewal: (request) => write((unit) => claimExpiring(unit, request)),
    markStalled: (request) => write((unit) => markStalled(unit, request)),
    endReadable: (request, audit) =>
      write((unit) => endReadable(unit, request, audit)),
    audit: (events) => write(({ appendAudit }) => appendAudit(events)),
    purge: (request) => write((unit) => purge(unit, request))
  }
}

/** What may leave something to do for whoever has time. */
function bringingWork(
  write: Write,
  tell: Tell
): Pick<Store, 'insert' | 'update' | 'receive' | 'release'> {
  return {
    async insert(delivery, audit, following = []) {
      const result = await write(
        (unit) => insertDelivery(unit, delivery, audit, following),
        'mixed'
      )
      if (result.inserted && delivery.lease === undefined)
        tell(delivery.state === 'answered' ? 'core' : 'system')
      return result
    },
    async update(id, guard, patch, audit, now, following = []) {
      const updated = await write(
        (unit) =>
          updateDelivery(unit, id, guard, patch, { audit, following }, now),
        'mixed'
      )
      // Whoever held it goes on by itself; an operator's decision is for all.
      if (updated !== undefined && guard.leaseOwner === undefined) tell()
      return updated
    },
    async receive(message, audit) {
      const result = await write(
        (unit) => receiveAnswer(unit, message, audit),
        'mixed'
      )
      if (result === 'applied') tell('core')
      return result
    },
    async release(owner) {
      await write(({ transaction }) => releaseLeases(transaction, owner))
      tell()
    }
  }
}

function signingIn(
  write: Write
): Pick<Store, 'takeSignIn' | 'addTicket' | 'redeemTicket' | 'purgeTickets'> {
  return {
    takeSignIn: (signIn) => write((unit) => takeSignIn(unit, signIn)),
    addTicket: (ticket, audit) =>
      write((unit) => addTicket(unit, ticket, audit)),
    redeemTicket: (claim, audit, proof = () => undefined) =>
      write((unit) => redeemTicket(unit, claim, audit, proof)),
    purgeTickets: (request) => write((unit) => purgeTickets(unit, request))
  }
}

/** Really writes something: a disk that is full or read-only shows only then. */
async function touch({ transaction, clock }: Unit): Promise<void> {
  await transaction
    .updateTable('national_id_check')
    .set({ checked_at: clock.now() })
    .where('id', '=', 1)
    .execute()
}

function reading(
  read: Read
): Pick<
  Store,
  | 'find'
  | 'findByAction'
  | 'list'
  | 'countByState'
  | 'oldestOpen'
  | 'nextDue'
  | 'findProof'
  | 'findReadable'
  | 'timeline'
  | 'verifyAudit'
> {
  return {
    find: (id, unreadable = 'throws') =>
      read((session) => find(session, id, unreadable)),
    findByAction: (action) => read((session) => findByAction(session, action)),
    list: (filter) => read((session) => listDeliveries(session, filter)),
    countByState: () => read(countByState),
    oldestOpen: () => read(oldestOpen),
    nextDue: (states) => read((session) => nextDue(session, states)),
    findProof: (wish) => read((session) => findProof(session, wish)),
    findReadable: (wish) => read((session) => findReadable(session, wish)),
    timeline: (delivery) => read(({ db }) => readTimeline(db, delivery)),
    verifyAudit: () => read(({ db, cipher }) => verifyAuditChain(db, cipher))
  }
}

const deliveryById = statement((db, { id }: { id: string }) =>
  db.selectFrom('national_id_delivery').selectAll().where('id', '=', id)
)

const mainDeliveryOf = statement(
  (db, { eventId, actionId }: { eventId: string; actionId: string }) =>
    db
      .selectFrom('national_id_delivery')
      .selectAll()
      .where('event_id', '=', eventId)
      .where('action_id', '=', actionId)
      .where('part', '=', 'main')
)

async function find(
  session: Session,
  id: string,
  unreadable: 'throws' | 'marked'
): Promise<StoredDelivery | undefined> {
  const { rows } = await deliveryById(session, { id })
  const [row] = rows
  return unreadable === 'marked' && row !== undefined
    ? toDeliveryOrUnreadable(session.cipher, row)
    : opened(session, row)
}

async function findByAction(
  session: Session,
  { eventId, actionId }: { eventId: string; actionId: string }
): Promise<StoredDelivery | undefined> {
  const { rows } = await mainDeliveryOf(session, { eventId, actionId })
  return opened(session, rows[0])
}

function opened(
  { cipher }: Session,
  row: DeliveryRow | undefined
): StoredDelivery | undefined {
  return row === undefined ? undefined : toStoredDelivery(cipher, row)
}
