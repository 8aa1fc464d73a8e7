import { decodeProtectedHeader, errors, jwtVerify } from 'jose'
import type { JsonObject, JsonValue } from '../../domain/json'
import type {
  CredentialVerdict,
  CredentialVerifier
} from '../credential-verifier'
import { isJsonObject } from '../../internal/json'
import type { ReadClaims } from './claims'
import { readJson, type ContentLimits } from './content'
import { refused, type RefusalCode } from './refusal'
import type { KnownIssuer, KnownIssuers } from './trusted-issuers'
import type { TrustedKey } from './trusted-key'
import { validityProblem, type CheckTime } from './validity'

/** What both of our verifiers need. */
export type VerifierParts = {
  issuers: KnownIssuers
  readClaims: ReadClaims
  limits: ContentLimits
  time: () => CheckTime
}

const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/

/**
 * A compact JWS (RFC 7515) whose payload is claims (RFC 7519), also those of a W3C credential (`vc`). The key is one
 * that is pinned for `iss`; keys that the credential brings (`jwk`, `jku`, `x5c`, `x5u`) are never looked at.
 */
export function jwsCredentials(parts: VerifierParts): CredentialVerifier {
  return {
    name: 'jws',
    recognises: (content) =>
      typeof content === 'string' && COMPACT_JWS.test(content),
    verify: async (content) => verify(parts, content)
  }
}

async function verify(
  parts: VerifierParts,
  content: JsonValue
): Promise<CredentialVerdict> {
  if (typeof content !== 'string') return refused('unknownKind')
  const header = headerOf(content)
  const stated = statedClaims(content, parts.limits)
  if (header === undefined) return refused('malformed')
  if ('refusal' in stated) return refused(stated.refusal)
  const found = parts.issuers.find({
    issuer: stated.value.iss,
    keyId: header.kid,
    algorithm: header.alg
  })
  if (typeof found === 'string') return refused(found)
  const time = parts.time()
  const problem = await signatureProblem(content, found, time)
  if (problem !== undefined) return refused(problem)
  // The bytes that were read are those that were signed.
  return verdictOn(parts, found.known, stated.value, time)
}

function verdictOn(
  { readClaims }: VerifierParts,
  { issuer, audience }: KnownIssuer,
  claims: JsonObject,
  time: CheckTime
): CredentialVerdict {
  if (audience === undefined && claims.aud !== undefined)
    return refused('audience')
  const problem = validityProblem(claims, time)
  if (problem !== undefined) return refused(problem)
  const read = readClaims(claims)
  return typeof read === 'string'
    ? refused(read)
    : { proven: true, issuer, ...read }
}

function headerOf(text: string): { alg?: unknown; kid?: unknown } | undefined {
  try {
    return decodeProtectedHeader(text)
  } catch {
    return undefined
  }
}

/** What it says, before anything is known about who said it. */
function statedClaims(
  text: string,
  limits: ContentLimits
): { value: JsonObject } | { refusal: RefusalCode } {
  const payload = Buffer.from(text.split('.')[1] ?? '', 'base64url')
  const read = readJson(payload.toString('utf8'), limits)
  if ('refusal' in read) return read
  return isJsonObject(read.value)
    ? { value: read.value }
    : { refusal: 'malformed' }
}

async function signatureProblem(
  text: string,
  { known, keys }: { known: KnownIssuer; keys: readonly TrustedKey[] },
  { now, toleranceMs }: CheckTime
): Promise<RefusalCode | undefined> {
  let problem: RefusalCode = 'signature'
  // More than one only where the credential does not name its key.
  for (const { key, algorithm } of keys) {
    try {
      await jwtVerify(text, key, {
        algorithms: [algorithm],
        issuer: known.issuer,
        ...(known.audience !== undefined && { audience: known.audience }),
        clockTolerance: toleranceMs / 1000,
        currentDate: new Date(now)
      })
      return undefined
    } catch (error) {
      problem = codeOf(error)
      if (problem !== 'signature') return problem
    }
  }
  return problem
}

function codeOf(error: unknown): RefusalCode {
  if (error instanceof errors.JWTExpired) return 'expired'
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'nbf') return 'notYetValid'
    return error.claim === 'aud' ? 'audience' : 'dates'
  }
  if (error instanceof errors.JOSENotSupported) return 'algorithm'
  if (error instanceof errors.JWSInvalid) return 'malformed'
  return error instanceof errors.JWTInvalid ? 'malformed' : 'signature'
}
