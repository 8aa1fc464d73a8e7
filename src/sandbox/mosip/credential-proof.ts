import { constants, createHash, sign, type KeyObject } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { JsonObject } from '../../domain/json'
import { PUBLIC_KEY_URL } from './credential'

/**
 * How credentials are signed (FACTS 7): over their JCS form, as MOSIP's mock
 * does, or over the URDNA2015 form of proof and document, as MOSIP does. The
 * latter takes a function that gives a document's canonical N-Quads, since that
 * needs a JSON-LD library and the contexts.
 */
export type CredentialProof =
  'JCS' | { canonize: (document: JsonObject) => Promise<string> }

/** The credential with a proof: PS256, detached, payload not encoded (RFC 7797). */
export async function withProof(
  credential: JsonObject,
  key: KeyObject,
  how: CredentialProof,
  now: number
): Promise<JsonObject> {
  const options = {
    type: 'RsaSignature2018',
    created: new Date(now).toISOString(),
    proofPurpose: 'assertionMethod',
    verificationMethod: PUBLIC_KEY_URL
  }
  const payload = await payloadOf(credential, options, how)
  return { ...credential, proof: { ...options, jws: jws(payload, key) } }
}

async function payloadOf(
  credential: JsonObject,
  options: JsonObject,
  how: CredentialProof
): Promise<Buffer> {
  if (how === 'JCS') return Buffer.from(canonicalize(credential) ?? '', 'utf8')
  const described = { '@context': credential['@context'] ?? null, ...options }
  return Buffer.concat([
    digest(await how.canonize(described)),
    digest(await how.canonize(credential))
  ])
}

function jws(payload: Buffer, key: KeyObject): string {
  const header = Buffer.from(
    JSON.stringify({
      alg: 'PS256',
      b64: false,
      crit: ['b64'],
      kid: PUBLIC_KEY_URL
    })
  ).toString('base64url')
  const signature = sign(
    'sha256',
    Buffer.concat([Buffer.from(`${header}.`), payload]),
    {
      key,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST
    }
  )
  return `${header}..${signature.toString('base64url')}`
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest()
}
