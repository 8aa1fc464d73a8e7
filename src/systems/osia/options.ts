import type { Secret } from '../../internal/secret'
import type { DataAccessOptions } from './data-access/options'
import type {
  CheckedSubscription,
  SubscriptionOptions
} from './notification/options'
import type { OsiaVerify } from './verify-options'

/** The OSIA interfaces that we call. Each has a base address of its own (two of them share paths). */
export type OsiaInterface =
  'uin' | 'populationRegistry' | 'dataAccess' | 'thirdParty' | 'notification'

/** Every interface, in the order in which they are shown. */
export const OSIA_INTERFACES = [
  'uin',
  'populationRegistry',
  'dataAccess',
  'thirdParty',
  'notification'
] as const satisfies readonly OsiaInterface[]

/**
 * How an OSIA 7.1 system is reached, and which of the ways that OSIA leaves
 * open the country has chosen. docs/systems/osia.md has every option by example.
 */
export type OsiaOptions = {
  /** Shown in logs, metrics and the audit trail. Default `osia`. */
  name?: string
  /**
   * How we are called in every event's `source` and at the beginning of every
   * `transactionId`. Default `opencrvs`.
   */
  source?: string
  /**
   * Where each interface's paths (`/v1/...`) begin. Only those that are used
   * need one; an X-Road path may stand here.
   */
  urls: Partial<Record<OsiaInterface, string>>
  /** How we prove who we are. `{ type: 'none' }` is for mutual TLS alone. */
  authentication: OsiaAuthentication
  /** Client certificate and trusted authorities, in PEM. */
  tls?: OsiaTls
  /** Sent with every call, except to `tokenUrl`: `X-Road-Client`, … No secrets. */
  headers?: Record<string, string>
  /** Sent with calls to one interface. */
  interfaceHeaders?: Partial<Record<OsiaInterface, Record<string, string>>>
  /** Longest time for one call, in milliseconds. Default 15 000. */
  timeoutMs?: number
  /**
   * How the population register learns what happened. `pull` (the default, as
   * OSIA has it): we publish an event that carries numbers alone and the
   * register reads the people back; `push`: we write persons and identities
   * into the register; `both`.
   */
  mode?: OsiaMode
  /**
   * Where a newborn's number comes from: `generate` (the default) asks the UIN
   * interface; with `newPerson` the register makes it later and says so in an
   * event of that topic.
   */
  uin?: 'generate' | 'newPerson'
  /** What a number looks like; anything else is never taken into a record. */
  uinPattern?: RegExp
  /** The country's attribute dictionary: what each attribute is called. */
  attributes?: OsiaAttributeNames
  /**
   * Words of the declaration's sex field to codes. Default ISO 5218: `male` 1,
   * `female` 2, `unknown` 0 (as text).
   */
  sexCodes?: Record<string, string>
  /** Other codes at one interface (D3: some have `M` and `F`). */
  interfaceSexCodes?: Partial<Record<OsiaInterface, Record<string, string>>>
  /**
   * Whole numbers among the attributes go as text (the default), since by the
   * published schema a validator must refuse them (D2); `number` sends them as
   * they are.
   */
  wholeNumbersAs?: 'text' | 'number'
  /** An attribute, agreed with the register, that holds a reference of ours. */
  referenceAttribute?: OsiaReferenceAttribute
  /** Looks for the newborn before a number is asked for. */
  duplicates?: OsiaDuplicates
  /** How a number is found whose answer was lost. Without it a person does. */
  lookUp?: OsiaLookUp
  /** Roles whose numbers go with a birth as `uin1` and `uin2`, at most two. */
  parents?: readonly string[]
  /**
   * Types of events that are no live births: `createIdentity` for them asks for
   * a number and publishes `foetalDeath`.
   */
  foetalDeathEvents?: readonly string[]
  /** What the topics are called, where not as in the standard. */
  topics?: Partial<Record<OsiaTopic, string>>
  /**
   * Media type of a published event. Default `plain/text`, which is what the
   * published file says (D4).
   */
  publishMediaType?: string
  /** What a withdrawal publishes. */
  withdraw?: OsiaWithdraw
  /** How persons and identities are written, in mode `push` and `both`. */
  push?: OsiaPush
  /** With `uin: 'newPerson'`: how the register is told of the birth. */
  lateUin?: OsiaLateUin
  /** The register's own events, by which numbers come that it makes later. */
  subscription?: SubscriptionOptions
  /** Lets the register read back whom we have told it of, and nobody else. */
  readBack?: DataAccessOptions
  /** Asks whether a person's data match. */
  verify?: OsiaVerify
  /**
   * Allow `http:` to another machine. Weakens a safeguard: personal data and
   * credentials can be read and changed on the way.
   */
  allowInsecureHttp?: boolean
}

/** How the register learns. */
export type OsiaMode = 'pull' | 'push' | 'both'

/** How we prove who we are: always a bearer token (OSIA security, RFC 6750), besides mutual TLS. */
export type OsiaAuthentication =
  | OsiaOAuth2
  /** A token that somebody gave us, or a function that reads it. */
  | { type: 'bearer'; token: Secret }
  | { type: 'none' }

/** OAuth 2.0 client credentials (RFC 6749, section 4.4). */
export type OsiaOAuth2 = {
  type: 'oauth2'
  tokenUrl: string
  clientId: string
  clientSecret: Secret
  /** Default: the OSIA scopes that the configuration needs, and no other. */
  scope?: string
  audience?: string
  /** Default `header` (HTTP Basic), which every server must take. */
  sendCredentialsIn?: 'header' | 'body'
}

/** PEM texts, or functions that read them; read once, at the first call. */
export type OsiaTls = {
  cert?: Secret
  key?: Secret
  /** Authorities to trust instead of Node's own. */
  ca?: Secret
  passphrase?: Secret
}

/**
 * What the register calls each attribute. `false` leaves one out. The defaults
 * are those of the standard's sample dictionary.
 */
export type OsiaAttributeNames = {
  /** Default `firstName`. Middle names are joined to it unless they have a name of their own. */
  firstName?: string | false
  middleName?: string
  /** Default `lastName`. */
  lastName?: string | false
  /** Default `dateOfBirth`. */
  dateOfBirth?: string | false
  /** Default `gender`. */
  gender?: string | false
  /** Further attributes of the person: the country's name for one to the register's. */
  more?: Record<string, string>
}

/** A reference of ours that the register keeps with the person. */
export type OsiaReferenceAttribute = {
  /** The register's name for it. */
  name: string
  /** What it holds. Default `trackingId`. */
  holds?: 'reference' | 'trackingId' | 'registrationNumber'
}

/** The duplicate check before a new number. */
export type OsiaDuplicates = {
  /** Attributes, by the register's names, that must all agree. Default all but the sex. */
  attributes?: readonly string[]
  /**
   * `refuse` (the default): the registration is refused with the code
   * `DUPLICATE`; `park`: it is left to a person.
   */
  onHit?: 'refuse' | 'park'
}

/** How a lost number is looked up with `queryPersonList`. */
export type OsiaLookUp = {
  /**
   * `reference`: by `referenceAttribute`, which only that newborn has;
   * `attributes`: by what the newborn is called.
   */
  by: 'reference' | 'attributes'
  /** With `by: 'attributes'`. Default: those of the duplicate check. */
  attributes?: readonly string[]
  /**
   * With `by: 'attributes'`: take a single person of that name and date for the
   * newborn. Weakens a safeguard: it may be another person. Default false: a
   * hit is left to a person.
   */
  trustSingleHit?: boolean
  /**
   * The register shows a number in the moment in which it is made, so that
   * nothing found means that none was made and one may be asked for. Default
   * false: nothing found is left to a person.
   */
  showsAtOnce?: boolean
  /** How often to look before it is left to a person. Default 3. */
  attempts?: number
}

/** Names of the topics in the standard (notification, "Topics"). */
export type OsiaTopic =
  | 'liveBirth'
  | 'foetalDeath'
  | 'death'
  | 'birthCancellation'
  | 'changeOfName'
  | 'changeOfGender'
  | 'updatePerson'
  | 'newPerson'

/** What is published when a registration is revoked or a death is reversed; `false` when nothing is. */
export type OsiaWithdraw = {
  /** Default `birthCancellation` for a birth and `updatePerson` for anything else. */
  revocation?: 'birthCancellation' | 'updatePerson' | false
  /** A death that was reversed. Default `updatePerson`. */
  reversal?: 'updatePerson' | false
}

/** How the register is written to. */
export type OsiaPush = {
  /** Default `CIVIL_REGISTRATION`. */
  identityType?: string
  /**
   * Status of an identity that we create. A `VALID` one can never be changed,
   * only replaced. Default `CLAIMED`.
   */
  identityStatus?: 'CLAIMED' | 'VALID'
  /**
   * `ours` (the default): `crvs-` and the tracking id, so that a repeated call
   * does the work once; `theirs`: the register makes it up.
   */
  identityId?: 'ours' | 'theirs'
  /** `contextualData` of an identity: the register's names to ours. Default `registrationNumber` and `trackingId`. */
  contextualData?: Record<
    string,
    'registrationNumber' | 'trackingId' | 'reference'
  >
  /** How changes are written. Default `PATCH`. */
  updateMethod?: 'PATCH' | 'PUT'
  /** Media type of a `PATCH`. Default `application/json` (D6). */
  patchMediaType?: string
  /**
   * What becomes of an identity that is `VALID` already and therefore cannot be
   * changed: `replace` (the default) makes a new one and lets the register refer
   * to it; `refuse` says so.
   */
  onValid?: 'replace' | 'refuse'
  /** Write `physicalStatus` at death and its reversal. Default true. */
  physicalStatus?: boolean
  /**
   * Take `deactivateIdentity`, which sets the identity `REVOKED`. Only a policy
   * of the country decides it. Default false.
   */
  revoke?: boolean
}

/** How the register is told of a birth to which it gives the number itself. */
export type OsiaLateUin = {
  /** In mode `pull` and `both`: the country's own topic for a birth without a number. */
  topic?: string
  /**
   * Attributes in that message besides the agreed reference, by the register's
   * names. Default none: OSIA's events carry no personal data.
   */
  attributes?: readonly string[]
}

/** The options with their defaults. */
export type CheckedOsiaOptions = Omit<
  OsiaOptions,
  | 'attributes'
  | 'duplicates'
  | 'lookUp'
  | 'push'
  | 'referenceAttribute'
  | 'subscription'
> & {
  name: string
  source: string
  headers: Record<string, string>
  interfaceHeaders: Partial<Record<OsiaInterface, Record<string, string>>>
  timeoutMs: number
  mode: OsiaMode
  uin: 'generate' | 'newPerson'
  uinPattern: RegExp
  attributes: Required<Omit<OsiaAttributeNames, 'middleName'>> &
    Pick<OsiaAttributeNames, 'middleName'>
  sexCodes: Record<string, string>
  interfaceSexCodes: Partial<Record<OsiaInterface, Record<string, string>>>
  wholeNumbersAs: 'text' | 'number'
  referenceAttribute?: Required<OsiaReferenceAttribute>
  duplicates?: OsiaDuplicates & Required<Pick<OsiaDuplicates, 'onHit'>>
  lookUp?: OsiaLookUp & Required<Omit<OsiaLookUp, 'attributes'>>
  parents: readonly string[]
  foetalDeathEvents: readonly string[]
  topics: Record<OsiaTopic, string>
  publishMediaType: string
  withdraw: OsiaWithdraw
  push: Required<OsiaPush>
  lateUin: OsiaLateUin
  subscription?: CheckedSubscription
  allowInsecureHttp: boolean
}

/** What a client of the interfaces needs of the options. */
export type OsiaConnectionOptions = Pick<
  CheckedOsiaOptions,
  | 'name'
  | 'urls'
  | 'authentication'
  | 'tls'
  | 'headers'
  | 'interfaceHeaders'
  | 'timeoutMs'
>
