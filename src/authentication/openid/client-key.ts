import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import { NationalIdError } from '../../domain/errors'
import { parseJson } from '../../internal/http'
import { resolveSecret, type Secret } from '../../internal/secret'
import { isRecord } from '../../internal/json'
import type { SignatureAlgorithm } from './options'

/** A private key of ours, as a JWK. */
export type PrivateJwk = JWK & { kty: 'RSA' | 'EC' }

const ALGORITHMS_OF = {
  RSA: ['RS256', 'PS256'],
  EC: ['ES256']
} as const satisfies Record<string, readonly SignatureAlgorithm[]>

/**
 * A private key out of PEM (PKCS #8, PKCS #1 or SEC 1) or the JSON of a JWK, or what is wrong with it; never a part of
 * the text. RSA from 2 048 bits (RFC 7518, 3.3) and the curve P-256.
 */
export function readPrivateKey(
  text: string
): { key: PrivateJwk } | { problem: string } {
  const given = text.trimStart().startsWith('{') ? parseJson(text) : undefined
  const key = openKey(given ?? text)
  if (key === undefined) {
    return { problem: 'is not a private key in PEM, or the JSON of a JWK.' }
  }
  const problem = weaknessOf(key)
  if (problem !== undefined) return { problem }
  return {
    key: {
      // Node gives the members of RFC 7518; the kind was just looked at.
      ...(key.export({ format: 'jwk' }) as JWK),
      kty: key.asymmetricKeyType === 'rsa' ? 'RSA' : 'EC',
      ...labelsOf(given)
    }
  }
}

function weaknessOf({
  asymmetricKeyDetails,
  asymmetricKeyType
}: KeyObject): string | undefined {
  const { modulusLength = 0, namedCurve } = asymmetricKeyDetails ?? {}
  if (asymmetricKeyType === 'rsa') {
    return modulusLength < 2_048
      ? 'is an RSA key of less than 2048 bits.'
      : undefined
  }
  return asymmetricKeyType === 'ec' && namedCurve === 'prime256v1'
    ? undefined
    : 'must be an RSA key, or one on the curve P-256.'
}

/** What a JWK says about itself, which Node's own key does not keep. */
function labelsOf(given: unknown): { kid?: string; alg?: string } {
  const { alg, kid } = isRecord(given) ? given : {}
  return {
    ...(typeof kid === 'string' ? { kid } : {}),
    ...(typeof alg === 'string' ? { alg } : {})
  }
}

function openKey(given: unknown): KeyObject | undefined {
  try {
    return isRecord(given)
      ? // Node itself refuses what is not a JWK.
        createPrivateKey({ key: given as JsonWebKey, format: 'jwk' })
      : createPrivateKey(String(given))
  } catch {
    return undefined
  }
}

/**
 * What a key signs with: what was asked for, what its JWK says, or the first of what its kind can do that the provider
 * announces (`token_endpoint_auth_signing_alg_values_supported`). Undefined when the key cannot.
 */
export function algorithmOf(
  key: PrivateJwk,
  asked: SignatureAlgorithm | undefined,
  announced?: unknown
): SignatureAlgorithm | undefined {
  const possible: readonly SignatureAlgorithm[] = ALGORITHMS_OF[key.kty]
  const wanted = asked ?? key.alg
  if (wanted !== undefined) return possible.find((each) => each === wanted)
  const taken: readonly unknown[] = Array.isArray(announced) ? announced : []
  return possible.find((each) => taken.includes(each)) ?? possible[0]
}

/**
 * Reads a private key of ours, each time anew.
 *
 * @throws NationalIdError `ERR_SECRET` when it cannot be read, or is no key
 */
export async function resolvePrivateKey(
  secret: Secret,
  option: string
): Promise<PrivateJwk> {
  const read = readPrivateKey(await resolveSecret(secret, option))
  if ('key' in read) return read.key
  throw new NationalIdError(`The secret ${option} ${read.problem}`, {
    code: 'ERR_SECRET'
  })
}
