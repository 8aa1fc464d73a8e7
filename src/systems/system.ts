import type { SystemAnswer, SystemRequest } from '../domain/delivery'
import type { SystemOperation } from '../domain/decision'
import type { OptionsIssue } from '../domain/errors'
import type { Person } from '../domain/person'
import type { Clock } from '../internal/clock'
import type { Logger } from '../internal/logger'

/** What a system can do. The worker and the options' checks ask these, never the system's name. */
export type SystemCapabilities = {
  /** Operations that it takes. A rule that decides another one is refused when the options are read. */
  operations: readonly SystemOperation[]
  /**
   * Sending the same `reference` twice does the work once. When false, a submission whose outcome is unknown is
   * looked up with `status` or parked for a person, never repeated.
   */
  idempotent: boolean
  /** It answers later by calling us. */
  callback: boolean
  /** It can be asked what became of a request. */
  status: boolean
  /** It answers whether a person's data match. */
  verify: boolean
  /**
   * A registration must have its number before the system is asked, since the number is part of the request. Otherwise
   * the number is made when core is told.
   */
  needsRegistrationNumber?: boolean
  /** People of the declaration, by their role (`mother`), that are told with the event's subject. */
  relatives?: readonly string[]
  /** Operations after which, once core has accepted, the system is told with `announce` that the record stands. */
  announces?: readonly SystemOperation[]
  /**
   * After these, the system reads the people back from us. For so long a delivery that was done is kept open, with its
   * personal data, and is what `ReadablePeople` can give. At most 7 days; core never waits for it.
   */
  readsBack?: {
    after: readonly (SystemOperation | 'announceIdentity')[]
    forMs: number
  }
}

/** What became of a record that is announced. */
export type AnnouncedRecord = {
  /** The identifier that was issued and is in the record now. */
  identifier?: string
  registrationNumber?: string
}

/** A person of a delivery in progress, as the system was told, together with the identifier that it was asked for by. */
export type ReadablePerson = {
  identifier: string
  /** `subject`, or the role that the declaration gives: `mother`. */
  role: string
  person: Person
}

/** The people whom the system may read back. Nobody else can be found through it. */
export type ReadablePeople = {
  /**
   * The person of a delivery in progress who has this identifier, or undefined. The attempt is in the audit trail when
   * this resolves, whether or not there was one: by whom, and which attributes; never the identifier or a value.
   *
   * @param reader who reads, as proven: the token's subject or client id
   */
  find(reading: {
    identifier: string
    reader: string
    attributes: readonly string[]
  }): Promise<ReadablePerson | undefined>
}

/** What a system gets with every call. */
export type SystemCallContext = {
  /** Aborts when the time budget is spent or the server stops. */
  signal: AbortSignal
  /** 1 for the first. */
  attempt: number
}

/** What to ask about a request that was submitted before. */
export type StatusQuery = {
  reference: string
  systemReference?: string
  operation: SystemOperation
  /** What was submitted, for a system that knows no reference of ours and finds a person only by who that is. */
  request?: SystemRequest
}

/**
 * What a system says about a request:
 * - `unknown`: it has never seen it, so sending it again is safe;
 * - `undetermined`: it cannot tell and will not be able to, so a person must.
 */
export type StatusAnswer =
  SystemAnswer | { outcome: 'unknown' } | { outcome: 'undetermined' }

/** Yes or no, and nothing about the person. */
export type VerificationAnswer =
  { outcome: 'match' } | { outcome: 'noMatch'; code?: string }

export type VerificationRequest = {
  person: Person
  identifier?: string
  reference: string
}

/** A call that reached us from outside, before anything is known about who made it. */
export type InboundRequest = {
  method: string
  /** Lower-case names. */
  headers: Readonly<Record<string, string | undefined>>
  /** Of what was given once. */
  query: Readonly<Record<string, string | undefined>>
  /** Everything that was given, in its order, for parameters that may be repeated. */
  queryAll?: Readonly<Record<string, readonly string[]>>
  params: Readonly<Record<string, string | undefined>>
  /** The bytes as they came: signatures are checked over these. */
  rawBody: Buffer
}

/** One answer out of a callback whose sender is proven. */
export type CallbackMessage = {
  /** Unique per message at this system; a second one with the same id changes nothing. */
  messageId: string
  /** The `reference` that we gave with the request. */
  reference: string
  /** What `reference` is, where it is not the request's own: the tracking id of a record with one such request waiting. */
  referenceIs?: 'trackingId'
  answer: SystemAnswer
  /** The registration number that the system names. It must be ours, where we know ours. */
  registrationNumber?: string
  /** Whether the answer is about the person whom this request is about; where it is not, it changes nothing. */
  agrees?: (request: SystemRequest) => boolean
  /** The operations that this can answer, where it cannot answer all: about any other it changes nothing. */
  onlyFor?: readonly SystemOperation[]
  /**
   * What becomes of a message that cannot be applied (nothing of ours has the reference, or the answer is not about
   * it): `refuse`, the default, lets its sender notice; `drop` is for a sender that holds back all later messages
   * until this one is taken.
   */
  ifUnusable?: 'refuse' | 'drop'
}

/** What a system found when it looked at its own connection. Holds nothing personal and no secret. */
export type SystemFinding = {
  /** What was looked at: `credentials`, `client certificate`. */
  check: string
  /** `warning`: works today. */
  state: 'ok' | 'warning' | 'failed'
  /** What was found, as a sentence. */
  found: string
  /** What to do about it. */
  remedy?: string
}

/**
 * A further server route that a system needs (a subscription handshake, reads by the register). The plugin mounts it
 * under its own prefix. The handler proves the caller itself and says in `access` who that may be.
 */
export type SystemRoute = {
  method: 'GET' | 'POST'
  /** Under the plugin's prefix, beginning with a slash. */
  path: string
  /** Who may call it and how that is proven; shown in the docs and the start-up log. */
  access: string
  maxBytes?: number
  handle(request: InboundRequest): Promise<{
    status: number
    headers?: Record<string, string>
    body?: string
    /** Code of a call that was refused: it is counted and goes to the audit trail. Not sent. */
    refused?: string
  }>
}

/**
 * A further address for answers, for a system that has its own idea of where it calls and how it is answered. What it
 * brings is taken like a callback at the confirmation route.
 */
export type SystemCallbackRoute = {
  /** Under the plugin's prefix, beginning with a slash. Always POST. */
  path: string
  /** Who may call it and how that is proven. */
  access: string
  /** As `NationalIdSystem.readCallback`. */
  read(request: InboundRequest): Promise<CallbackMessage[]>
  /** What the system is answered, with 200, once the messages are on disk. */
  answer(): { headers?: Record<string, string>; body: string }
}

/**
 * The port to a national ID system. `http()` is the worked example of an adapter.
 *
 * All calls may throw `SystemError`; its `retryable` says whether trying later can help, `outcomeUnknown` whether the
 * work may have been done all the same. A refusal of the person is an answer, not an error.
 */
export type NationalIdSystem = {
  /** Short and stable: shown in logs, metrics and the audit trail. */
  readonly name: string
  readonly capabilities: SystemCapabilities
  /**
   * Asks for the work. Must pass `request.reference` on, so that the answer finds the delivery and a repeated call
   * does the work once.
   */
  submit(
    request: SystemRequest,
    context: SystemCallContext
  ): Promise<SystemAnswer>
  /** What became of it. */
  status?(query: StatusQuery, context: SystemCallContext): Promise<StatusAnswer>
  /**
   * Tells that core has accepted what this request brought about. Called after every operation that
   * `capabilities.announces` names, until it succeeds once; so it may come twice.
   */
  announce?(
    request: SystemRequest,
    record: AnnouncedRecord,
    context: SystemCallContext
  ): Promise<void>
  verify?(
    request: VerificationRequest,
    context: SystemCallContext
  ): Promise<VerificationAnswer>
  /**
   * Reads a callback after proving its sender.
   * @throws AuthenticationError when the sender is not proven, MalformedError when the content makes no sense.
   */
  readCallback?(request: InboundRequest): Promise<CallbackMessage[]>
  routes?: readonly SystemRoute[]
  callbackRoutes?: readonly SystemCallbackRoute[]
  /** Looks at its own connection for an operator: never throws, changes nothing at the system. */
  check?(context: { signal: AbortSignal }): Promise<SystemFinding[]>
  start?(): Promise<void>
  stop?(): Promise<void>
}

/** What a system is made with. */
export type SystemDependencies = {
  clock: Clock
  /** For what happens while nobody calls. Default: it is not told. */
  logger?: Logger
  /** Where the system reaches our confirmation route, as the options have it. */
  callbackUrl?: string
  /** Where the system reaches the routes that it brings: the public address with the plugin's prefix. */
  routesUrl?: string
  /** The people whom it may read back. Absent where it has no `readsBack`. */
  people?: ReadablePeople
}

/** What `http(...)` gives: checked together with the other options, made when the plugin is. */
export type SystemFactory = {
  readonly name: string
  readonly capabilities: SystemCapabilities
  /** What is wrong with its options; `path` is where it stands in the options (`system`). */
  issues(path: string): OptionsIssue[]
  /** Options that weaken a safeguard, each with what it means. */
  weakenings(path: string): Array<{ option: string; effect: string }>
  create(dependencies: SystemDependencies): NationalIdSystem
}
