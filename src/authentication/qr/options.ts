import type { IdentityData } from '../../domain/identity'
import type { JsonObject } from '../../domain/json'
import type { CredentialVerifier } from '../credential-verifier'
import type { ClaimMapping } from '../claims/mapping'

/** Signature algorithms (RFC 7518, RFC 8037) that a credential may have. */
export const QR_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const

export type QrAlgorithm = (typeof QR_ALGORITHMS)[number]

/** What `qrCredentials` takes. */
export type QrCredentialOptions = {
  /** Who may sign credentials. Needed unless `verifiers` has one. */
  trustedIssuers?: readonly TrustedIssuer[]
  /** The country's own kinds of credential; they are asked before ours. */
  verifiers?: readonly CredentialVerifier[]
  /** Path inside the scanned JSON to the string that is the credential. Default `['credential']`. */
  credentialPath?: readonly string[]
  /**
   * JSON Schema of what a credential may say: a JWS's payload, or a JSON credential without its `proof`. Draft 7, or
   * 2020-12 where `$schema` says so. Default: anything.
   */
  schema?: JsonObject
  /** Which claims become which attributes, or a function that says it. */
  mapping?: CredentialMapping | ((claims: JsonObject) => IdentityData)
  /**
   * Preferred languages where a credential says something in several, as the credential writes them: `fra`, `fr`.
   * Default: none, the first that is there.
   */
  languages?: readonly string[]
  /** How far the issuer's clock and ours may be apart. Default 60 seconds. */
  clockToleranceSeconds?: number
  /** A longer content is not looked at, in bytes of UTF-8. Default 65,536. */
  maxBytes?: number
  /** Default 16 levels. */
  maxDepth?: number
  /** Names and list items together. Default 1,000. */
  maxEntries?: number
}

/** Somebody whose signature counts, with the public keys that are pinned for it. Nothing is ever fetched. */
export type TrustedIssuer = {
  /** `iss` of a JWS, `issuer` of a JSON credential; compared exactly. */
  issuer: string
  /** `aud` that a JWS must have. Absent: a JWS with any `aud` was made for somebody else and is refused. */
  audience?: string
  /** Several, so that a new key can be pinned before the old one goes. Keys that sign nothing but credentials. */
  keys: readonly IssuerKey[]
}

/** A public key. */
export type IssuerKey = {
  /** `kid` of a JWS, `verificationMethod` of a proof. Default: the JWK's own `kid`. */
  id?: string
  /** JWK, or PEM of a public key or certificate (of which the key alone counts, not the dates). */
  key: string | object
  /** Needed for an RSA key whose JWK has no `alg`; a key is used with one algorithm alone. */
  algorithm?: QrAlgorithm
}

/** As with sign-in; what is left out is looked for under the usual names. */
export type CredentialMapping = ClaimMapping

/** The options with their defaults. */
export type CheckedQrOptions = QrCredentialOptions &
  Required<Omit<QrCredentialOptions, 'schema' | 'mapping'>>
