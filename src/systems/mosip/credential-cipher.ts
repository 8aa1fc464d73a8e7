import {
  constants,
  createDecipheriv,
  privateDecrypt,
  type KeyObject
} from 'node:crypto'
import { MalformedError } from '../../domain/errors'

/** Our private keys, by the thumbprint of their certificate in hex. */
export type DecryptionKeys = ReadonlyMap<string, KeyObject>

// Layout of a credential (FACTS 5): version, thumbprint of the certificate,
// session key for that certificate, splitter, additional data of which the
// first bytes are the nonce, ciphertext, tag.
const VERSION = Buffer.from('VER_R2')
const THUMBPRINT_BYTES = 32
const SPLITTER = Buffer.from('#KEY_SPLITTER#')
const AAD_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * Opens a credential with the key that it was made for.
 *
 * @param acceptZero whether 32 zero bytes stand for our first key, as in
 *   MOSIP's mock
 * @returns its text
 * @throws MalformedError `ERR_CREDENTIAL_FORMAT`, `ERR_CREDENTIAL_CERTIFICATE`,
 *   `ERR_CREDENTIAL_CIPHER`
 */
export function openCredential(
  base64: string,
  keys: DecryptionKeys,
  acceptZero: boolean
): string {
  const bytes = Buffer.from(base64, 'base64')
  const split = bytes.indexOf(SPLITTER)
  const sealedKey = bytes.subarray(VERSION.length + THUMBPRINT_BYTES, split)
  const content = bytes.subarray(split + SPLITTER.length)
  const hasForm =
    split > VERSION.length + THUMBPRINT_BYTES &&
    bytes.subarray(0, VERSION.length).equals(VERSION) &&
    content.length > AAD_BYTES + TAG_BYTES
  if (!hasForm) {
    throw refused(
      'ERR_CREDENTIAL_FORMAT',
      'it is not laid out as MOSIP lays out credentials (VER_R2)'
    )
  }
  const thumbprint = bytes.subarray(
    VERSION.length,
    VERSION.length + THUMBPRINT_BYTES
  )
  const key = keyFor(thumbprint, keys, acceptZero)
  if (key === undefined) {
    throw refused(
      'ERR_CREDENTIAL_CERTIFICATE',
      'it is encrypted for a certificate that is none of websub.keys'
    )
  }
  try {
    return decrypt(content, openKey(sealedKey, key))
  } catch {
    throw refused('ERR_CREDENTIAL_CIPHER', 'it cannot be decrypted')
  }
}

function keyFor(
  thumbprint: Buffer,
  keys: DecryptionKeys,
  acceptZero: boolean
): KeyObject | undefined {
  const known = keys.get(thumbprint.toString('hex'))
  if (known !== undefined) return known
  const isZero = thumbprint.every((byte) => byte === 0)
  return acceptZero && isZero ? keys.values().next().value : undefined
}

function openKey(sealed: Buffer, key: KeyObject): Buffer {
  return privateDecrypt(
    { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    sealed
  )
}

function decrypt(content: Buffer, sessionKey: Buffer): string {
  const aad = content.subarray(0, AAD_BYTES)
  const decipher = createDecipheriv(
    'aes-256-gcm',
    sessionKey,
    aad.subarray(0, IV_BYTES),
    { authTagLength: TAG_BYTES }
  )
  decipher.setAAD(aad)
  decipher.setAuthTag(content.subarray(-TAG_BYTES))
  const text = decipher.update(content.subarray(AAD_BYTES, -TAG_BYTES))
  return Buffer.concat([text, decipher.final()]).toString('utf8')
}

function refused(code: string, why: string): MalformedError {
  return new MalformedError(
    `A credential cannot be read: ${why}. Nothing was taken from it; see docs/systems/mosip.md, "Answers".`,
    { code }
  )
}
