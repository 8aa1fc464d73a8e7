import type { Clock } from '../../internal/clock'
import type { ExchangeLog } from '../exchange-log'
import type { Faults } from '../faults'
import type { Actor } from './actor'
import type { EventConfiguration } from './event-configuration'
import type { RecordStore } from './record-store'
import type { SearchIndex } from './search-index'
import type { Tokens } from './tokens'

/** Everything that one simulated core is made of. */
export type CoreState = {
  clock: Clock
  store: RecordStore
  index: SearchIndex
  tokens: Tokens
  configurations: EventConfiguration[]
  /** Users and system clients that exist, by id. */
  actors: Map<string, Actor>
  /** Secrets of the system clients, by client id. */
  clientSecrets: Map<string, string>
  faults: Faults
  log: ExchangeLog
  /** Where triggers go; undefined until it is said. */
  countryConfigUrl: string | undefined
  /** Milliseconds between core's look at the rows and its own row (FACTS C7). */
  confirmationGapMs: number
  /** Aborts when the simulator stops. */
  stopped: AbortSignal
}
