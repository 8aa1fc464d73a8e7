import type {
  NationalIdOptions,
  PersonOptions,
  VerificationOptions
} from './options'
import type {
  ResolvedAuthentication,
  ResolvedDelivery,
  ResolvedOpenCrvs,
  ResolvedPolicies
} from './resolved'

/**
 * The options as the schema leaves them: shapes are right and defaults are filled in; what depends on several options
 * is not checked yet.
 */
export type CheckedOptions = NationalIdOptions & {
  routePrefix: string
  opencrvs: ResolvedOpenCrvs
  authentication: ResolvedAuthentication
  events: Record<string, CheckedEvent>
  hooks: NonNullable<NationalIdOptions['hooks']>
  reasons: NonNullable<NationalIdOptions['reasons']>
  policies: ResolvedPolicies
  delivery: ResolvedDelivery
  metrics?: NonNullable<NationalIdOptions['metrics']> & {
    allowAnonymous: boolean
  }
}

export type CheckedEvent = NationalIdOptions['events'][string] & {
  people: ReadonlyArray<string | PersonOptions>
  identifierField: string
  writeIdentifier: boolean
  verification?: VerificationOptions & { budgetMs: number }
}
