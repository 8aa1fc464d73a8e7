import { createHash } from 'node:crypto'
import type { AuditEvent } from '../../domain/audit'
import type {
  KeptProof,
  NewTicket,
  Store,
  TicketClaim,
  TicketResult
} from '../store'
import { deleteProofs, keepProof } from './kept-proofs'
import type { TicketRow } from './schema'
import type { Unit } from './unit'

type SignIn = Parameters<Store['takeSignIn']>[0]
type PurgeRequest = Parameters<Store['purgeTickets']>[0]

/** See `Store.takeSignIn`. */
export async function takeSignIn(
  { transaction }: Unit,
  { state, expiresAt }: SignIn
): Promise<boolean> {
  const result = await transaction
    .insertInto('national_id_sign_in')
    .values({
      state_digest: createHash('sha256').update(state).digest('hex'),
      expires_at: expiresAt
    })
    .onConflict((conflict) => conflict.column('state_digest').doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0
}

/** See `Store.addTicket`. */
export async function addTicket(
  unit: Unit,
  ticket: NewTicket,
  audit: readonly AuditEvent[]
): Promise<void> {
  const { digest, session, createdAt, expiresAt, content } = ticket
  await unit.transaction
    .insertInto('national_id_ticket')
    .values({
      digest,
      session,
      created_at: createdAt,
      expires_at: expiresAt,
      redeemed_at: null,
      redeemed_by: null,
      sealed_content: unit.cipher.seal(content, ticketContext(digest))
    })
    .execute()
  await unit.appendAudit(audit)
}

/** What a ticket's content is sealed for: a copied row opens under no other ticket. */
export function ticketContext(digest: string): string {
  return `ticket/${digest}`
}

/** See `Store.redeemTicket`. */
export async function redeemTicket(
  unit: Unit,
  claim: TicketClaim,
  audit: (result: TicketResult) => readonly AuditEvent[],
  proof: (content: string) => KeptProof | undefined
): Promise<TicketResult> {
  const result = (await redeem(unit, claim)) ?? (await judge(unit, claim))
  const kept = result.outcome === 'redeemed' ? proof(result.content) : undefined
  if (kept !== undefined) await keepProof(unit, kept)
  await unit.appendAudit(audit(result))
  return result
}

/** The first time. One statement, so of two users at the same moment only one finds it free. */
async function redeem(
  unit: Unit,
  { digest, session, user, now }: TicketClaim
): Promise<TicketResult | undefined> {
  const row = await unit.transaction
    .updateTable('national_id_ticket')
    .set({ redeemed_at: now, redeemed_by: user })
    .where('digest', '=', digest)
    .where('session', '=', session)
    .where('redeemed_at', 'is', null)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst()
  return row === undefined
    ? undefined
    : { outcome: 'redeemed', redeemedAt: now, content: contentOf(unit, row) }
}

/** What a ticket that cannot be redeemed for the first time is worth. */
async function judge(unit: Unit, claim: TicketClaim): Promise<TicketResult> {
  const row = await unit.transaction
    .selectFrom('national_id_ticket')
    .selectAll()
    .where('digest', '=', claim.digest)
    .executeTakeFirst()
  if (row === undefined) return { outcome: 'unknown' }
  if (row.session !== claim.session) return { outcome: 'foreign' }
  const { redeemed_at: redeemedAt } = row
  if (redeemedAt === null) return { outcome: 'expired' }
  if (row.redeemed_by !== claim.user) return { outcome: 'foreign' }
  return claim.now - redeemedAt < claim.repeatMs
    ? { outcome: 'repeated', redeemedAt, content: contentOf(unit, row) }
    : { outcome: 'spent' }
}

/** Opened within the transaction: should the key be missing, nothing was redeemed. */
function contentOf({ cipher }: Unit, row: TicketRow): string {
  return cipher.open(row.sealed_content, ticketContext(row.digest))
}

/** See `Store.purgeTickets`. A ticket that was redeemed in time is kept for its repetitions, whatever its end. */
export async function purgeTickets(
  unit: Unit,
  request: PurgeRequest
): Promise<number> {
  const expired = await deleteTickets(
    unit,
    'expires_at',
    request.now,
    request.limit
  )
  const redeemed = await deleteTickets(
    unit,
    'redeemed_at',
    request.redeemedBefore,
    request.limit - expired
  )
  const tickets = expired + redeemed
  const { limit, now } = request
  const signIns = await deleteSignIns(unit, now, limit - tickets)
  const gone = tickets + signIns
  return gone + (await deleteProofs(unit, now, limit - gone))
}

async function deleteTickets(
  { transaction }: Unit,
  column: 'expires_at' | 'redeemed_at',
  before: number,
  limit: number
): Promise<number> {
  const result = await transaction
    .deleteFrom('national_id_ticket')
    .where('digest', 'in', (eb) =>
      eb
        .selectFrom('national_id_ticket')
        .select('digest')
        .where(column, column === 'expires_at' ? '<=' : '<', before)
        .where('redeemed_at', column === 'expires_at' ? 'is' : 'is not', null)
        .orderBy(column)
        .limit(limit)
    )
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}

async function deleteSignIns(
  { transaction }: Unit,
  now: number,
  limit: number
): Promise<number> {
  const result = await transaction
    .deleteFrom('national_id_sign_in')
    .where('state_digest', 'in', (eb) =>
      eb
        .selectFrom('national_id_sign_in')
        .select('state_digest')
        .where('expires_at', '<=', now)
        .orderBy('expires_at')
        .limit(limit)
    )
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
