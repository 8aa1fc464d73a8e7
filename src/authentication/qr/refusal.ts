import type { CredentialVerdict } from '../credential-verifier'

/** What was scanned is not a credential of this country. */
export type UnreadableCode =
  /** Longer than `maxBytes`. */
  | 'tooLarge'
  /** Deeper than `maxDepth`. */
  | 'tooDeep'
  /** More names and list items than `maxEntries`. */
  | 'tooMany'
  /** A name that would change JavaScript's own objects. */
  | 'forbiddenName'
  /** No JSON, no JWS, or one that is broken. */
  | 'malformed'
  /** Nothing that any verifier knows: an unsigned QR code, for example. */
  | 'unknownKind'
  /** Signed well, and not as the country's `schema` has it. */
  | 'schema'
  /** Signed well, and the country's mapping could not read it. */
  | 'mapping'
  /** Signed well, and says nothing about a person that we know. */
  | 'noClaims'

/** The credential's signature, issuer or dates are not good. */
export type UntrustedCode =
  /** Not an algorithm that we take, or not the one that its key is for. */
  | 'algorithm'
  | 'unknownIssuer'
  /** The issuer is known, and has no such key. */
  | 'unknownKey'
  | 'signature'
  | 'expired'
  | 'notYetValid'
  /** Its dates cannot be read. */
  | 'dates'
  /** It was made for somebody else. */
  | 'audience'
  /** A verifier of the country's own failed. */
  | 'verifierFailed'

/** Why a credential does not count: a word for the log, from a closed list. */
export type RefusalCode = UnreadableCode | UntrustedCode

const UNTRUSTED: ReadonlySet<string> = new Set([
  'algorithm',
  'unknownIssuer',
  'unknownKey',
  'signature',
  'expired',
  'notYetValid',
  'dates',
  'audience',
  'verifierFailed'
] satisfies UntrustedCode[])

/** The verdict for a code. */
export function refused(code: RefusalCode): CredentialVerdict {
  const problem = UNTRUSTED.has(code) ? 'untrusted' : 'unreadable'
  return { proven: false, problem, code }
}
