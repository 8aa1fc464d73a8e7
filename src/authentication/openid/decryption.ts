import { compactDecrypt } from 'jose'
import type { Secret } from '../../internal/secret'
import { resolvePrivateKey, type PrivateJwk } from './client-key'

/** Opens what the provider encrypted to us (RFC 7516, compact form). */
export type Decryption = {
  /** Whether the country has keys for it at all. */
  readonly isPossible: boolean
  /**
   * @returns the text inside, or undefined when no key of ours opens it
   * @throws NationalIdError `ERR_SECRET` when a key cannot be read
   */
  decrypt(jwe: string): Promise<string | undefined>
}

/**
 * Key wrapping that proves nothing about the sender but hides well: eSignet wraps with RSA-OAEP or RSA-OAEP-256. RSA1_5
 * is an oracle, and shared keys are nobody's here.
 */
const KEY_ALGORITHMS = [
  'RSA-OAEP',
  'RSA-OAEP-256',
  'ECDH-ES',
  'ECDH-ES+A128KW',
  'ECDH-ES+A256KW'
]

const CONTENT_ALGORITHMS = [
  'A128GCM',
  'A256GCM',
  'A128CBC-HS256',
  'A256CBC-HS512'
]

/** Whether a text has the shape of a compact JWE. */
export function isJwe(text: string): boolean {
  return /^[\w-]+(\.[\w-]*){4}$/.test(text)
}

/** Whether a text has the shape of a compact JWS. */
export function isJws(text: string): boolean {
  return /^[\w-]+(\.[\w-]*){2}$/.test(text)
}

export function createDecryption(secrets: readonly Secret[]): Decryption {
  return {
    isPossible: secrets.length > 0,
    async decrypt(jwe) {
      for (const [index, secret] of secrets.entries()) {
        const option =
          secrets.length === 1 ? 'decryptionKeys' : `decryptionKeys[${index}]`
        const key = await resolvePrivateKey(secret, option)
        const plain = await openWith(jwe, key)
        if (plain !== undefined) return plain
      }
      return undefined
    }
  }
}

async function openWith(
  jwe: string,
  // What the key says about itself may differ from what the provider wraps with.
  { alg: _alg, kid: _kid, ...key }: PrivateJwk
): Promise<string | undefined> {
  try {
    const { plaintext } = await compactDecrypt(jwe, key, {
      keyManagementAlgorithms: KEY_ALGORITHMS,
      contentEncryptionAlgorithms: CONTENT_ALGORITHMS
    })
    return new TextDecoder().decode(plaintext)
  } catch {
    // Another key's, tampered with, or of an algorithm that we do not take: the next key decides, or none.
    return undefined
  }
}
