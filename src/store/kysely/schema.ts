import type { Generated, Selectable } from 'kysely'
import type { Delivery } from '../../domain/delivery'

/**
 * One row per delivery. Instants are whole milliseconds since 1970. The `sealed_` columns hold what is personal or
 * secret, each sealed by itself under the context `<id>/<column>`, and are null once the delivery has ended.
 */
export type DeliveryTable = {
  /** Order of writing: what came first for a record is done first. */
  sequence: Generated<number>
  id: string
  part: Delivery['part']
  event_id: string
  event_type: string
  tracking_id: string
  action_id: string
  action_type: string
  custom_action_type: string | null
  operation: Delivery['operation']
  mode: Delivery['mode']
  core_owed: Delivery['coreOwed']
  state: Delivery['state']
  rule: string
  attempts: number
  next_attempt_at: number
  confirm_not_before: number
  /** When its waiting began: when it was made, or, for a deactivation, when its time comes. */
  open_since: number
  created_at: number
  updated_at: number
  submitted_at: number | null
  answered_at: number | null
  /** Set in ended states, and in no other. */
  ended_at: number | null
  system_reference: string | null
  last_code: string | null
  stalled_at: number | null
  token_expires_at: number | null
  lease_owner: string | null
  lease_until: number | null
  sealed_token: Buffer | null
  sealed_work: Buffer | null
  sealed_answer: Buffer | null
  sealed_registration_number: Buffer | null
}

/** Messages of systems that were seen, so that each is applied once. */
export type InboundTable = {
  sequence: Generated<number>
  source: string
  /** SHA-256 of the message's id, which another party chose: it has a length, and says nothing. */
  message_digest: string
  delivery_id: string
  received_at: number
}

/** The audit trail: append-only, each entry chained to the one before. */
export type AuditTable = {
  /** From 1, without gaps. */
  sequence: number
  kind: string
  at: number
  actor: string
  delivery_id: string | null
  event_id: string | null
  action_id: string | null
  /** JSON with sorted keys. */
  details: string | null
  key_id: string
  previous_hash: string
  hash: string
}

/** What finished sign-ins left for the form to collect. */
export type TicketTable = {
  digest: string
  /** Digest of the browser session that it belongs to. */
  session: string
  created_at: number
  expires_at: number
  /** When, and by whom, it was redeemed for the first time. */
  redeemed_at: number | null
  redeemed_by: string | null
  /** Sealed under the context `ticket/<digest>`. */
  sealed_content: Buffer
}

/** Sign-ins whose redirect has come, so that none is taken twice. */
export type SignInTable = {
  /** SHA-256 of `state`, which another party may have chosen: it has a length, and says nothing. */
  state_digest: string
  expires_at: number
}

/** Signed texts behind evidence, for a country that passes them on. */
export type ProofTable = {
  evidence_id: string
  expires_at: number
  /** Sealed under the context `proof/<evidence_id>`. */
  sealed_content: Buffer
}

/** People who may be read back by identifier while their delivery has not ended. */
export type ReadableTable = {
  delivery_id: string
  /** `subject`, or the role that the declaration gives. */
  role: string
  /** HMAC-SHA256 of the identifier, in hex, under a key that is derived from `key_id` for nothing else. */
  identifier_digest: string
  key_id: string
  readable_until: number
}

/** Encryption keys that were used here, each with a known text sealed with it, so that a wrong one is noticed. */
export type KeyTable = { key_id: string; sealed_proof: Buffer }

/** One row that is written to find out whether writing works. */
export type CheckTable = { id: number; checked_at: number }

/** All tables, by name. */
export type Schema = {
  national_id_delivery: DeliveryTable
  national_id_inbound: InboundTable
  national_id_audit: AuditTable
  national_id_ticket: TicketTable
  national_id_sign_in: SignInTable
  national_id_proof: ProofTable
  national_id_readable: ReadableTable
  national_id_key: KeyTable
  national_id_check: CheckTable
}

/** A row of `national_id_delivery` as it is read. */
export type DeliveryRow = Selectable<DeliveryTable>

/** A row of `national_id_ticket` as it is read. */
export type TicketRow = Selectable<TicketTable>
