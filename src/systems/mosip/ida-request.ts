import {
  constants,
  createCipheriv,
  createHash,
  publicEncrypt,
  sign,
  type KeyObject,
  type X509Certificate
} from 'node:crypto'
import type { JsonObject } from '../../domain/json'
import type { Person } from '../../domain/person'
import { sexOf, mosipDate, wholeName } from './field-value'
import { thumbprintOf, type KeyPair } from './keys'
import type { CheckedIda } from './options'

/** Where the bytes of keys and nonces come from. */
export type RandomBytes = (length: number) => Buffer

/** What an authentication request is made of. */
export type IdaRequestParts = {
  ida: CheckedIda
  idaCertificate: X509Certificate
  /** Attributes to compare, as `demographicsOf` gives them. */
  demographics: JsonObject
  identifier: string
  transactionId: string
  /** Milliseconds since 1970. */
  now: number
  random: RandomBytes
}

const KEY_BYTES = 32
/** Not GCM's usual 12: IDA takes the last 16 bytes as the nonce (FACTS 4). */
const NONCE_BYTES = 16

/**
 * The person's attributes as IDA compares them, without what the record does
 * not have; undefined when nothing would tell one person from another.
 */
export function demographicsOf(
  person: Person,
  ida: CheckedIda,
  language: string
): JsonObject | undefined {
  const { compare } = ida
  const name = compare.includes('name') ? wholeName(person.name) : undefined
  const dob = compare.includes('dateOfBirth') ? person.dateOfBirth : undefined
  if (name === undefined && dob === undefined) return undefined
  const gender = compare.includes('sex') ? genderOf(person, ida) : undefined
  return {
    ...(dob === undefined ? {} : { dob: mosipDate(dob) }),
    ...(name === undefined ? {} : { name: [{ language, value: name }] }),
    ...(gender === undefined ? {} : { gender: [{ language, value: gender }] })
  }
}

function genderOf({ sex }: Person, { sexValues }: CheckedIda) {
  return sex === undefined || sexValues === undefined
    ? sex
    : sexOf(sex, sexValues)
}

/** The body of an authentication request, to be sent as these very bytes (FACTS 4, steps 1 to 7). */
export function idaRequestBody(parts: IdaRequestParts): string {
  const { demographics, ida, idaCertificate, identifier, now, random } = parts
  const time = new Date(now).toISOString()
  const inner = JSON.stringify({
    biometrics: [],
    demographics,
    otp: '',
    timestamp: time
  })
  const sessionKey = random(KEY_BYTES)
  return JSON.stringify({
    id: 'mosip.identity.auth',
    version: '1.0',
    individualId: identifier,
    individualIdType: ida.identifierType,
    transactionID: parts.transactionId,
    requestTime: time,
    specVersion: '1.0',
    thumbprint: padded(thumbprintOf(idaCertificate)),
    domainUri: ida.domainUri,
    env: ida.environment,
    requestedAuth: { demo: false, pin: false, otp: false, bio: false },
    consentObtained: true,
    request: encrypted(inner, sessionKey, random),
    requestSessionKey: sealedKey(sessionKey, idaCertificate.publicKey),
    // A digest in spite of its name.
    requestHMAC: encrypted(upperHexDigest(inner), sessionKey, random)
  })
}

function upperHexDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').toUpperCase()
}

/** Ciphertext, tag and nonce, in one padded base64url. */
function encrypted(text: string, key: Buffer, random: RandomBytes): string {
  const nonce = random(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  return padded(
    Buffer.concat([
      cipher.update(text, 'utf8'),
      cipher.final(),
      cipher.getAuthTag(),
      nonce
    ])
  )
}

function sealedKey(key: Buffer, idaKey: KeyObject): string {
  return publicEncrypt(
    {
      key: idaKey,
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: 'sha256'
    },
    key
  ).toString('base64url')
}

/** Base64url as Java's encoder writes it by default. */
function padded(bytes: Buffer): string {
  const text = bytes.toString('base64url')
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=')
}

/**
 * The `Signature` header: a detached JWS (RFC 7515, appendix F) by RS256 over
 * the body. `x5c` is the certificate's PEM text, lines ended as MOSIP's own
 * client ends them, in base64url: not what RFC 7515 asks for, but what IDA
 * reads (FACTS 4, step 8).
 */
export function signatureHeader(body: string, pair: KeyPair): string {
  const pem = pair.certificate.toString().trimEnd().replace(/\r?\n/g, '\r\n')
  const x5c = [Buffer.from(`${pem}\r\n`).toString('base64url')]
  const header = encoded(JSON.stringify({ alg: 'RS256', x5c }))
  const input = Buffer.from(`${header}.${encoded(body)}`)
  const signature = sign('sha256', input, pair.privateKey)
  return `${header}..${signature.toString('base64url')}`
}

function encoded(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url')
}
