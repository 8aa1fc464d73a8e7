import { Kysely } from 'kysely'
import type { StoredDelivery } from '../../domain/delivery'
import type { Store, StoreDependencies } from '../store'
import type { KyselyAdapter } from './adapter'
import {
  createAuditAppender,
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
import { toStoredDelivery } from './delivery-row'
import { insertDelivery } from './insert-delivery'
import { proveKeys } from './key-proofs'
import { listDeliveries } from './list-deliveries'
import { migrate } from './migrate'
import { purge } from './purge'
import { receiveAnswer } from './receive-answer'
import type { DeliveryRow, Schema } from './schema'
import { storeClosed, toStoreError } from './store-error'
import type { Session, Unit } from './unit'
import { addTicket, purgeTickets, redeemTicket, takeSignIn } from './tickets'
import { updateDelivery } from './update-delivery'
import { createWriteQueue, type WriteQueue } from './write-queue'

type Opened = { session: Session; writes: WriteQueue<Unit> }

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
    ...signingIn(lifecycle.write),
    ...reading(lifecycle.read)
  }
}

type Write = <T>(work: (unit: Unit) => Promise<T>) => Promise<T>
type Read = <T>(work: (session: Session) => Promise<T>) => Promise<T>

function createLifecycle(
  adapter: KyselyAdapter,
  dependencies: StoreDependencies
): { methods: Pick<Store, 'open' | 'close'>; write: Write; read: Read } {
  let opened: Opened | undefined

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

  return {
    methods: {
      async open() {
        if (opened !== undefined) return
        opened = await inOurWords(() => openSession(adapter, dependencies))
      },
      async close() {
        const closing = opened
        opened = undefined
        if (closing === undefined) return
        await closing.writes.drain()
        await inOurWords(() => closing.session.db.destroy())
      }
    },
    write: (work) => inOurWords(async () => current().writes.run(work)),
    read: (work) => inOurWords(async () => work(current().session))
  }
}

async function openSession(
  adapter: KyselyAdapter,
  dependencies: StoreDependencies
): Promise<Opened> {
  const db = new Kysely<Schema>({ dialect: adapter.createDialect() })
  const session = { ...dependencies, adapter, db }
  const writes = createWriteQueue<Unit>(
    (work) =>
      db.transaction().execute((transaction) => {
        const { cipher, clock } = dependencies
        const appendAudit = createAuditAppender(transaction, adapter, cipher)
        return work({ transaction, adapter, cipher, clock, appendAudit })
      }),
    (error) => isCommonFault(adapter, error)
  )
  try {
    await migrate(db, adapter)
    await writes.run(proveKeys)
  } catch (error) {
    await db.destroy()
    throw error
  }
  return { session, writes }
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
  | 'insert'
  | 'claim'
  | 'claimForRenewal'
  | 'markStalled'
  | 'update'
  | 'receive'
  | 'release'
  | 'audit'
  | 'purge'
> {
  return {
    check: () => write(touch),
    insert: (delivery, audit, following = []) =>
      write((unit) => insertDelivery(unit, delivery, audit, following)),
    claim: (request) => write((unit) => claimDue(unit, request)),
    claimForRenewal: (request) => write((unit) => claimExpiring(unit, request)),
    markStalled: (request) => write((unit) => markStalled(unit, request)),
    update: (id, guard, patch, audit, now) =>
      write((unit) => updateDelivery(unit, id, guard, patch, audit, now)),
    receive: (message, audit) =>
      write((unit) => receiveAnswer(unit, message, audit)),
    release: (owner) =>
      write(({ transaction }) => releaseLeases(transaction, owner)),
    audit: (events) => write(({ appendAudit }) => appendAudit(events)),
    purge: (request) => write((unit) => purge(unit, request))
  }
}

function signingIn(
  write: Write
): Pick<Store, 'takeSignIn' | 'addTicket' | 'redeemTicket' | 'purgeTickets'> {
  return {
    takeSignIn: (signIn) => write((unit) => takeSignIn(unit, signIn)),
    addTicket: (ticket, audit) =>
      write((unit) => addTicket(unit, ticket, audit)),
    redeemTicket: (claim, audit) =>
      write((unit) => redeemTicket(unit, claim, audit)),
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
  | 'timeline'
  | 'verifyAudit'
> {
  return {
    find: (id) => read((session) => find(session, id)),
    findByAction: (action) => read((session) => findByAction(session, action)),
    list: (filter) => read((session) => listDeliveries(session, filter)),
    countByState: () => read(countByState),
    oldestOpen: () => read(oldestOpen),
    nextDue: (states) => read((session) => nextDue(session, states)),
    timeline: (delivery) => read(({ db }) => readTimeline(db, delivery)),
    verifyAudit: () => read(({ db, cipher }) => verifyAuditChain(db, cipher))
  }
}

async function find(
  session: Session,
  id: string
): Promise<StoredDelivery | undefined> {
  const row = await session.db
    .selectFrom('national_id_delivery')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  return opened(session, row)
}

async function findByAction(
  session: Session,
  { eventId, actionId }: { eventId: string; actionId: string }
): Promise<StoredDelivery | undefined> {
  const row = await session.db
    .selectFrom('national_id_delivery')
    .selectAll()
    .where('event_id', '=', eventId)
    .where('action_id', '=', actionId)
    .where('part', '=', 'main')
    .executeTakeFirst()
  return opened(session, row)
}

function opened(
  { cipher }: Session,
  row: DeliveryRow | undefined
): StoredDelivery | undefined {
  return row === undefined ? undefined : toStoredDelivery(cipher, row)
}
