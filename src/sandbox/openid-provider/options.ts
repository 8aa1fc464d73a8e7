import type { JsonObject } from '../../domain/json'
import type { Clock } from '../../internal/clock'
import type { SandboxPerson } from '../people/sandbox-people'

/** Signatures that eSignet's releases make (mosip FACTS 8). */
export type OpenIdSigningAlgorithm = 'RS256' | 'PS256' | 'ES256'

/** How the person proves themselves, as `acr` says it in eSignet's words (mosip FACTS 8). */
export const ONE_TIME_CODE_ACR = 'mosip:idp:acr:generated-code'

/** The weaker way: a number that stays the same. */
export const STATIC_CODE_ACR = 'mosip:idp:acr:static-code'

/** A relying party that may use the provider. */
export type OpenIdClientRegistration = {
  /** Default: one of its own. */
  clientId?: string
  /** What the consent page calls it. Default: its id. */
  name?: string
  /** Exactly as they will be asked for. With several hosts the first one is the sector of the pairwise subjects. */
  redirectUris: readonly string[]
  /** Public key of its assertions, as a JWK or PEM. Default: a key pair is made, and given back. */
  publicKey?: JsonObject | string
  /** Public key that UserInfo is encrypted for, as a JWK or PEM; with `userInfo: 'encrypted'`. Default: made and given back. */
  encryptionKey?: JsonObject | string
}

/** What the relying party puts into its own options. */
export type RegisteredOpenIdClient = {
  clientId: string
  /** Private key of the assertions, PKCS #8 PEM, where the simulator made it. */
  clientKey?: string
  /** Private key for UserInfo, PKCS #8 PEM, where the simulator made it. */
  decryptionKey?: string
}

/** Everything in it is data, so that it can be sent to another process; only `clock` stays behind. */
export type OpenIdProviderOptions = {
  /** Default 0: any free port of 127.0.0.1. */
  port?: number
  /** Relying parties to begin with; more with `register`. */
  clients?: readonly OpenIdClientRegistration[]
  /** Who can sign in. Default `sandboxPeople`. */
  people?: readonly SandboxPerson[]
  /** Of ID tokens and UserInfo. Default `RS256`. */
  signingAlgorithm?: OpenIdSigningAlgorithm
  /** `signed`: a JWS; `encrypted`: a JWS inside a JWE; `json`: plain JSON. Default `signed`. */
  userInfo?: 'signed' | 'encrypted' | 'json'
  /** Requests must be pushed (RFC 9126). Default false. */
  requirePar?: boolean
  /** Tokens are bound to a key, and the first call is always refused with a nonce to use (RFC 9449). Default false. */
  dpop?: boolean
  /** A request without a code challenge is refused (RFC 7636). Default true. */
  requirePkce?: boolean
  /** `aud` that client assertions must have: the called endpoint or the token endpoint, or the issuer alone (FAPI). Default `endpoint`. */
  assertionAudience?: 'endpoint' | 'issuer'
  /** Names in `name` alone, as eSignet has them, or in `given_name`, `middle_name` and `family_name` too. Default `whole`. */
  names?: 'whole' | 'parts'
  /** `slashes`: yyyy/MM/dd, as eSignet has them; `iso`: yyyy-MM-dd. Default `slashes`. */
  birthdates?: 'slashes' | 'iso'
  /** Whose paths the endpoints have: eSignet 1.x (Java) or 2.0 (Go). Default `1.x`. */
  paths?: '1.x' | '2.0'
  /** The one-time code, shown on the page. Default `111111`. */
  oneTimeCode?: string
  /** The weaker static code, shown on the page. Default `545411`. */
  staticCode?: string
  clock?: Clock
}

/** What goes wrong on purpose: see `Fault`, or an HTML page where something else was expected. */
export type OpenIdFault = { kind: 'html'; status?: number }

/**
 * What the provider says that is not true:
 * - `idToken.*`: a claim of the ID token is another person's, another client's, ... and the signature is good;
 * - `idToken.accessToken`: `at_hash` is another token's;
 * - `idToken.signature`, `userInfo.signature`: the signature is broken;
 * - `idToken.unsigned`: `alg` is `none`; `idToken.hmac`: HS256 with the public key's text as the secret;
 * - `idToken.unknownKey`: signed with a key that is not published;
 * - `userInfo.plain`: plain JSON although signed was agreed.
 * An encrypted UserInfo answer is broken as a whole by any forgery of it.
 */
export type OpenIdForgery =
  | 'idToken.nonce'
  | 'idToken.audience'
  | 'idToken.issuer'
  | 'idToken.subject'
  | 'idToken.expired'
  | 'idToken.acr'
  | 'idToken.noAcr'
  | 'idToken.accessToken'
  | 'idToken.signature'
  | 'idToken.unsigned'
  | 'idToken.hmac'
  | 'idToken.unknownKey'
  | 'userInfo.subject'
  | 'userInfo.audience'
  | 'userInfo.expired'
  | 'userInfo.signature'
  | 'userInfo.unknownKey'
  | 'userInfo.plain'
