import type {
  Decision,
  DeliveryMode,
  SystemOperation
} from '../domain/decision'
import type { Declaration } from '../domain/event'
import type { Logger } from '../internal/logger'
import type { Secret } from '../internal/secret'
import type { StoreFactory } from '../store/store'
import type { NationalIdSystem, SystemFactory } from '../systems/system'
import type {
  AttributeSource,
  AuthenticationOptions,
  Condition,
  DeliveryOptions,
  Hooks,
  NationalIdOptions,
  OpenCrvsOptions,
  OperationsOptions,
  ProvenSubject,
  ReasonOptions
} from './options'

/** Where an attribute may come from. */
export type ResolvedSource = AttributeSource | ProvenSubject

/** Where one attribute may come from, in order; the first source that gives something is used. */
export type Sources = readonly ResolvedSource[]

/** Where each attribute of a person comes from. */
export type ResolvedAttributes = {
  /** Prefix of the person whom they describe. */
  of: string
  name: { firstname: Sources; middlename: Sources; surname: Sources }
  dateOfBirth: Sources
  sex: Sources
  more: Readonly<Record<string, { from: Sources; purpose: string }>>
}

export type ResolvedRule = {
  name: string
  /** Absent: always. */
  when?: Condition
  /** With its mode filled in from `delivery.modes`. */
  then: Decision
}

/** Where everything about a person stands in the declaration. */
export type ResolvedPerson = {
  /** Prefix of the person. */
  person: string
  attributes: ResolvedAttributes
  identifierField: string
  statusField: string
  evidenceField: string
  scanField: string
}

export type ResolvedVerification = {
  actions: readonly string[]
  people: readonly string[]
  budgetMs: number
}

export type ResolvedEvent = {
  /** The event type. */
  type: string
  subject: string
  /** Prefixes of the others. */
  people: readonly string[]
  /** Everybody, the subject first. */
  persons: readonly ResolvedPerson[]
  /** Whether anybody cares who these people are: without, their statuses are left alone. */
  checksIdentities: boolean
  verification?: ResolvedVerification
  attributes: ResolvedAttributes
  identifierField: string
  writeIdentifier: boolean
  /** Ids of all declaration fields. Absent: core is asked. */
  fields?: ReadonlySet<string>
  rules: Readonly<Record<string, readonly ResolvedRule[]>>
}

export type ResolvedPolicies = {
  death: {
    deactivate?: { gracePeriodDays: number; acknowledged: true }
    withoutIdentifier: 'skip' | 'send'
  }
  updates: {
    infantBelow: { years: number }
    enrolled?: (declaration: Declaration) => boolean
    allowAdults: boolean
    otherwise: string
  }
  trustFormStatuses: boolean
}

export type ResolvedDelivery = Required<
  Omit<DeliveryOptions, 'modes' | 'retry' | 'circuit'>
> & {
  modes: Record<Exclude<SystemOperation, 'deactivateIdentity'>, DeliveryMode>
  retry: { initialMs: number; maxMs: number; maxAttempts: number }
  circuit: { failures: number; openMs: number }
}

export type ResolvedOpenCrvs = Required<
  Omit<OpenCrvsOptions, 'publicKey' | 'systemClient' | 'clientUrl'>
> &
  Pick<OpenCrvsOptions, 'publicKey' | 'systemClient' | 'clientUrl'>

export type ResolvedAuthentication = Required<
  Omit<AuthenticationOptions, 'oidc' | 'qr'>
> &
  Pick<AuthenticationOptions, 'oidc' | 'qr'>

/** An option that weakens a safeguard, and what that means. Logged at start. */
export type Weakening = { option: string; effect: string }

/** The options as everything else uses them: checked, with all defaults filled in. */
export type ResolvedOptions = {
  /** Without a slash at the end. */
  publicUrl: string
  routePrefix: string
  opencrvs: ResolvedOpenCrvs
  secrets: NationalIdOptions['secrets']
  store: StoreFactory
  system: SystemFactory | NationalIdSystem
  authentication: ResolvedAuthentication
  events: Readonly<Record<string, ResolvedEvent>>
  registrationNumber?: NonNullable<NationalIdOptions['registrationNumber']>
  hooks: Hooks
  reasons: ReasonOptions
  policies: ResolvedPolicies
  delivery: ResolvedDelivery
  operations?: OperationsOptions
  metrics?: { token?: Secret; allowAnonymous: boolean }
  logger?: Logger
  weakenings: readonly Weakening[]
}
