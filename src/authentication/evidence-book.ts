import type {
  EvidenceContent,
  EvidenceExpectation,
  EvidenceVerdict
} from '../domain/evidence'

/**
 * Signs and checks evidence: a compact JWS that stands in a hidden field of the declaration and backs the person's
 * status. Only this server (and its replicas, which share `secrets.encryption`) can make it.
 */
export type EvidenceBook = {
  /** The same content always gives the same text, so that a repeated call gets the same answer. */
  sign(content: EvidenceContent): string
  /** Never throws, whatever the text is. */
  check(
    evidence: string | undefined,
    expected: EvidenceExpectation
  ): EvidenceVerdict
  /** Whether a text has the shape of our evidence (good or not). */
  recognises(text: string): boolean
}
