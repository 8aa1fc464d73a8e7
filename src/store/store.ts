import type { AuditEvent, AuditRecord, AuditVerdict } from '../domain/audit'
import type {
  Delivery,
  DeliverySecrets,
  DeliveryState,
  FinalAnswer,
  StoredDelivery
} from '../domain/delivery'
import type { OptionsIssue } from '../domain/errors'
import type { Clock } from '../internal/clock'
import type { Cipher } from '../internal/encryption'

/** A delivery as it is first written. It may come leased (the synchronous mode works on it at once). */
export type NewDelivery = Omit<Delivery, 'updatedAt' | 'attempts'> & {
  secrets: DeliverySecrets
}

/** Changes to a delivery. A key set to null is cleared; a key that is absent stays. */
export type DeliveryPatch = {
  state?: DeliveryState
  coreOwed?: Delivery['coreOwed']
  attempts?: number
  nextAttemptAt?: number
  confirmNotBefore?: number
  submittedAt?: number
  answeredAt?: number
  endedAt?: number
  systemReference?: string
  lastCode?: string | null
  stalledAt?: number | null
  tokenExpiresAt?: number
  /** Always ends with the step that it was taken for. */
  lease?: null | { owner: string; until: number }
  token?: string
  answer?: FinalAnswer
  registrationNumber?: string
  /** Who can be found by identifier from now on, instead of whoever could be; null for nobody any more. */
  readable?: null | {
    /** From this moment on they are not found. */
    until: number
    people: ReadonlyArray<{ identifier: string; role: string }>
  }
}

/** Only a delivery that is (still) so is changed. */
export type DeliveryGuard = {
  states: readonly DeliveryState[]
  /** The lease must be this owner's and not have run out at `now`; null: nobody may have taken it. */
  leaseOwner?: string | null
}

export type DeliveryFilter = {
  states?: readonly DeliveryState[]
  eventId?: string
  eventType?: string
  trackingId?: string
  operation?: string
  /** Only those reported as stalled. */
  stalled?: boolean
  createdBefore?: number
  createdAfter?: number
  /** At most this many, 1 to 200. */
  limit: number
  /** The `next` of the page before. */
  after?: string
}

/** A message from a system that is to be applied once. */
export type InboundAnswer = {
  source: string
  messageId: string
  deliveryId: string
  answer: FinalAnswer
  now: number
  /** When the worker shall go on with it. */
  nextAttemptAt: number
}

/**
 * - `applied`: the delivery is now `answered`;
 * - `repeated`: this message was seen before; nothing changed;
 * - `late`: another answer was there before, or the delivery has ended; nothing changed;
 * - `unknown`: there is no such delivery; nothing changed, and the message id was not taken down.
 */
export type InboundResult = 'applied' | 'repeated' | 'late' | 'unknown'

/** What a finished sign-in left for the form to collect, once. */
export type NewTicket = {
  /** Digest of the ticket: the ticket itself is never stored. */
  digest: string
  /** Digest of the browser session that began the sign-in; nobody else may redeem it. */
  session: string
  createdAt: number
  /** Not redeemed by then, it is worth nothing. */
  expiresAt: number
  /** JSON. Encrypted at rest, erased once the ticket is spent or has expired. */
  content: string
}

/** A wish to redeem a ticket. */
export type TicketClaim = {
  digest: string
  session: string
  /** Id of the OpenCRVS user. The first one to redeem it is the only one who may. */
  user: string
  now: number
  /** For how long after the first time the same user gets the same answer again, in milliseconds. */
  repeatMs: number
}

/**
 * - `redeemed`: for the first time, now;
 * - `repeated`: by the same user, soon after the first time;
 * - `unknown`, `expired`, `spent`, `foreign` (another browser session or user): nothing is given.
 */
export type TicketResult =
  | {
      outcome: 'redeemed' | 'repeated'
      content: string
      /** When it was redeemed for the first time. */
      redeemedAt: number
    }
  | { outcome: 'unknown' | 'expired' | 'spent' | 'foreign' }

/** The signed text that a proof of identity came from, kept for a country that passes it on to the ID system. */
export type KeptProof = {
  /** Id of the evidence that it stands behind: whoever has no such evidence cannot ask for it. */
  evidenceId: string
  /** Encrypted at rest. */
  content: string
  /** From this moment on it is given to nobody; it is erased soon after. */
  expiresAt: number
}

/** Asks for the text behind an evidence that was found good. */
export type ProofWish = { evidenceId: string; now: number }

/**
 * The port to the durable store. Every method that changes something takes the audit entries that belong to it and
 * writes them in the same transaction; when it resolves, both are on disk.
 * Methods throw `StoreError`; `retryable` tells a passing fault (busy, disk full) from a lasting one.
 */
export type Store = {
  /** Opens it and brings its tables up to date. */
  open(): Promise<void>
  close(): Promise<void>
  /** Resolves when the store can write; throws when it cannot. */
  check(): Promise<void>
  /**
   * Tells of work that another process has written, towards the system, towards core, or (left out) either. A hint
   * without promise: what is due must be looked for now and then all the same. Absent where no other process is told.
   * @returns ends it
   */
  onWork?(listener: (towards?: 'system' | 'core') => void): () => void

  /**
   * Writes a delivery, and those that follow it, unless its event, action and part have one: then that one is given,
   * unchanged, with `inserted: false`, and neither `audit` nor `following` is written.
   */
  insert(
    delivery: NewDelivery,
    audit: readonly AuditEvent[],
    following?: readonly NewDelivery[]
  ): Promise<{ delivery: StoredDelivery; inserted: boolean }>
  /**
   * @param unreadable what to do when the secret parts cannot be opened: throw `ERR_SEAL_BROKEN` (the default), or give
   * the delivery marked and without them
   */
  find(
    id: string,
    unreadable?: 'throws' | 'marked'
  ): Promise<StoredDelivery | undefined>
  /** The main delivery of an action. */
  findByAction(action: {
    eventId: string
    actionId: string
  }): Promise<StoredDelivery | undefined>
  /**
   * Newest first; nothing is decrypted.
   * @throws MalformedError `ERR_FILTER` when `limit` or `after` is not what it must be
   */
  list(
    filter: DeliveryFilter
  ): Promise<{ deliveries: Delivery[]; next?: string }>
  /** How many deliveries stand where. States without any are absent. */
  countByState(): Promise<Partial<Record<DeliveryState, number>>>
  /** When the oldest open delivery was made, or undefined. */
  oldestOpen(): Promise<number | undefined>

  /**
   * Leases deliveries whose time has come: open, due at `now`, not leased to anybody, and no older open delivery of
   * the same record before them (a `deactivation`, which waits for weeks, neither holds up others nor is held up; an
   * `announcement` goes before whatever the system is to be told later of the record, and waits for none of that).
   * Oldest due time first. Secrets are opened when they are asked for: one that cannot be opened throws then
   * (`ERR_KEY_MISSING`, `ERR_SEAL_BROKEN`), and holds up no other.
   */
  claim(request: {
    owner: string
    now: number
    leaseMs: number
    limit: number
    states: readonly DeliveryState[]
  }): Promise<StoredDelivery[]>
  /** Leases deliveries that have not ended and whose record token ends between `now` and `expiringBefore`. */
  claimForRenewal(request: {
    owner: string
    now: number
    leaseMs: number
    limit: number
    expiringBefore: number
  }): Promise<StoredDelivery[]>
  /** Marks deliveries that are open since before `openSince` as stalled, once, and gives them. */
  markStalled(request: {
    openSince: number
    now: number
    limit: number
  }): Promise<Delivery[]>
  /** When the next unleased open delivery is due, or undefined. */
  nextDue(states: readonly DeliveryState[]): Promise<number | undefined>

  /**
   * Changes a delivery if the guard holds, and gives it as it is then; undefined when the guard did not hold, and
   * then nothing was written. Entering an ended state erases the secrets; entering `readable` erases the record token.
   *
   * @param following deliveries that the change brings about, written with it; one whose event, action and part are
   * there already stays as it is
   */
  update(
    id: string,
    guard: DeliveryGuard,
    patch: DeliveryPatch,
    audit: readonly AuditEvent[],
    now: number,
    following?: readonly NewDelivery[]
  ): Promise<StoredDelivery | undefined>
  /** Applies a system's message once; see `InboundResult`. */
  receive(
    message: InboundAnswer,
    audit: (result: InboundResult) => readonly AuditEvent[]
  ): Promise<InboundResult>
  /** Gives back every lease of this owner. */
  release(owner: string): Promise<void>

  /** The latest delivery that has not ended and by which a person with this identifier may be read. */
  findReadable(wish: {
    identifier: string
    now: number
  }): Promise<{ delivery: StoredDelivery; role: string } | undefined>
  /**
   * Makes people whose time is over findable no more, up to `limit`, and ends their deliveries that are `readable`:
   * `delivered` where core was owed nothing, otherwise `confirmed`. `removed` people went with the deliveries `ended`.
   */
  endReadable(
    request: { now: number; limit: number },
    audit: (delivery: Delivery) => readonly AuditEvent[]
  ): Promise<{ ended: Delivery[]; removed: number }>

  /**
   * Takes down that a sign-in was finished, by the digest of its `state`. False when it was before: then the same
   * redirect came twice. Forgotten after `expiresAt`.
   */
  takeSignIn(signIn: { state: string; expiresAt: number }): Promise<boolean>
  addTicket(ticket: NewTicket, audit: readonly AuditEvent[]): Promise<void>
  /**
   * Gives a ticket's content to one user of one browser, and to nobody else ever.
   * @param proof what of the content is to outlive the ticket, asked when it is redeemed for the first time and written
   * with that, so that the ticket stays as it was where this fails. What is kept for an evidence already stays.
   */
  redeemTicket(
    claim: TicketClaim,
    audit: (result: TicketResult) => readonly AuditEvent[],
    proof?: (content: string) => KeptProof | undefined
  ): Promise<TicketResult>
  /** The text that is kept behind an evidence, or undefined when there is none (any more). */
  findProof(wish: ProofWish): Promise<string | undefined>
  /**
   * Erases up to `limit` tickets that are spent (redeemed before `redeemedBefore`) or expired, old states, and kept
   * proofs whose time is over. Gives how many went.
   */
  purgeTickets(request: {
    now: number
    redeemedBefore: number
    limit: number
  }): Promise<number>

  audit(events: readonly AuditEvent[]): Promise<void>
  /** The audit entries of a delivery, in order. */
  timeline(delivery: {
    id: string
    eventId: string
    actionId: string
  }): Promise<AuditRecord[]>
  verifyAudit(): Promise<AuditVerdict>
  /** Removes up to `limit` deliveries that ended, and messages that came, before `before`. Gives how many went. */
  purge(request: { before: number; limit: number }): Promise<number>
}

/** What a store is made with. */
export type StoreDependencies = { cipher: Cipher; clock: Clock }

/** What `sqlite(...)` gives: checked together with the other options, made when the server starts. */
export type StoreFactory = {
  readonly name: string
  /** What is wrong with its options; `path` is where it stands in the options (`store`). */
  issues(path: string): OptionsIssue[]
  /** Options that weaken a safeguard, each with what it means. */
  weakenings?(path: string): Array<{ option: string; effect: string }>
  create(dependencies: StoreDependencies): Store
}
