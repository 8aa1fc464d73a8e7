import { createSecretKey, type KeyObject } from 'node:crypto'
import type { Cipher } from '../../internal/encryption'
import type { SubjectKeys } from './subject-seal'

/** The keys that evidence of one key id is made with. */
export type EvidenceKeys = {
  keyId: string
  /** For the JWS. */
  signature: KeyObject
  digests: KeyObject
  subject: SubjectKeys
}

/** Gives the keys of an id, or the current ones; each is prepared once. */
export type FindEvidenceKeys = (keyId?: string) => EvidenceKeys

/** @throws StoreError `ERR_KEY_MISSING`, from what it gives, when there is no key of that id */
export function evidenceKeys(cipher: Cipher): FindEvidenceKeys {
  // Only ids that have a key get in, so a stranger cannot make it grow.
  const known = new Map<string, EvidenceKeys>()
  return (keyId = cipher.currentKeyId) => {
    const found = known.get(keyId) ?? readKeys(cipher, keyId)
    known.set(keyId, found)
    return found
  }
}

function readKeys(cipher: Cipher, keyId: string): EvidenceKeys {
  const keyFor = (purpose: string) =>
    createSecretKey(cipher.keyFor(purpose, keyId).key)
  return {
    keyId,
    signature: keyFor('evidence'),
    digests: keyFor('evidence digests'),
    subject: {
      tag: keyFor('evidence subject tags'),
      text: keyFor('evidence subjects')
    }
  }
}
