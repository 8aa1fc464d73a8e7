import { generateKeyPairSync } from 'node:crypto'

/** A key pair in PEM. */
export type RsaKey = { privateKey: string; publicKey: string }

// Making one takes a good part of a second, and a test run makes many
// simulators. Nothing depends on two simulators having different keys.
const made = new Map<string, RsaKey>()

/** The key pair of that name, made once per process. */
export function rsaKey(name: string): RsaKey {
  const known = made.get(name)
  if (known !== undefined) return known
  const key = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' }
  })
  made.set(name, key)
  return key
}
