import { createPublicKey, type KeyObject } from 'node:crypto'
import { isRecord } from '../../internal/json'
import { QR_ALGORITHMS, type IssuerKey, type QrAlgorithm } from './options'

/** A pinned key, ready for use. */
export type TrustedKey = {
  id: string | undefined
  algorithm: QrAlgorithm
  key: KeyObject
}

const LEAST_RSA_BITS = 2048

/** Reads a pinned key, or says what is wrong with it; never the key. */
export function readTrustedKey(
  option: IssuerKey
): { trusted: TrustedKey } | { problem: string } {
  if (isPrivate(option.key)) {
    return {
      problem:
        'holds a private or secret key, which only the issuer may have: give the public key.'
    }
  }
  const key = publicKey(option.key)
  if (key === undefined) {
    return {
      problem:
        'is no public key that can be read: give a JWK, or PEM of a public key or certificate.'
    }
  }
  const jwk = isRecord(option.key) ? option.key : {}
  const algorithm = algorithmOf(key, option.algorithm ?? jwk.alg)
  if ('problem' in algorithm) return algorithm
  const id = option.id ?? (typeof jwk.kid === 'string' ? jwk.kid : undefined)
  return { trusted: { id, algorithm: algorithm.value, key } }
}

function isPrivate(key: string | object): boolean {
  return typeof key === 'string'
    ? key.includes('PRIVATE KEY')
    : 'd' in key || 'k' in key
}

function publicKey(key: string | object): KeyObject | undefined {
  try {
    return typeof key === 'string'
      ? createPublicKey(key)
      : createPublicKey({ key: { ...key }, format: 'jwk' })
  } catch {
    return undefined
  }
}

type Algorithm = { value: QrAlgorithm } | { problem: string }

function algorithmOf(key: KeyObject, wanted: unknown): Algorithm {
  const possible = algorithmsFor(key)
  if ('problem' in possible) return possible
  const { algorithms } = possible
  if (wanted === undefined) {
    const [only, another] = algorithms
    return only !== undefined && another === undefined
      ? { value: only }
      : { problem: `needs \`algorithm\`: ${quoted(algorithms)}.` }
  }
  const value = QR_ALGORITHMS.find((algorithm) => algorithm === wanted)
  return value !== undefined && algorithms.includes(value)
    ? { value }
    : {
        problem: `cannot be used with another algorithm than ${quoted(algorithms)}.`
      }
}

function algorithmsFor(
  key: KeyObject
): { algorithms: QrAlgorithm[] } | { problem: string } {
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {}
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return modulusLength < LEAST_RSA_BITS
        ? { problem: `is an RSA key of less than ${LEAST_RSA_BITS} bits.` }
        : { algorithms: ['RS256', 'PS256'] }
    case 'ed25519':
      return { algorithms: ['EdDSA'] }
    case 'ec':
      if (namedCurve === 'prime256v1') return { algorithms: ['ES256'] }
      break
    default:
  }
  return {
    problem: 'is of another kind than RSA, EC on the curve P-256, or Ed25519.'
  }
}

function quoted(algorithms: readonly string[]): string {
  return algorithms.map((algorithm) => `\`${algorithm}\``).join(' or ')
}
