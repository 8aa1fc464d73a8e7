import canonicalize from 'canonicalize'
import { decodeProtectedHeader, flattenedVerify } from 'jose'
import type { JsonObject, JsonValue } from '../../domain/json'
import type {
  CredentialVerdict,
  CredentialVerifier
} from '../credential-verifier'
import { isJsonObject } from '../../internal/json'
import type { VerifierParts } from './jws-credential'
import { refused } from './refusal'
import type { TrustedKey } from './trusted-key'
import { validityProblem } from './validity'

const DETACHED_JWS = /^([\w-]+)\.\.([\w-]+)$/

/**
 * A JSON credential with a `proof` whose detached JWS (RFC 7797, `b64: false`) signs the credential without its proof,
 * in the canonical form of RFC 8785. The key is one that is pinned for `issuer` under the proof's `verificationMethod`;
 * neither it nor `@context` is ever fetched. Proofs over canonical RDF (URDNA2015) are another kind and not checked.
 */
export function proofCredentials(parts: VerifierParts): CredentialVerifier {
  return {
    name: 'proof',
    recognises: (content) =>
      isJsonObject(content) && isJsonObject(content.proof),
    verify: async (content) => verify(parts, content)
  }
}

async function verify(
  { issuers, readClaims, time }: VerifierParts,
  content: JsonValue
): Promise<CredentialVerdict> {
  if (!isJsonObject(content) || !isJsonObject(content.proof))
    return refused('unknownKind')
  const { proof, ...claims } = content
  const jws = detachedJws(proof)
  if (jws === undefined) return refused('malformed')
  const found = issuers.find({
    issuer: issuerOf(claims),
    keyId: proof.verificationMethod ?? null,
    algorithm: jws.algorithm
  })
  if (typeof found === 'string') return refused(found)
  if (!(await isSigned(jws, claims, found.keys))) return refused('signature')
  const problem = validityProblem(claims, time())
  if (problem !== undefined) return refused(problem)
  const read = readClaims(claims)
  return typeof read === 'string'
    ? refused(read)
    : { proven: true, issuer: found.known.issuer, ...read }
}

type DetachedJws = { protected: string; signature: string; algorithm: unknown }

function detachedJws({ jws }: JsonObject): DetachedJws | undefined {
  const [, header, signature] =
    DETACHED_JWS.exec(typeof jws === 'string' ? jws : '') ?? []
  if (header === undefined || signature === undefined) return undefined
  try {
    const { alg, b64 } = decodeProtectedHeader({ protected: header })
    return b64 === false
      ? { protected: header, signature, algorithm: alg }
      : undefined
  } catch {
    return undefined
  }
}

/** `issuer` is an address, or an object whose `id` is one. */
function issuerOf({ issuer }: JsonObject): JsonValue | undefined {
  return isJsonObject(issuer) ? issuer.id : issuer
}

async function isSigned(
  { protected: header, signature }: DetachedJws,
  claims: JsonObject,
  keys: readonly TrustedKey[]
): Promise<boolean> {
  for (const { key, algorithm } of keys) {
    try {
      const payload = Buffer.from(canonicalize(claims) ?? '')
      const jws = { protected: header, payload, signature }
      await flattenedVerify(jws, key, { algorithms: [algorithm] })
      return true
    } catch {
      // Another key of the same id may have signed it.
    }
  }
  return false
}
