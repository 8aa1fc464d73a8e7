import {
  X509Certificate,
  constants,
  createDecipheriv,
  createHash,
  privateDecrypt,
  verify
} from 'node:crypto'
import type { JsonObject } from '../../domain/json'
import { isJsonObject, parseJsonObject, textOf } from '../json-object'
import type { ParsedKey } from './key-material'

const TAG_BYTES = 16
const NONCE_BYTES = 16

/**
 * What is wrong with the `Signature` header, as an error code of IDA's;
 * undefined when it is a detached JWS by RS256 over the base64url of the body,
 * by the partner's key, with the certificate's PEM text in `x5c` (FACTS 4).
 */
export function signatureProblem(
  header: string | undefined,
  body: string,
  partner: ParsedKey
): string | undefined {
  const [, encoded = '', signature = ''] =
    /^([\w-]+)\.\.([\w-]+)$/.exec(header ?? '') ?? []
  const said = parseJsonObject(Buffer.from(encoded, 'base64url').toString())
  if (said?.alg !== 'RS256') return 'IDA-MPA-001'
  if (!namesPartner(said.x5c, partner)) return 'IDA-MPA-002'
  const payload = Buffer.from(body, 'utf8').toString('base64url')
  const isSigned = verify(
    'sha256',
    Buffer.from(`${encoded}.${payload}`),
    partner.certificate.publicKey,
    Buffer.from(signature, 'base64url')
  )
  return isSigned ? undefined : 'IDA-MPA-001'
}

function namesPartner(x5c: unknown, { certificate }: ParsedKey): boolean {
  const first: unknown = Array.isArray(x5c) ? x5c[0] : undefined
  const pem = Buffer.from(textOf(first), 'base64url').toString('utf8')
  // PEM text, not the base64 of the DER that RFC 7515 asks for.
  if (!pem.startsWith('-----BEGIN CERTIFICATE-----')) return false
  try {
    return (
      new X509Certificate(pem).fingerprint256 === certificate.fingerprint256
    )
  } catch {
    return false
  }
}

/** What was encrypted for IDA, or the code of what is wrong with it. */
export type OpenedRequest =
  | { content: JsonObject; code?: undefined }
  | { code: 'IDA-MPA-003' | 'IDA-MPA-016' }

/** Opens the request with IDA's key, and compares it with its digest. */
export function openRequest(body: JsonObject, ida: ParsedKey): OpenedRequest {
  if (!isSame(textOf(body.thumbprint), ida.thumbprint)) {
    return { code: 'IDA-MPA-003' }
  }
  try {
    const key = privateDecrypt(
      {
        key: ida.privateKey,
        padding: constants.RSA_PKCS1_OAEP_PADDING,
        oaepHash: 'sha256'
      },
      Buffer.from(textOf(body.requestSessionKey), 'base64url')
    )
    const inner = decrypt(textOf(body.request), key)
    const digest = decrypt(textOf(body.requestHMAC), key)
    const content = parseJsonObject(inner)
    if (content === undefined) return { code: 'IDA-MPA-003' }
    return digest === upperHexDigest(inner)
      ? { content }
      : { code: 'IDA-MPA-016' }
  } catch {
    return { code: 'IDA-MPA-003' }
  }
}

function isSame(base64url: string, bytes: Buffer): boolean {
  return Buffer.from(base64url, 'base64url').equals(bytes)
}

/** Ciphertext, tag, nonce. */
function decrypt(base64url: string, key: Buffer): string {
  const bytes = Buffer.from(base64url, 'base64url')
  const end = bytes.length - NONCE_BYTES - TAG_BYTES
  const decipher = createDecipheriv(
    'aes-256-gcm',
    key,
    bytes.subarray(-NONCE_BYTES),
    { authTagLength: TAG_BYTES }
  )
  decipher.setAuthTag(bytes.subarray(end, end + TAG_BYTES))
  const text = decipher.update(bytes.subarray(0, end))
  return Buffer.concat([text, decipher.final()]).toString('utf8')
}

function upperHexDigest(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex').toUpperCase()
}

/** The demographics of an opened request. */
export function demographicsIn(content: JsonObject): JsonObject {
  const { demographics } = content
  return isJsonObject(demographics) ? demographics : {}
}
