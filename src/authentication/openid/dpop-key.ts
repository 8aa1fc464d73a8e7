import { exportJWK, importJWK, type JWK } from 'jose'
import * as oidc from 'openid-client'
import type { JsonObject } from '../../domain/json'
import type { SignatureAlgorithm } from './options'
import { isUsed } from './provider-metadata'

/** Best first: a P-256 key is made in no time, and is small enough for a cookie. */
const BEST_FIRST = ['ES256', 'PS256', 'RS256'] as const

/**
 * What proofs of possession (RFC 9449) are signed with, or undefined when none are made. `auto` follows
 * `dpop_signing_alg_values_supported`.
 */
export function dpopAlgorithm(
  option: 'auto' | boolean,
  server: Readonly<Record<string, unknown>>
): SignatureAlgorithm | undefined {
  const announced: readonly unknown[] = Array.isArray(
    server.dpop_signing_alg_values_supported
  )
    ? server.dpop_signing_alg_values_supported
    : []
  const shared = BEST_FIRST.find((each) => announced.includes(each))
  if (!isUsed(option, shared !== undefined)) return undefined
  return shared ?? 'ES256'
}

/** The keys that bind access tokens to us. */
export type DpopKeys = {
  /**
   * A key for one sign-in that begins, and its private JWK to keep until the browser comes back. With RSA (eSignet 1.7
   * and 1.8) there is none: its key would fill the cookie, and eSignet binds it at the token request alone.
   */
  begin(
    algorithm: SignatureAlgorithm
  ): Promise<{ pair: oidc.CryptoKeyPair; jwk: JsonObject } | undefined>
  /** The key of a sign-in that goes on: the kept one, or that of this process. */
  resume(
    algorithm: SignatureAlgorithm | undefined,
    kept: JsonObject | undefined
  ): Promise<oidc.CryptoKeyPair | undefined>
}

export function createDpopKeys(): DpopKeys {
  const own = new Map<SignatureAlgorithm, oidc.CryptoKeyPair>()

  async function ownPair(
    algorithm: SignatureAlgorithm
  ): Promise<oidc.CryptoKeyPair> {
    const made = own.get(algorithm)
    if (made !== undefined) return made
    const pair = await oidc.randomDPoPKeyPair(algorithm)
    own.set(algorithm, pair)
    return pair
  }

  return {
    async begin(algorithm) {
      if (algorithm !== 'ES256') return undefined
      const pair = await oidc.randomDPoPKeyPair(algorithm, {
        extractable: true
      })
      const { kty, crv, x, y, d } = await exportJWK(pair.privateKey)
      // These are the members of an EC key (RFC 7518, 6.2), all of them text.
      return { pair, jwk: { kty, crv, x, y, d } as JsonObject }
    },
    async resume(algorithm, kept) {
      if (kept !== undefined) return importPair(kept)
      return algorithm === undefined ? undefined : ownPair(algorithm)
    }
  }
}

async function importPair(kept: JsonObject): Promise<oidc.CryptoKeyPair> {
  // It came out of our own sealed cookie, as `begin` made it; jose refuses anything else.
  const { d: _d, ...publicJwk } = kept as JWK
  return {
    privateKey: await importKey(kept),
    publicKey: await importKey(publicJwk)
  }
}

async function importKey(jwk: JWK): Promise<oidc.CryptoKey> {
  const key = await importJWK(jwk, 'ES256')
  if (key instanceof Uint8Array) throw new TypeError('not an EC key')
  return key
}
