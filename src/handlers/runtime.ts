import type { CredentialVerdict } from '../authentication/credential-verifier'
import type { EvidenceBook } from '../authentication/evidence-book'
import type { RelyingParty } from '../authentication/relying-party'
import type { ResolvedOptions } from '../config/resolved'
import type { DeliveryDependencies } from '../delivery/dependencies'
import type { DeliveryWorker } from '../delivery/worker'
import type { JsonValue } from '../domain/json'
import type { TokenVerifier } from '../opencrvs/tokens'
import type { NationalIdSystem } from '../systems/system'
import type { AuditBudget } from './audit-budget'
import type { SignInParts } from './authentication/sign-in-parts'
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
  proofs: Proofs
  signIn: SignInParts
}

/** What proofs of identity are made and checked with. */
export type Proofs = {
  evidence: EvidenceBook
  /** Where `authentication.oidc` is configured. */
  relyingParty?: RelyingParty
  /** Where `authentication.qr` is configured. */
  credentials?: { check(content: JsonValue): Promise<CredentialVerdict> }
}

/** Gives the runtime of a started server, or undefined while there is none. */
export type RuntimeSource = () => Runtime | undefined
