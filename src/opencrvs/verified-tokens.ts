import { createHash, type KeyObject } from 'node:crypto'
import type { Clock } from '../internal/clock'
import type { TokenClaims } from './token-claims'

/**
 * Tokens that were checked a moment ago: a form calls several times with one token, and checking a signature takes far
 * longer than looking it up.
 */
export type VerifiedTokens = {
  /** What a token says, if it was checked with this very key within the last minute and has not ended since. */
  find(token: string, key: KeyObject): TokenClaims | undefined
  add(token: string, key: KeyObject, claims: TokenClaims): void
}

/** A token counts for this long at most without being checked again. */
const REMEMBER_MS = 60_000
/** Each takes about a kilobyte. */
const MOST = 1_000

type Verified = { claims: TokenClaims; key: KeyObject; until: number }

/** Keeps no token, only digests. */
export function createVerifiedTokens(clock: Clock): VerifiedTokens {
  const verified = new Map<string, Verified>()
  return {
    find(token, key) {
      const digest = digestOf(token)
      const known = verified.get(digest)
      if (known === undefined) return undefined
      if (known.key === key && clock.now() < known.until)
        return copyOf(known.claims)
      verified.delete(digest)
      return undefined
    },
    add(token, key, claims) {
      const until = Math.min(claims.expiresAt, clock.now() + REMEMBER_MS)
      // A Map keeps its order of insertion: the first is the oldest.
      const [oldest] = verified.keys()
      if (verified.size >= MOST && oldest !== undefined) verified.delete(oldest)
      verified.set(digestOf(token), { claims: copyOf(claims), key, until })
    }
  }
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64')
}

/** Nobody can change what the next caller is told. */
function copyOf(claims: TokenClaims): TokenClaims {
  return { ...claims, scopes: [...claims.scopes] }
}
