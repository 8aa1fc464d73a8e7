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
  /** HMAC-SHA256 for the audit chain, under a key that is derived for nothing else. */
  mac(data: string, keyId?: string): { keyId: string; mac: string }
}
