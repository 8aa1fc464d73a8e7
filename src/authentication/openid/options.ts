import type { ClaimMapping } from '../claims/mapping'
import type { IdentityData } from '../../domain/identity'
import type { JsonObject } from '../../domain/json'
import type { Secret } from '../../internal/secret'

/** Signature algorithms that we take; never `none`, never a shared key. */
export const ALGORITHMS = ['PS256', 'RS256', 'ES256'] as const

/** One of `ALGORITHMS`, as JWA (RFC 7518) spells it. */
export type SignatureAlgorithm = (typeof ALGORITHMS)[number]

/** How an OpenID Connect provider is reached, and what we ask it for. */
export type OpenIdConnectOptions = {
  /** Shown in logs and errors. Default `openid`. */
  name?: string
  /** The provider's issuer, exactly as its discovery document has it. */
  issuer: string
  /**
   * `iss` of its ID Tokens, for a provider whose tokens name another issuer than its discovery document. Default:
   * `issuer`.
   */
  tokenIssuer?: string
  /**
   * Where its discovery document is. Default: `/.well-known/openid-configuration` below `issuer`. `false`: there is
   * none, `endpoints` says it all.
   */
  discovery?: string | false
  /** Addresses that replace those of the discovery document, or stand for it. */
  endpoints?: Endpoints
  /** The id that the provider gave us. */
  clientId: string
  /** How we prove who we are. Default `private_key_jwt`. */
  clientAuthentication?: 'private_key_jwt' | 'client_secret_basic'
  /** Our private key, in PEM or as a JWK, for `private_key_jwt`. */
  clientKey?: Secret
  /** `kid` of that key, as the provider has it. Default: the JWK's own. */
  keyId?: string
  /** What we sign with. Default: the JWK's own `alg`, else what the key can do and the provider announces. */
  signatureAlgorithm?: SignatureAlgorithm
  /** Our secret, for `client_secret_basic`. */
  clientSecret?: Secret
  /**
   * `aud` of our client assertion: the `endpoint` that is called (default), the `issuer` (FAPI 2.0), or an address.
   */
  assertionAudience?: 'endpoint' | 'issuer' | (string & {})
  /** Default `['openid']`; must contain `openid`. */
  scopes?: readonly string[]
  /**
   * Ways of authentication, best first. They are asked for, and an ID Token that names none of them is refused.
   * Default: whatever the provider finds good enough.
   */
  acrValues?: readonly string[]
  /** The `claims` request parameter (OIDC Core 5.5). */
  claims?: { userinfo?: JsonObject; id_token?: JsonObject }
  /** Default `login`: a browser that several people share must not sign in the one before. */
  prompt?: string
  display?: 'page' | 'popup' | 'touch' | 'wap'
  /** BCP 47 tags for the provider's pages, besides that of the user. */
  uiLocales?: readonly string[]
  /** How long ago the person may have proven themselves, in seconds. Default: any time. */
  maxAgeSeconds?: number
  /** What UserInfo must be. Default `signed`. */
  userInfo?: 'signed' | 'encrypted' | 'json'
  /** Our private keys, in PEM or as JWKs, for what is encrypted to us; several while one replaces another. */
  decryptionKeys?: Secret | readonly Secret[]
  /** Signature algorithms taken in ID Tokens and UserInfo. Default all of PS256, RS256 and ES256. */
  algorithms?: readonly SignatureAlgorithm[]
  /** Whether the request is pushed to the provider (RFC 9126). Default `auto`: where it announces that. */
  pushedAuthorization?: 'auto' | boolean
  /** Whether tokens are bound to a key of ours (RFC 9449). Default `auto`: where it announces that. */
  dpop?: 'auto' | boolean
  /** BCP 47 tags, best first: asked for as `claims_locales`, and which of `name#en` and `name#fr` is taken. */
  languages?: readonly string[]
  /** Which claims become which attributes, or a function that says so. */
  mapping?: ClaimMapping | ((claims: JsonObject) => IdentityData)
  /** Keep the signed UserInfo with the result. Default false. */
  keepUserInfo?: boolean
  /** How far the provider's clock and ours may be apart, in seconds. Default 30. */
  clockToleranceSeconds?: number
  /** For one call to the provider, in milliseconds. Default 10 000. */
  timeoutMs?: number
  /** Client certificate and trusted authorities, in PEM. */
  tls?: ProviderTls
  /**
   * Allow `http:` to another machine. Weakens a safeguard: whoever is on the way can sign in as anybody.
   */
  allowInsecureHttp?: boolean
}

/** A provider's addresses. */
export type Endpoints = {
  authorization?: string
  token?: string
  userInfo?: string
  /** Its public keys. */
  jwks?: string
  pushedAuthorization?: string
}

/** PEM texts, or functions that read them; read once, at the first call. */
export type ProviderTls = {
  cert?: Secret
  key?: Secret
  /** Authorities to trust instead of Node's own. */
  ca?: Secret
  passphrase?: Secret
}

/** What `esignet` takes. */
export type EsignetOptions = Omit<
  OpenIdConnectOptions,
  'clientAuthentication' | 'clientSecret' | 'clientKey'
> & {
  /** Our private key, in PEM or as a JWK. */
  clientKey: Secret
  /**
   * The line of eSignet: `1.7` (1.4 to 1.7), `1.8` (default), or `2.0` (in Go). It decides the paths, where
   * `discovery` is false, and what `iss` tokens have.
   */
  release?: '1.7' | '1.8' | '2.0'
}

type Defaulted =
  | 'name'
  | 'tokenIssuer'
  | 'discovery'
  | 'endpoints'
  | 'clientAuthentication'
  | 'assertionAudience'
  | 'scopes'
  | 'acrValues'
  | 'uiLocales'
  | 'userInfo'
  | 'decryptionKeys'
  | 'algorithms'
  | 'pushedAuthorization'
  | 'dpop'
  | 'languages'
  | 'mapping'
  | 'keepUserInfo'
  | 'clockToleranceSeconds'
  | 'timeoutMs'
  | 'allowInsecureHttp'

/** The options with their defaults. */
export type CheckedOpenIdOptions = Omit<OpenIdConnectOptions, Defaulted> &
  Required<Omit<Pick<OpenIdConnectOptions, Defaulted>, 'decryptionKeys'>> & {
    decryptionKeys: readonly Secret[]
  }
