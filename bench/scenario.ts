import type { Call, Target } from './call'
import type { Refusal } from './load'
import type { BenchKeys } from './keys'
import type { MosipOrder } from './mosip/country'
import type { ServerKind } from './servers/order'

/** What belongs together in `--only`. */
export type Group = 'identity' | 'mosip'

/** One row of the table: a server, and the calls that it is measured with. */
export type Variant = {
  name: string
  server: ServerKind
  /** For a server that uses MOSIP. */
  mosip?: MosipOrder
  /** Makes what must be there before the clock starts. The server is the one that is measured. */
  calls: (server: Target) => Promise<readonly Call[]>
  refusal: Refusal
}

/** What one run of a scenario is made of. */
export type RunOrder = { count: number; keys: BenchKeys }

/** Rows that are measured in turn, with one bare hapi server for all of them. */
export type Scenario = {
  group: Group
  /** For one run: the bare hapi server first, then what is compared with it. */
  variants: (
    order: RunOrder
  ) => Promise<readonly [bare: Variant, ...ours: Variant[]]>
  /** What the last variant has and the one before it has not, in words. */
  adds?: string
}
