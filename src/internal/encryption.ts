import { createHmac } from 'node:crypto'
import {
  createKeyRing,
  type DerivedKey,
  type EncryptionOption,
  type KeyRing
} from './key-ring'
import { openSealed, sealText } from './sealed-text'

/** Seals what is personal before it is written, and opens it again. Made by `createCipher`. */
export type Cipher = {
  /** Id of the key that new values are sealed with. */
  readonly currentKeyId: string
  /**
   * Encrypts with AES-256-GCM under the current key.
   * @param context what the value belongs to (`<delivery id>/token`); it must be the same when opening
   */
  seal(plain: string, context: string): Buffer
  /** @throws StoreError `ERR_KEY_MISSING` when the key is not in the ring, `ERR_SEAL_BROKEN` when it was tampered with */
  open(sealed: Buffer, context: string): string
  /**
   * HMAC-SHA256 in hex for the audit chain, under a key that is derived for nothing else: that of `keyId`, or the
   * current one.
   * @throws StoreError `ERR_KEY_MISSING`
   */
  mac(data: string, keyId?: string): { keyId: string; mac: string }
  /**
   * A 256-bit key that is derived for nothing but `purpose`: that of `keyId`, or the current one.
   * @throws StoreError `ERR_KEY_MISSING`
   */
  keyFor(purpose: string, keyId?: string): { keyId: string; key: Buffer }
}

/**
 * Reads the secrets and makes the cipher. Each secret gives two keys by HKDF-SHA256: one for sealing, one for the
 * audit chain. The id of a single secret's key is derived from it, so that another secret is recognised as another key.
 *
 * @throws OptionsError when a secret is shorter than 32 characters, or `current` names no key; it names the option.
 * @throws NationalIdError `ERR_SECRET` when a secret's function fails.
 */
export async function createCipher(
  encryption: EncryptionOption
): Promise<Cipher> {
  const ring = await createKeyRing(encryption)
  return {
    currentKeyId: ring.current.id,
    seal: (plain, context) => sealText(ring.current, plain, context),
    open: (sealed, context) =>
      openSealed((id) => ring.find(id), sealed, context),
    mac: (data, keyId) => macOf(ring, data, keyId),
    keyFor(purpose, keyId) {
      const key = keyOf(ring, keyId)
      return { keyId: key.id, key: key.forPurpose(purpose) }
    }
  }
}

function keyOf(ring: KeyRing, keyId: string | undefined): DerivedKey {
  return keyId === undefined ? ring.current : ring.find(keyId)
}

function macOf(
  ring: KeyRing,
  data: string,
  keyId: string | undefined
): { keyId: string; mac: string } {
  const key = keyOf(ring, keyId)
  const mac = createHmac('sha256', key.macKey).update(data).digest('hex')
  return { keyId: key.id, mac }
}
