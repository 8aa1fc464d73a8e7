import { constants, createCipheriv, publicEncrypt } from 'node:crypto'
import { secretBytes } from '../../internal/ids'
import type { ParsedKey } from './key-material'

// Layout of an encrypted credential (FACTS 5): version, thumbprint of the
// certificate, session key for it, splitter, additional data of which the first
// twelve bytes are the nonce, ciphertext, tag.
const VERSION = Buffer.from('VER_R2')
const SPLITTER = Buffer.from('#KEY_SPLITTER#')
const KEY_BYTES = 32
const AAD_BYTES = 32
const IV_BYTES = 12

/**
 * Encrypts a credential for a certificate.
 *
 * @returns base64
 */
export function sealCredential(
  text: string,
  { certificate, thumbprint }: ParsedKey,
  changes: { thumbprint?: Buffer } = {}
): string {
  const sessionKey = secretBytes(KEY_BYTES)
  const aad = secretBytes(AAD_BYTES)
  const cipher = createCipheriv(
    'aes-256-gcm',
    sessionKey,
    aad.subarray(0, IV_BYTES)
  )
  cipher.setAAD(aad)
  const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  const sealedKey = publicEncrypt(
    {
      key: certificate.publicKey,
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: 'sha256'
    },
    sessionKey
  )
  return Buffer.concat([
    VERSION,
    changes.thumbprint ?? thumbprint,
    sealedKey,
    SPLITTER,
    aad,
    content,
    cipher.getAuthTag()
  ]).toString('base64')
}
