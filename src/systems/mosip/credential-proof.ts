import { constants, createHash, verify, type KeyObject } from 'node:crypto'
import canonicalize from 'canonicalize'
import { MalformedError, NationalIdError } from '../../domain/errors'
import type { JsonObject } from '../../domain/json'
import { parseJson } from '../../internal/http'
import { isRecord, isText } from '../../internal/json'
import { readPublicKey } from './keys'
import type { MosipProof } from './options'
import { rdfCanonical } from './rdf-canonical'
import { readOnce } from './read-once'

/** Checks who signed a credential. */
export type ProofCheck = (credential: Record<string, unknown>) => Promise<void>

/** Members of a proof that are its signature, not part of what is signed. */
const SIGNATURE_MEMBERS = ['jws', 'proofValue', 'signatureValue']

/**
 * Makes the check of a credential's own proof (FACTS 7): PS256 with a detached
 * payload (RFC 7797) by one of the pinned keys. The key and the contexts that a
 * credential names are never fetched: whoever forges one names his own.
 *
 * What is checked is the raw JSON: a parser that drops unknown members would
 * break the signature.
 */
export function proofCheck(proof: MosipProof): ProofCheck {
  const keys = readOnce(() =>
    Promise.all(
      proof.keys.map((key, index) =>
        readPublicKey(key, `websub.proof.keys[${index}]`)
      )
    )
  )
  return async (credential) => {
    const { issuer } = credential
    if (proof.issuer !== undefined && issuer !== proof.issuer) {
      throw unproven('its issuer is not websub.proof.issuer')
    }
    const { proof: given, ...document } = credential
    const signed = isRecord(given) ? readJws(given.jws) : undefined
    if (signed === undefined || !isRecord(given)) {
      throw unproven('it has no proof with a detached PS256 signature')
    }
    const pinned = await keys()
    const payloads = await payloadsOf(proof, document, given)
    const isRight = payloads.some((payload) => {
      const input = Buffer.concat([Buffer.from(`${signed.header}.`), payload])
      return pinned.some((key) => isSigned(input, signed.signature, key))
    })
    if (!isRight) throw unproven('its proof is by none of websub.proof.keys')
  }
}

function isSigned(input: Buffer, signature: Buffer, key: KeyObject): boolean {
  return verify(
    'sha256',
    input,
    {
      key,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST
    },
    signature
  )
}

/** `header..signature`, whose header says PS256 and an unencoded payload and nothing else that must be understood. */
function readJws(
  jws: unknown
): { header: string; signature: Buffer } | undefined {
  if (!isText(jws, 8_192)) return undefined
  const parts = /^([\w-]+)\.\.([\w-]+)$/.exec(jws)
  const [, header = '', signature = ''] = parts ?? []
  const said = parseJson(Buffer.from(header, 'base64url').toString('utf8'))
  const isRight =
    isRecord(said) &&
    said.alg === 'PS256' &&
    said.b64 === false &&
    // Whatever else must be understood is not.
    JSON.stringify(said.crit) === '["b64"]'
  return isRight
    ? { header, signature: Buffer.from(signature, 'base64url') }
    : undefined
}

/** What may have been signed. */
async function payloadsOf(
  { canonicalization, contexts }: MosipProof,
  document: Record<string, unknown>,
  proof: Record<string, unknown>
): Promise<Buffer[]> {
  if (canonicalization === 'JCS') {
    return [Buffer.from(canonicalize(document) ?? '', 'utf8')]
  }
  const held: Record<string, JsonObject> = contexts ?? {}
  const content = await canonicalOr(document, held)
  if (content === undefined) {
    throw unproven(
      'it cannot be canonicalised: it names a context that is not in websub.proof.contexts, has a member that none of them explains, or is no JSON-LD'
    )
  }
  const options = Object.fromEntries(
    Object.entries(proof).filter(([name]) => !SIGNATURE_MEMBERS.includes(name))
  )
  const payloads: Buffer[] = []
  for (const context of [...PROOF_CONTEXTS, document['@context']]) {
    const described = { '@context': context, ...options }
    const canonical = await canonicalOr(described, held)
    if (canonical === undefined) continue
    payloads.push(Buffer.concat([digest(canonical), digest(content)]))
  }
  return payloads
}

/**
 * Contexts that the signing library reads a proof's options in, which has no
 * context of its own: it depends on the release (public source of
 * ld-signatures-java). Those that are not held are passed over.
 */
const PROOF_CONTEXTS: readonly unknown[] = [
  'https://w3id.org/security/v2',
  'https://w3id.org/security/v3'
]

async function canonicalOr(
  document: Record<string, unknown>,
  contexts: Readonly<Record<string, JsonObject>>
): Promise<string | undefined> {
  try {
    return await rdfCanonical(document, contexts)
  } catch (error) {
    // Not a matter of this credential: the package is missing.
    if (error instanceof NationalIdError) throw error
    return undefined
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest()
}

function unproven(why: string): MalformedError {
  return new MalformedError(
    `A credential is not proven: ${why}. Nothing was taken from it.`,
    { code: 'ERR_CREDENTIAL_PROOF' }
  )
}
