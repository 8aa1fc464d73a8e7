import type { ResolvedPerson } from '../config/resolved'
import type { IdentityStatus, ProvenStatus } from '../domain/identity'
import type { IdentityClaim } from './identity-claim'
import type { Proof } from './identity-proof'
import type { VerificationOutcome } from './identity-verification'

/** What is known of one person's identity at an action. */
export type IdentityOutcome = {
  claim: IdentityClaim
  proof: Proof
  /** What the ID system said at this action, where it was asked. */
  verification?: VerificationOutcome
  /** Undefined: nothing was captured and nothing is proven. */
  status: IdentityStatus | undefined
}

/** A person's status; undefined where nothing is known. */
export type KnownStatus = {
  person: ResolvedPerson
  status: IdentityStatus | undefined
}

/** What a status is made of. */
export type IdentityFacts = Omit<IdentityOutcome, 'status'> & {
  /** `policies.trustFormStatuses`. */
  trusted: boolean
}

/** Whether a status is one that needs proof. */
export function isProvenWord(
  status: IdentityClaim['status']
): status is ProvenStatus {
  return status === 'authenticated' || status === 'verified'
}

/** Proof that was good once: the person did prove something, though not what the declaration says now. */
const ONCE_GOOD: ReadonlySet<string> = new Set([
  'expired',
  'attributesDiffer',
  'keyRetired'
])

/**
 * The status that is shown and that rules go by. What is proven counts; what is only claimed becomes `pending` where
 * there is something to check later, and nothing otherwise. `failed` is nobody's advantage, so it stays until the ID
 * system says better.
 */
export function statusFrom(facts: IdentityFacts): IdentityStatus | undefined {
  const { claim, proof, verification, trusted } = facts
  const { status: claimed } = claim
  if (trusted && isProvenWord(claimed)) return claimed
  if (proof.proven) return proof.verdict.status
  if (verification?.outcome === 'noMatch') return 'failed'
  if (claimed === 'failed') return 'failed'
  return verification !== undefined || isOpen(claim, proof)
    ? 'pending'
    : undefined
}

/** Whether there is something that could still be checked. */
function isOpen(claim: IdentityClaim, proof: Proof): boolean {
  if (claim.status === 'pending') return true
  return claim.status !== undefined && wasCaptured(claim, proof)
}

function wasCaptured(claim: IdentityClaim, proof: Proof): boolean {
  if (claim.hasIdentifier || claim.scanned.length > 0) return true
  return !proof.proven && ONCE_GOOD.has(proof.problem)
}

const STRENGTH = {
  authenticated: 2,
  verified: 1,
  pending: 0,
  failed: 0
} as const satisfies Record<IdentityStatus, number>

/** Whether the form claims more than there is. */
export function isDowngrade({ claim, status }: IdentityOutcome): boolean {
  const { status: claimed } = claim
  if (claimed === undefined) return false
  if (claimed === 'unknown') return true
  const strength = status === undefined ? 0 : STRENGTH[status]
  return strength < STRENGTH[claimed]
}
