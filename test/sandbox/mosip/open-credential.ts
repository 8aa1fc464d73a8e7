import {
  X509Certificate,
  constants,
  createDecipheriv,
  createHash,
  createPublicKey,
  privateDecrypt,
  verify
} from 'node:crypto'
import canonicalize from 'canonicalize'
import type { CertifiedKey } from '../../../src/sandbox'
import type { Recorded } from '../recording'

/** Opens a credential by the offsets of its layout, as an independent check. */
export function openCredential(base64: string, privateKey: string): Recorded {
  const bytes = Buffer.from(base64, 'base64')
  expect(bytes.toString('latin1', 0, 6)).toBe('VER_R2')
  // RSA of 2048 bits gives 256 bytes, which end at 6 + 32 + 256.
  expect(bytes.toString('latin1', 294, 308)).toBe('#KEY_SPLITTER#')
  const sessionKey = privateDecrypt(
    {
      key: privateKey,
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: 'sha256'
    },
    bytes.subarray(38, 294)
  )
  const opener = createDecipheriv(
    'aes-256-gcm',
    sessionKey,
    bytes.subarray(308, 320)
  )
  opener.setAAD(bytes.subarray(308, 340))
  opener.setAuthTag(bytes.subarray(bytes.length - 16))
  const text =
    opener.update(bytes.subarray(340, bytes.length - 16), undefined, 'utf8') +
    opener.final('utf8')
  return JSON.parse(text)
}

/** The thumbprint that a credential names, in hex. */
export function thumbprintIn(base64: string): string {
  return Buffer.from(base64, 'base64').subarray(6, 38).toString('hex')
}

/** SHA-256 of a certificate's DER, in hex. */
export function thumbprintOf({ certificate }: CertifiedKey): string {
  const { raw } = new X509Certificate(certificate)
  return createHash('sha256').update(raw).digest('hex')
}

/** Whether a proof is by this key over the JCS form of the rest. */
export function isProvenOverJcs(
  { proof, ...document }: Recorded,
  key: CertifiedKey
): boolean {
  return isDetachedBy(
    proof.jws,
    Buffer.from(canonicalize(document) ?? '', 'utf8'),
    key
  )
}

/** Whether a detached PS256 signature is by this key over these bytes. */
export function isDetachedBy(
  jws: string,
  payload: Buffer,
  { certificate }: CertifiedKey
): boolean {
  const [header = '', , signature = ''] = jws.split('.')
  return verify(
    'sha256',
    Buffer.concat([Buffer.from(`${header}.`), payload]),
    {
      key: createPublicKey(certificate),
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 32
    },
    Buffer.from(signature, 'base64url')
  )
}
