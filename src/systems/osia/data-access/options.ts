/** How tokens may be signed: with a key pair, never with a secret that both sides have. */
export type ReaderAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'

/** Every algorithm that can be chosen. */
export const READER_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA'
] as const satisfies readonly ReaderAlgorithm[]

/** A public key as JSON (RFC 7517). */
export type ReaderKey = { kty: string; kid?: string; [member: string]: unknown }

/**
 * Who may read people back from us through OSIA's Data Access interface, and
 * what. Whoever calls shows a bearer JWT (OSIA security; RFC 6750, RFC 7519)
 * with the scope of the call: `cr.person.read`, `cr.person.match` or
 * `cr.person.verify`.
 *
 * Only people of deliveries that were just made known are found, by their exact
 * number, and only with attributes that these deliveries told.
 */
export type DataAccessOptions = {
  /** `iss` of the tokens, to the letter. */
  issuer: string
  /** `aud` that they must have: how the issuer calls this server. */
  audience: string
  /** Where the issuer publishes its keys. Either this or `keys`. */
  jwksUrl?: string
  /** The issuer's public keys, where it publishes none. */
  keys?: readonly ReaderKey[]
  /** Default `RS256`, `PS256` and `ES256`. */
  algorithms?: readonly ReaderAlgorithm[]
  /** Authorities to trust for `jwksUrl` instead of Node's own, in PEM. */
  ca?: string
  /** By how much our clocks may differ. Default 30. */
  clockToleranceSeconds?: number
  /**
   * Attributes that can be read, by the register's names. Default: all of the
   * dictionary in `attributes`.
   */
  attributes?: readonly string[]
  /**
   * How long after a person was made known to the register it can read the
   * person, in milliseconds. Default 24 hours; at most 7 days.
   */
  forMs?: number
}

/** Default of `forMs`: the register reads at once, unless it is down. */
export const READABLE_FOR_MS = 24 * 60 * 60 * 1000

/** Most of `forMs`: after that the personal data of a delivery that is done have no purpose here. */
export const MOST_READABLE_MS = 7 * READABLE_FOR_MS
