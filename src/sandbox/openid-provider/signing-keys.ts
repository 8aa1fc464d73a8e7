import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject
} from 'node:crypto'
import type { JsonObject } from '../../domain/json'
import { newId } from '../../internal/ids'
import { rsaKey } from '../core/rsa-keys'
import type { OpenIdSigningAlgorithm } from './options'

/** A key that the provider signs with. */
export type ProviderKey = {
  kid: string
  alg: OpenIdSigningAlgorithm
  privateKey: KeyObject
}

/** The provider's key and those it had before. */
export type SigningKeys = {
  readonly current: ProviderKey
  /** A key that is never published. */
  readonly stranger: ProviderKey
  /** With the private parts, for the library. The current one is the first. */
  jwks(): { keys: JsonObject[] }
  /** @param keep whether the key so far stays published */
  rotate(keep: boolean): void
}

/** Keys for one algorithm. RSA keys are taken from those of the process: making one takes a good part of a second. */
export function createSigningKeys(alg: OpenIdSigningAlgorithm): SigningKeys {
  let made = 0
  function make(): ProviderKey {
    made += 1
    return { kid: `sandbox-${newId()}`, alg, privateKey: privateKey(alg, made) }
  }
  const stranger = make()
  let published = [make()]
  return {
    stranger,
    get current() {
      // There is always one: rotate() puts a new one first.
      return published[0] as ProviderKey
    },
    jwks: () => ({ keys: published.map(toJwk) }),
    rotate: (keep) => {
      published = [make(), ...(keep ? published : [])]
    }
  }
}

function privateKey(alg: OpenIdSigningAlgorithm, number: number): KeyObject {
  return alg === 'ES256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    : createPrivateKey(rsaKey(`openid-provider-${number}`).privateKey)
}

function toJwk({ kid, alg, privateKey: key }: ProviderKey): JsonObject {
  return { ...plain(key.export({ format: 'jwk' })), kid, alg, use: 'sig' }
}

/** A JWK as plain JSON. */
export function plain(jwk: JsonWebKey): JsonObject {
  // A JWK holds nothing but JSON values (RFC 7517).
  return { ...jwk } as JsonObject
}

/** A short name for a public key. */
export function keyIdOf(jwk: JsonObject): string {
  return createHash('sha256')
    .update(JSON.stringify([jwk['n'], jwk['x'], jwk['y']]))
    .digest('base64url')
    .slice(0, 16)
}
