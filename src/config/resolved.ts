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
  Condition,
  DeliveryOptions,
  Hooks,
  NationalIdOptions,
  OpenCrvsOptions,
  OperationsOptions,
  ReasonOptions
} from './options'

/** Where one attribute may come from, in order; the first source that gives something is used. */
export type Sources = readonly AttributeSource[]

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

export type ResolvedEvent = {
  /** The event type. */
  type: string
  subject: string
  people: readonly string[]
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
  Omit<OpenCrvsOptions, 'publicKey' | 'systemClient'>
> &
  Pick<OpenCrvsOptions, 'publicKey' | 'systemClient'>

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
