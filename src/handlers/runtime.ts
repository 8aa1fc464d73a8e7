import type { ResolvedOptions } from '../config/resolved'
import type { DeliveryDependencies } from '../delivery/dependencies'
import type { DeliveryWorker } from '../delivery/worker'
import type { TokenVerifier } from '../opencrvs/tokens'
import type { NationalIdSystem } from '../systems/system'
import type { AuditBudget } from './audit-budget'
import type { MetricsRegistry } from './metrics-registry'
import type { RefusalLog } from './refusal-log'
import type { Verdicts } from './verdicts'

/** The parts of a running instance, as the HTTP entries use them. */
export type Runtime = {
  options: ResolvedOptions
  delivery: DeliveryDependencies
  worker: DeliveryWorker
  system: NationalIdSystem
  verifier: TokenVerifier
  refusals: RefusalLog
  verdicts: Verdicts
  budget: AuditBudget
  metrics: MetricsRegistry
}

/** Gives the runtime of a started server, or undefined while there is none. */
export type RuntimeSource = () => Runtime | undefined
