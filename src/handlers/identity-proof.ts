import type { EvidenceBook } from '../authentication/evidence-book'
import { plainCode } from '../domain/code'
import type {
  EvidenceContent,
  EvidenceExpectation,
  EvidenceProblem,
  EvidenceVerdict
} from '../domain/evidence'
import type { JsonValue } from '../domain/json'
import { newId } from '../internal/ids'
import type { IdentityClaim } from './identity-claim'
import type { Proofs } from './runtime'

type ProvenVerdict = Extract<EvidenceVerdict, { proven: true }>

/** What stands behind a claim. */
export type Proof =
  | {
      proven: true
      verdict: ProvenVerdict
      /** Evidence that was made just now and is to be kept in the record. */
      fresh?: string
    }
  | {
      proven: false
      problem: EvidenceProblem | 'untrusted'
      /** Names of attributes. */
      differing?: readonly string[]
      /** Why what was scanned is no credential. */
      code?: string
    }

/** What a claim is checked for. */
export type ProofRequest = {
  expected: EvidenceExpectation
  /** Id of the user who acts. */
  user: string
  /** Milliseconds since 1970. */
  at: number
}

/**
 * What backs a claim: evidence that this server signed before, or a scanned credential, which is checked now. Evidence
 * comes first: it was made when the credential was still valid.
 */
export async function proofOf(
  { evidence, credentials }: Proofs,
  claim: Pick<IdentityClaim, 'evidence' | 'scanned'>,
  request: ProofRequest
): Promise<Proof> {
  const known = provenBy(evidence, claim.evidence, request)
  if (known.proven || credentials === undefined) return known
  let refused: Proof | undefined
  for (const content of claim.scanned) {
    const proof = await scanProof({ evidence, credentials }, content, request)
    if (proof.proven) return proof
    refused ??= proof
  }
  return known.problem === 'missing' && refused !== undefined ? refused : known
}

function provenBy(
  book: EvidenceBook,
  texts: readonly string[],
  { expected }: ProofRequest
): Proof {
  const [first, ...others] = texts
  const proof = asProof(book.check(first, expected))
  if (proof.proven) return proof
  for (const text of others) {
    const other = asProof(book.check(text, expected))
    if (other.proven) return other
  }
  return proof
}

async function scanProof(
  { evidence, credentials }: Required<Pick<Proofs, 'evidence' | 'credentials'>>,
  content: JsonValue,
  request: ProofRequest
): Promise<Proof> {
  const verdict = await credentials.check(content)
  if (!verdict.proven) {
    const { problem, code } = verdict
    return { proven: false, problem, code: plainCode(code) }
  }
  const { issuer, subject, data } = verdict
  return freshProof(evidence, request, {
    method: 'qrCode',
    issuer,
    data,
    ...(subject === undefined ? {} : { subject })
  })
}

/**
 * Signs what was just found, and checks it like any other evidence: a credential of somebody else, or data that nothing
 * can be compared with, prove nothing.
 */
export function freshProof(
  book: EvidenceBook,
  { expected, user, at }: ProofRequest,
  found: Pick<EvidenceContent, 'method' | 'issuer' | 'data' | 'subject'>
): Proof {
  const { person, eventId } = expected
  const fresh = book.sign({
    id: newId(),
    status: 'verified',
    person,
    eventId,
    user,
    at,
    ...found
  })
  const proof = asProof(book.check(fresh, expected))
  return proof.proven ? { ...proof, fresh } : proof
}

function asProof(verdict: EvidenceVerdict): Proof {
  return verdict.proven ? { proven: true, verdict } : verdict
}
