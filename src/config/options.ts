import type { Decision, DeliveryMode } from '../domain/decision'
import type {
  ActionReference,
  Declaration,
  EventReference
} from '../domain/event'
import type { IdentityStatus, ProvenStatus } from '../domain/identity'
import type { JsonValue } from '../domain/json'
import type { Logger } from '../internal/logger'
import type { Secret } from '../internal/secret'
import type { SignInFactory } from '../authentication/relying-party'
import type { QrFactory } from '../authentication/credential-verifier'
import type { StoreFactory } from '../store/store'
import type {
  NationalIdSystem,
  SystemFactory,
  VerificationAnswer
} from '../systems/system'

/** Everything a country says. `createNationalId` checks it whole and starts nothing. */
export type NationalIdOptions = {
  /**
   * Where the ID system (and, for sign-in, browsers) reach this country configuration from outside, with the path that
   * a proxy takes off: `https://countryconfig.example.org`.
   */
  publicUrl: string
  /** Path under which our own routes stand. Default `/national-id`. */
  routePrefix?: string
  opencrvs: OpenCrvsOptions
  secrets: {
    /**
     * Key for everything personal at rest: at least 32 characters of randomness. For rotation, a ring: new rows are
     * written with `current`, old ones stay readable while their key is in `keys`.
     */
    encryption: Secret | { current: string; keys: Record<string, Secret> }
  }
  /** Where deliveries and the audit trail are kept: `sqlite({ path })`, or `postgres({ url })`. */
  store: StoreFactory
  /** The national ID system: `http({ ... })`, or an object of your own that implements `NationalIdSystem`. */
  system: SystemFactory | NationalIdSystem
  /** How people prove who they are in the declaration form. */
  authentication?: AuthenticationOptions
  /** By event type: `birth`, `death`, or another one that the country has. */
  events: Record<string, EventOptions>
  /**
   * Makes the registration number of a record. Called once per registration; the number is stored before core sees it.
   * Called again only when core refuses the number because another record has it.
   */
  registrationNumber?: (
    context: RegistrationNumberContext
  ) => string | Promise<string>
  hooks?: Hooks
  reasons?: ReasonOptions
  policies?: PolicyOptions
  delivery?: DeliveryOptions
  operations?: OperationsOptions
  metrics?: MetricsOptions
  /** pino or anything of its shape. Default: a pino logger at level `info`. */
  logger?: Logger
}

export type RegistrationNumberContext = {
  event: EventReference
  action: ActionReference
}

export type OpenCrvsOptions = {
  /** OpenCRVS gateway, without a path: `http://gateway:7070`. */
  gatewayUrl: string
  /** OpenCRVS auth service: `http://auth:4040`. Its public key is read from `/.well-known`. */
  authUrl: string
  /**
   * Where registrars open OpenCRVS in their browser: `https://register.example.org`. Needed for sign-in, which returns
   * nowhere else.
   */
  clientUrl?: string
  /**
   * Path below `clientUrl` at which OpenCRVS's proxy passes calls of the form on to this server. Default
   * `/api/countryconfig`.
   */
  countryConfigPath?: string
  /** Which line of OpenCRVS this is. Default `2`. */
  version?: '1.9' | '2'
  /** `iss` that tokens must have. Default `opencrvs:auth-service`. */
  issuer?: string
  /** `aud` that tokens must contain. Default `opencrvs:countryconfig-user`. */
  audience?: string
  /** PEM public key, instead of reading it from the auth service. */
  publicKey?: Secret
  /**
   * A system client of OpenCRVS (client credentials). Used when a record token has ended before the ID system
   * answered; recommended.
   */
  systemClient?: { clientId: string; clientSecret: Secret }
  /** For one call to core. Default 30 000. */
  timeoutMs?: number
  /** Pause between the end of our 202 and the acceptance, so that core has stored it (FACTS C6). Default 2 000. */
  acceptPauseMs?: number
  /** After a 200 or 400, when to make sure that core has it. Default 30 000. */
  checkAfterMs?: number
}

export type AuthenticationOptions = {
  /** Sign-in with the national ID system: `esignet({ ... })` or `openIdConnect({ ... })`. */
  oidc?: SignInFactory
  /** QR codes that carry a signed credential: `qrCredentials({ ... })`. */
  qr?: QrFactory
  /** How long a sign-in may take from the button to the return, in milliseconds. Default 10 minutes. */
  signInTimeoutMs?: number
  /** How long the form may take to collect the result, in milliseconds. Default 5 minutes. */
  ticketTimeoutMs?: number
  /**
   * Evidence older than this does not count any more, by action type (`REGISTER`), or `default` for all others, in
   * days. Default: any age.
   */
  evidenceMaxAgeDays?: Record<string, number>
  /**
   * How long the signed UserInfo of a sign-in is kept from the moment that the form has collected the result, in days.
   * It is kept where `authentication.oidc` has `keepUserInfo` and an attribute asks for it. Default 30.
   */
  keptUserInfoDays?: number
}

export type EventOptions = IdentityFieldOptions & {
  /** Prefix of the fields of the person whom the event is about: `child`, `deceased`. */
  subject: string
  /**
   * The other people whose identity matters, by the prefix of their fields: `mother`, `father`, `informant`, `spouse`.
   * An object for one whose fields are not named as in the standard forms.
   */
  people?: ReadonlyArray<string | PersonOptions>
  /**
   * What is sent to the ID system. Default: name, date of birth and sex of the subject, found in the standard form's
   * fields. Anything more needs a purpose.
   */
  attributes?: AttributeOptions
  /** Field that holds, and is given, the subject's identifier. Default `<subject>.nid`. */
  identifierField?: string
  /** Whether the issued identifier is written to `identifierField`. Default true. */
  writeIdentifier?: boolean
  /** Has the ID system check people's data at certain actions. Left out: it is asked only by rules. */
  verification?: VerificationOptions
  /**
   * The ids of all declaration fields of this event, or the event's configuration as OpenCRVS has it (`defineConfig`).
   * Values for other ids are never sent to core, since they make the record unreadable (FACTS B5). Default: asked of core.
   */
  fields?: readonly string[] | object
  /** Ordered rules by action: `REGISTER`, `APPROVE_CORRECTION`, `CUSTOM` or `CUSTOM:<customActionType>`, ... */
  rules: Record<string, readonly Rule[]>
}

/** Where the form keeps what is known of a person's identity. At an event: of its subject. */
export type IdentityFieldOptions = {
  /** Field of the identity status. Default `<person>.verified`. */
  statusField?: string
  /**
   * Field that holds the evidence of the status: a text, or an HTTP field whose answer has it at `data.evidence`.
   * Default `<person>.identity-evidence`, and on OpenCRVS 1.9 `<person>.verify-nid-http-fetch`.
   */
  evidenceField?: string
  /** Field that holds what was scanned, as `data`. Default `<person>.id-reader`. */
  scanField?: string
}

/** A person whose fields are not named as in the standard forms. What is left out is. */
export type PersonOptions = IdentityFieldOptions & {
  /** Prefix of the person in rules, forms and the audit trail: `mother`. */
  person: string
  /** Where name, date of birth and sex come from. Default: the standard form's fields of `person`. */
  attributes?: Pick<AttributeOptions, 'name' | 'dateOfBirth' | 'sex'>
  /** Field that holds the person's identifier. Default `<person>.nid`. */
  identifierField?: string
}

/**
 * People who have an identifier and no proof are checked by the ID system when core asks about these actions, before
 * the rules are looked at. A match makes them `verified`; a "no" makes them `failed` and blocks nothing by itself; a
 * system that does not answer leaves them `pending`, for the next of these actions.
 */
export type VerificationOptions = {
  /** `DECLARE`, `REGISTER`, `CUSTOM:<customActionType>`, ... */
  actions: readonly string[]
  /** Default: the subject and everybody in `people`. */
  people?: readonly string[]
  /** How long core may wait for all of them together, in milliseconds. Default 4 000. */
  budgetMs?: number
}

/** Where attributes of the person come from. A field id, a path of keys inside a field, or a function. */
export type AttributeSource =
  | string
  | readonly [field: string, ...path: string[]]
  | ((declaration: Declaration) => JsonValue | undefined)

/** A person's pairwise subject at the ID system, out of checked evidence: made by `subjectOf('mother')`. */
export type ProvenSubject = { readonly provenSubjectOf: string }

/** The signed UserInfo of a person's sign-in, behind checked evidence: made by `signedUserInfoOf('mother')`. */
export type SignedUserInfo = { readonly signedUserInfoOf: string }

export type AttributeOptions = {
  name?:
    | AttributeSource
    | {
        firstname?: AttributeSource
        middlename?: AttributeSource
        surname?: AttributeSource
      }
  dateOfBirth?: AttributeSource
  sex?: AttributeSource
  /** Further attributes by their name; each with the purpose for which the ID system needs it. */
  more?: Record<
    string,
    { from: AttributeSource | ProvenSubject | SignedUserInfo; purpose: string }
  >
}

/** One rule. The first of a list whose `when` holds decides. */
export type Rule = {
  /** Shown in the audit trail and to operators. */
  name: string
  /** Left out: always. */
  when?: Condition
  then: Decision
}

/**
 * An OpenCRVS conditional (what the toolkit's `field(...)` helpers give, evaluated as core evaluates it), a predicate
 * of ours (`when.ageBelow(...)`, `when.all(...)`), or a function.
 */
export type Condition = object | Predicate | RuleFunction

export type RuleFunction = (context: RuleContext) => boolean | Promise<boolean>

/** A named condition, made by `when`. */
export type Predicate = {
  /** Set by `when.all`, `when.any` and `when.not`: what they are made of. */
  readonly combines?: {
    how: 'all' | 'any' | 'not'
    conditions: readonly Condition[]
  }
  /** In words, with field names and no values: `age by child.dob below 10 years`. */
  readonly describe: string
  readonly fields: readonly string[]
  /** People whose identity status it asks for. */
  readonly people: readonly string[]
  /** The weakest status that makes it hold, where only a proven one does. */
  readonly needs?: ProvenStatus
  readonly holds: (context: RuleContext) => boolean | Promise<boolean>
}

/** What a rule may look at. */
export type RuleContext = {
  event: EventReference
  action: ActionReference
  /**
   * The declaration as it will be once the action is accepted; cleared fields are absent. Identity statuses are those
   * that are proven, whatever the form claims.
   */
  declaration: Declaration
  /** Field ids that this action changes. */
  changes: readonly string[]
  /** The action's own form answers (CUSTOM, PRINT_CERTIFICATE, REGISTER's review). */
  annotation: Declaration
  /** The local calendar day, `yyyy-MM-dd`. */
  now: string
  /** Who acts. */
  user: { id: string; role?: string; scopes: readonly string[] }
  /** What is proven of each person's identity, or that it is `pending` or `failed`. Absent: nothing is known. */
  statuses: Readonly<Record<string, IdentityStatus | undefined>>
  /** The whole event document, as core sent it: with the statuses that the form claims. */
  eventDocument: unknown
  /** Asks the ID system whether the data of a person match, where it can. */
  verify?: (person: string) => Promise<VerificationAnswer>
}

/** What a hook is told. Never a token, an identifier or a declaration. */
export type Notice = {
  event: EventReference
  action: ActionReference
  deliveryId?: string
  /** The rule that decided. */
  rule?: string
  /** With a refusal: the code, and the reason in words (core drops it). */
  code?: string
  reason?: string
  /** With an acceptance of REGISTER. */
  registrationNumber?: string
}

/**
 * Called at least once for each thing that happened (again after a crash in between). A hook that fails or takes more
 * than ten seconds is logged and does not hold up the record.
 */
export type Hooks = {
  /** Core has accepted. */
  onAccepted?: (notice: Notice) => void | Promise<void>
  /** Core was answered 202. */
  onDeferred?: (notice: Notice) => void | Promise<void>
  /** A rule, the ID system or an operator said no. */
  onRejected?: (notice: Notice) => void | Promise<void>
  /** A delivery needs a person. */
  onParked?: (notice: Notice) => void | Promise<void>
  /** A delivery is open for longer than `delivery.stalledAfterMs`. */
  onStalled?: (notice: Notice) => void | Promise<void>
}

export type ReasonOptions = {
  /**
   * Annotation field that takes the reason when an action is accepted without its identity work being done (a
   * correction that the ID system refused cannot be rejected after a 202, FACTS C9).
   */
  annotation?: string
}

export type PolicyOptions = {
  death?: {
    /**
     * Also ask the system to deactivate the identity, this many days after the death was registered. OpenCRVS advises
     * against it; `acknowledged` says that the country knows. The delivery can be cancelled until then.
     */
    deactivate?: { gracePeriodDays: number; acknowledged: true }
    /** A death whose record holds no identifier: not sent (default), or sent with the attributes alone. */
    withoutIdentifier?: 'skip' | 'send'
  }
  updates?: {
    /** Updates are sent only for people younger than this. Default `{ years: 5 }`. */
    infantBelow?: { years: number }
    /** True once the person is enrolled with biometrics: then nothing is sent, whatever the age. */
    enrolled?: (declaration: Declaration) => boolean
    /** Send updates for everybody. Weakens a safeguard: logged at start, and noted with every update. */
    allowAdults?: boolean
    /** Said to the registrar when an update is not sent. */
    otherwise?: string
  }
  /**
   * Believe the identity statuses that the form itself claims. Weakens a safeguard: anyone who can send a declaration
   * can claim them. Logged at start.
   */
  trustFormStatuses?: boolean
}

export type DeliveryOptions = {
  /** Calls to the ID system at the same time. Default 8. */
  concurrency?: number
  /** For one call to the ID system. Default 30 000. */
  submitTimeoutMs?: number
  /** In `sync` mode, how long core may wait. Default 8 000; OpenCRVS's own proxy gives up after 60 000. */
  syncBudgetMs?: number
  /** Default mode per operation. */
  modes?: Partial<
    Record<
      'createIdentity' | 'updateIdentity' | 'notifyDeath' | 'withdraw',
      DeliveryMode
    >
  >
  retry?: {
    /** First pause. Default 5 000. */
    initialMs?: number
    /** Longest pause. Default 6 hours. */
    maxMs?: number
    /** Attempts before a person is asked. Default 40, which is about a week. */
    maxAttempts?: number
  }
  circuit?: {
    /** Failures in a row that open it. Default 5. */
    failures?: number
    /** How long the system is then left alone. Default 30 000. */
    openMs?: number
  }
  /** Reported as stalled when open for longer. Default 24 hours. */
  stalledAfterMs?: number
  /** How often a system with a status query is asked about what it has not answered. Default 1 hour. */
  statusEveryMs?: number
  /** How long a worker may hold a delivery without a sign of life. Default 60 000. */
  leaseMs?: number
  /** How often the store is looked at when nothing wakes the worker. Default 1 000. */
  pollMs?: number
  /** A record token is renewed when it has less than this left. Default 4 days. */
  renewTokenBeforeMs?: number
  /** Deliveries that ended are removed after this many days. Their personal parts go at once. Default 90. */
  keepEndedDays?: number
  /** How long `stop` waits for work under way. Default 10 000. */
  stopTimeoutMs?: number
}

export type OperationsOptions = {
  /** OpenCRVS scope that opens the operations routes, plain or encoded. */
  scope: string
}

export type MetricsOptions = {
  /** Bearer token that a scraper must show. */
  token?: Secret
  /** Let anybody read the metrics. Weakens a safeguard: logged at start. */
  allowAnonymous?: boolean
}
