import type { Kysely, Transaction } from 'kysely'
import type { Clock } from '../../internal/clock'
import type { Cipher } from '../../internal/encryption'
import type { KyselyAdapter } from './adapter'
import type { AuditAppender } from './audit-chain'
import type { Schema } from './schema'
import type { SendQuery, StatementTarget } from './statement'

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
  /** See `StatementTarget`. */
  send?: SendQuery | undefined
  appendAudit: AuditAppender
}

/** Where statements of a unit are run. */
export function inTransaction({
  adapter,
  send,
  transaction
}: Unit): StatementTarget {
  return { adapter, db: transaction, send }
}

/**
 * A way past Kysely, which lets a transaction's statements wait for each other, for a database that takes the next one
 * before it has answered the last. They arrive in the order in which they are sent.
 */
export async function sendingIn(
  transaction: Transaction<Schema>
): Promise<SendQuery> {
  const connection = await transaction
    .getExecutor()
    .provideConnection((each) => Promise.resolve(each))
  return (query) => connection.executeQuery(query)
}
