import type { NationalIdOptions } from './options'
import type {
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
  people: readonly string[]
  identifierField: string
  writeIdentifier: boolean
}
