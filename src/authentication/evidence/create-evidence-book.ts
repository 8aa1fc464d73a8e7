import type {
  EvidenceContent,
  EvidenceExpectation,
  EvidenceProblem,
  EvidenceVerdict
} from '../../domain/evidence'
import type { Clock } from '../../internal/clock'
import type { Cipher } from '../../internal/encryption'
import type { EvidenceBook } from '../evidence-book'
import {
  compareAttributes,
  digestAttributes,
  tiesToPerson
} from './attribute-digests'
import {
  evidenceKeys,
  type EvidenceKeys,
  type FindEvidenceKeys
} from './evidence-keys'
import type { EvidencePayload } from './evidence-payload'
import { isToken, openToken, signToken } from './evidence-token'
import { openSubject, sealSubject } from './subject-seal'

/** How far the clocks of two replicas may be apart. */
const MOST_SKEW_MS = 300_000

/** What signing and checking need. */
export type EvidenceDependencies = { cipher: Cipher; clock: Clock }

/**
 * Makes the evidence book: a compact JWS (HS256) that holds no personal value, only keyed digests, with keys derived
 * from `secrets.encryption`. Signing uses the current key of the ring, checking the one that the evidence names.
 */
export function createEvidenceBook({
  cipher,
  clock
}: EvidenceDependencies): EvidenceBook {
  const findKeys = evidenceKeys(cipher)
  // Prepared now, so that the first declaration does not wait for it.
  findKeys()
  return {
    sign(content) {
      const keys = findKeys()
      return signToken(keys, payloadOf(keys, content))
    },
    check(evidence, expected) {
      if (evidence === undefined || evidence === '') return not('missing')
      try {
        return verdictOn(findKeys, clock, evidence, expected)
      } catch {
        // Whatever a declaration holds must not stop its registration.
        return not('unreadable')
      }
    },
    recognises: isToken
  }
}

function payloadOf(
  keys: EvidenceKeys,
  content: EvidenceContent
): EvidencePayload {
  const { id, subject, assurance } = content
  return {
    jti: id,
    iat: content.at / 1000,
    iss: content.issuer,
    status: content.status,
    method: content.method,
    person: content.person,
    event: content.eventId,
    user: content.user,
    ...(assurance !== undefined && { acr: assurance }),
    ...(subject !== undefined && {
      subject: sealSubject(keys.subject, id, subject)
    }),
    digests: digestAttributes(keys.digests, id, content.data)
  }
}

function verdictOn(
  findKeys: FindEvidenceKeys,
  clock: Clock,
  evidence: string,
  expected: EvidenceExpectation
): EvidenceVerdict {
  const opened = openToken(findKeys, evidence)
  if (typeof opened === 'string') return not(opened)
  const { payload, keys } = opened
  const misplaced = misplacement(payload, expected, clock)
  if (misplaced !== undefined) return not(misplaced)
  const { jti, digests } = payload
  const found = compareAttributes(keys.digests, jti, digests, expected.data)
  if (!tiesToPerson(found)) {
    const { differing } = found
    return { proven: false, problem: 'attributesDiffer', differing }
  }
  return proven(payload, keys, found.equal)
}

function misplacement(
  { event, person, iat }: EvidencePayload,
  expected: EvidenceExpectation,
  clock: Clock
): EvidenceProblem | undefined {
  if (event !== expected.eventId) return 'otherRecord'
  if (person !== expected.person) return 'otherPerson'
  const ageMs = clock.now() - milliseconds(iat)
  const { maxAgeMs = Number.POSITIVE_INFINITY } = expected
  return ageMs > maxAgeMs || ageMs < -MOST_SKEW_MS ? 'expired' : undefined
}

function proven(
  payload: EvidencePayload,
  keys: EvidenceKeys,
  attributes: readonly string[]
): EvidenceVerdict {
  const { jti: id, acr, status, method, user, iss: issuer } = payload
  const subject =
    payload.subject === undefined
      ? undefined
      : openSubject(keys.subject, id, payload.subject)
  return {
    proven: true,
    id,
    status,
    method,
    at: milliseconds(payload.iat),
    user,
    issuer,
    ...(acr !== undefined && { assurance: acr }),
    ...(subject !== undefined && { subject }),
    attributes
  }
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000)
}

function not(problem: EvidenceProblem): EvidenceVerdict {
  return { proven: false, problem }
}
