import { constants, createHash, verify, type KeyObject } from 'node:crypto'
import canonicalize from 'canonicalize'
import { MalformedError } from '../../domain/errors'
import type { JsonObject } from '../../domain/json'
import { parseJson } from '../../internal/http'
import { isRecord, isText } from './json-value'
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
    const payload = await payloadOf(proof, document, given)
    const input = Buffer.concat([Buffer.from(`${signed.header}.`), payload])
    const isRight = (await keys()).some((key) =>
      isSigned(input, signed.signature, key)
    )
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

async function payloadOf(
  { canonicalization, contexts }: MosipProof,
  document: Record<string, unknown>,
  proof: Record<string, unknown>
): Promise<Buffer> {
  if (canonicalization === 'JCS') {
    return Buffer.from(canonicalize(document) ?? '', 'utf8')
  }
  const options = Object.fromEntries(
    Object.entries(proof).filter(([name]) => !SIGNATURE_MEMBERS.includes(name))
  )
  const held: Record<string, JsonObject> = contexts ?? {}
  try {
    const described = { '@context': proofContext(document), ...options }
    return Buffer.concat([
      digest(await rdfCanonical(described, held)),
      digest(await rdfCanonical(document, held))
    ])
  } catch (error) {
    if (error instanceof MalformedError) throw error
    throw unproven(
      'it cannot be canonicalised: it names a context that is not in websub.proof.contexts, or is no JSON-LD'
    )
  }
}

/** A proof that stands alone is read in its document's context, unless it has its own. */
function proofContext(document: Record<string, unknown>): unknown {
  return document['@context']
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
