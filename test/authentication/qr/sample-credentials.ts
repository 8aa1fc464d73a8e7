import {
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject
} from 'node:crypto'
import canonicalize from 'canonicalize'
import { CompactSign } from 'jose'
import {
  qrCredentials,
  type QrCredentialOptions
} from '../../../src/authentication/qr'
import type { CredentialVerdict } from '../../../src/authentication/credential-verifier'
import type { JsonObject, JsonValue } from '../../../src/domain/json'

export const NOW = Date.UTC(2026, 10, 23, 12)
export const SECONDS = NOW / 1000
export const ISSUER = 'https://id.example.org'
export const METHOD = 'https://id.example.org/keys/proof'

/** An issuer's keys, one for each algorithm; made once, since RSA takes its time. */
export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const ed = generateKeyPairSync('ed25519')
export const otherEc = generateKeyPairSync('ec', { namedCurve: 'P-256' })

export function pemOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString()
}

export function jwkOf(key: KeyObject): JsonObject {
  // Node's JWKs have nothing but texts in them.
  return createPublicKey(pemOf(key)).export({ format: 'jwk' }) as JsonObject
}

export const OPTIONS: QrCredentialOptions = {
  trustedIssuers: [
    {
      issuer: ISSUER,
      keys: [
        { id: 'ec-1', key: jwkOf(ec.publicKey) },
        { key: { ...jwkOf(ed.publicKey), kid: 'ed-1' } },
        { id: 'rs-1', key: pemOf(rsa.publicKey), algorithm: 'RS256' },
        { id: 'ps-1', key: pemOf(rsa.publicKey), algorithm: 'PS256' },
        { id: METHOD, key: pemOf(rsa.publicKey), algorithm: 'PS256' }
      ]
    }
  ]
}

export const CLAIMS: JsonObject = {
  iss: ISSUER,
  sub: 'person-7',
  given_name: 'Ana Rita',
  family_name: 'Lopes',
  birthdate: '1990/04/07',
  gender: 'Female',
  individual_id: '5550001112'
}

/** A compact JWS of claims. */
export async function jws(
  claims: JsonValue,
  {
    header = { alg: 'ES256', kid: 'ec-1' },
    key = ec.privateKey
  }: { header?: { alg: string; [name: string]: unknown }; key?: KeyObject } = {}
): Promise<string> {
  const payload = new TextEncoder().encode(JSON.stringify(claims))
  return new CompactSign(payload).setProtectedHeader(header).sign(key)
}

export const CREDENTIAL: JsonObject = {
  '@context': ['https://www.w3.org/2018/credentials/v1'],
  id: 'urn:uuid:1',
  type: ['VerifiableCredential'],
  issuer: ISSUER,
  issuanceDate: '2026-01-01T00:00:00Z',
  credentialSubject: {
    id: 'did:example:7',
    fullName: [
      { language: 'eng', value: 'Ana Rita Lopes' },
      { language: 'fra', value: 'Anne Rite Lopes' }
    ],
    gender: [{ language: 'eng', value: 'Female' }],
    dateOfBirth: '1990/04/07',
    UIN: '5550001112'
  }
}

/** A JSON credential with a proof: detached PS256 over JCS. */
export function proven(
  credential: JsonObject,
  {
    header = { alg: 'PS256', b64: false, crit: ['b64'] },
    key = rsa.privateKey,
    proof = {}
  }: { header?: object; key?: KeyObject; proof?: JsonObject } = {}
): JsonObject {
  const head = Buffer.from(JSON.stringify(header)).toString('base64url')
  const input = Buffer.from(`${head}.${canonicalize(credential) ?? ''}`)
  const signature = sign('sha256', input, {
    key,
    // RSA_PKCS1_PSS_PADDING, and a salt as long as the hash (RFC 7518, section 3.5).
    padding: 6,
    saltLength: 32
  }).toString('base64url')
  return {
    ...credential,
    proof: {
      type: 'RsaSignature2018',
      verificationMethod: METHOD,
      jws: `${head}..${signature}`,
      ...proof
    }
  }
}

/** Checks one content at the set time. */
export async function checked(
  content: unknown,
  options: QrCredentialOptions = OPTIONS,
  now: number = NOW
): Promise<CredentialVerdict> {
  const { check } = qrCredentials(options).create({ clock: { now: () => now } })
  // A browser sends whatever it likes.
  return check(content as JsonValue)
}

/** `proven`, or problem and code in two words. */
export async function outcome(
  content: unknown,
  options: QrCredentialOptions = OPTIONS,
  now: number = NOW
): Promise<string> {
  const verdict = await checked(content, options, now)
  return verdict.proven ? 'proven' : `${verdict.problem} ${verdict.code}`
}
