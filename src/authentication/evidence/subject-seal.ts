import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  timingSafeEqual,
  type KeyObject
} from 'node:crypto'

/** Two keys that are used for nothing else. */
export type SubjectKeys = { tag: KeyObject; text: KeyObject }

const TAG_BYTES = 16
const ALGORITHM = 'aes-256-ctr'

/**
 * Encrypts a pairwise subject so that the same evidence always has the same text. A random nonce cannot do that and a
 * fixed one would be unsafe, so the nonce is a keyed digest of what is sealed and where it belongs, and is the
 * authentication tag as well: the construction of RFC 5297 (SIV), with HMAC-SHA256 as its PRF and AES-256-CTR. All that
 * a reader learns is that two texts are equal if they are, and that only within one evidence.
 *
 * @param evidenceId the evidence that it is opened with
 * @returns base64url
 */
export function sealSubject(
  keys: SubjectKeys,
  evidenceId: string,
  subject: string
): string {
  const tag = tagOf(keys, evidenceId, subject)
  const cipher = createCipheriv(ALGORITHM, keys.text, tag)
  const sealed = [tag, cipher.update(subject, 'utf8'), cipher.final()]
  return Buffer.concat(sealed).toString('base64url')
}

/** Opens what `sealSubject` gave, or gives undefined when it was changed or belongs to other evidence. */
export function openSubject(
  keys: SubjectKeys,
  evidenceId: string,
  sealed: string
): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url')
  const tag = bytes.subarray(0, TAG_BYTES)
  if (tag.length < TAG_BYTES) return undefined
  const decipher = createDecipheriv(ALGORITHM, keys.text, tag)
  const opened = [decipher.update(bytes.subarray(TAG_BYTES)), decipher.final()]
  const subject = Buffer.concat(opened).toString('utf8')
  return timingSafeEqual(tag, tagOf(keys, evidenceId, subject))
    ? subject
    : undefined
}

function tagOf(keys: SubjectKeys, evidenceId: string, subject: string): Buffer {
  return createHmac('sha256', keys.tag)
    .update(JSON.stringify([evidenceId, subject]))
    .digest()
    .subarray(0, TAG_BYTES)
}
