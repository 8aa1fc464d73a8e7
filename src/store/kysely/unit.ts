import type { Kysely, Transaction } from 'kysely'
import type { Clock } from '../../internal/clock'
import type { Cipher } from '../../internal/encryption'
import type { KyselyAdapter } from './adapter'
import type { AuditAppender } from './audit-chain'
import type { Schema } from './schema'
import type { StatementTarget } from './statement'

/** What the queries of an open store work with. */
export type Session = {
  db: Kysely<Schema>
  adapter: KyselyAdapter
  cipher: Cipher
  clock: Clock
}

/** One transaction: what is written through it is on disk together, or not at all. */
export type Unit = Omit<Session, 'db'> & {
  transaction: Transaction<Schema>
  appendAudit: AuditAppender
}

/** Where statements of a unit are run. */
export function inTransaction({ adapter, transaction }: Unit): StatementTarget {
  return { adapter, db: transaction }
}
