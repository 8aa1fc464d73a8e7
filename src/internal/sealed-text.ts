import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { StoreError } from '../domain/errors'
import type { DerivedKey } from './key-ring'

// Layout: version (1 byte), length of the key id (1 byte), key id, nonce,
// ciphertext, tag.
const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16
const ALGORITHM = 'aes-256-gcm'

/**
 * Encrypts a text with AES-256-GCM (96-bit random nonce, 128-bit tag). The context and the header are authenticated
 * with it, so a sealed value opens nowhere but where it belongs.
 */
export function sealText(
  key: DerivedKey,
  plain: string,
  context: string
): Buffer {
  const header = sealedHeader(key.id)
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, key.sealKey, nonce, {
    authTagLength: TAG_BYTES
  })
  cipher.setAAD(authenticated(header, context))
  const text = cipher.update(plain, 'utf8')
  return Buffer.concat([
    header,
    nonce,
    text,
    cipher.final(),
    cipher.getAuthTag()
  ])
}

/** What everything begins with that is sealed under a key: by it, what needs the key is found without opening it. */
export function sealedHeader(keyId: string): Buffer {
  const id = Buffer.from(keyId, 'utf8')
  return Buffer.concat([Buffer.from([VERSION, id.length]), id])
}

/** The id of the key that a value was sealed with, as the value says; undefined where it is no such value. */
export function sealedKeyId(sealed: Buffer): string | undefined {
  const end = 2 + (sealed[1] ?? 0)
  return sealed[0] === VERSION && sealed.length > end
    ? sealed.toString('utf8', 2, end)
    : undefined
}

/**
 * Opens what `sealText` gave.
 *
 * @param find gives the key of an id, or throws StoreError `ERR_KEY_MISSING`
 * @throws StoreError `ERR_SEAL_BROKEN` when anything was changed or the context is another
 */
export function openSealed(
  find: (id: string) => DerivedKey,
  sealed: Buffer,
  context: string
): string {
  const headerLength = 2 + (sealed[1] ?? 0)
  const textStart = headerLength + NONCE_BYTES
  const tagStart = sealed.length - TAG_BYTES
  if (sealed[0] !== VERSION || tagStart < textStart) throw broken()
  const header = sealed.subarray(0, headerLength)
  const key = find(header.toString('utf8', 2))
  const nonce = sealed.subarray(headerLength, textStart)
  const decipher = createDecipheriv(ALGORITHM, key.sealKey, nonce, {
    authTagLength: TAG_BYTES
  })
  decipher.setAAD(authenticated(header, context))
  decipher.setAuthTag(sealed.subarray(tagStart))
  try {
    const text = decipher.update(sealed.subarray(textStart, tagStart))
    return Buffer.concat([text, decipher.final()]).toString('utf8')
  } catch {
    throw broken()
  }
}

function authenticated(header: Buffer, context: string): Buffer {
  return Buffer.concat([header, Buffer.from(context, 'utf8')])
}

function broken(): StoreError {
  return new StoreError(
    'A sealed value cannot be opened: it was changed, moved, or sealed with another key of the same name.',
    { code: 'ERR_SEAL_BROKEN' }
  )
}
