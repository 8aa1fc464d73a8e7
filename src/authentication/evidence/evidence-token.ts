import jwt from 'jsonwebtoken'
import { StoreError } from '../../domain/errors'
import type { EvidenceProblem } from '../../domain/evidence'
import type { EvidenceKeys, FindEvidenceKeys } from './evidence-keys'
import { isEvidencePayload, type EvidencePayload } from './evidence-payload'

/** RFC 8725, section 3.11: no other token of ours can be taken for one. */
const TYPE = 'national-id-evidence+jwt'
const ALGORITHM = 'HS256'

/** Far above what evidence of many attributes needs; what a form sends may be any length. */
const MOST_CHARACTERS = 16_384
const MOST_HEADER_CHARACTERS = 256
const COMPACT_JWS = /^([\w-]+)\.[\w-]+\.[\w-]+$/

/** A text that was read, or why it could not be. */
export type OpenedToken =
  | { payload: EvidencePayload; keys: EvidenceKeys }
  | Extract<EvidenceProblem, 'unreadable' | 'signature' | 'keyRetired'>

/** Signs as a compact JWS (RFC 7515). The same payload under the same key gives the same text. */
export function signToken(
  { keyId, signature }: EvidenceKeys,
  payload: EvidencePayload
): string {
  return jwt.sign(payload, signature, {
    algorithm: ALGORITHM,
    keyid: keyId,
    header: { alg: ALGORITHM, typ: TYPE }
  })
}

/** Whether it has the shape of our token, good or not. */
export function isToken(text: string): boolean {
  return headerOf(text)?.typ === TYPE
}

/** Checks the signature and reads the payload. */
export function openToken(
  findKeys: FindEvidenceKeys,
  text: string
): OpenedToken {
  const header = headerOf(text)
  if (header?.typ !== TYPE) return 'unreadable'
  const { kid } = header
  if (typeof kid !== 'string' || !text.startsWith(`${headerFor(kid)}.`))
    return 'signature'
  const keys = keysOf(findKeys, kid)
  if (keys === undefined) return 'keyRetired'
  const payload = verified(keys, text)
  if (payload === undefined) return 'signature'
  return isEvidencePayload(payload) ? { payload, keys } : 'unreadable'
}

type Header = { alg?: unknown; typ?: unknown; kid?: unknown }

function headerOf(text: string): Header | undefined {
  if (text.length > MOST_CHARACTERS) return undefined
  const encoded = COMPACT_JWS.exec(text)?.[1]
  if (encoded === undefined || encoded.length > MOST_HEADER_CHARACTERS)
    return undefined
  try {
    const header: unknown = JSON.parse(
      Buffer.from(encoded, 'base64url').toString('utf8')
    )
    return typeof header === 'object' && header !== null ? header : undefined
  } catch {
    return undefined
  }
}

/**
 * The header that we write for a key. Evidence must have it byte for byte, so no other algorithm, no `crit` and no
 * second way of writing the same header gets as far as a key.
 */
function headerFor(keyId: string): string {
  const header = { alg: ALGORITHM, typ: TYPE, kid: keyId }
  return Buffer.from(JSON.stringify(header)).toString('base64url')
}

function keysOf(
  findKeys: FindEvidenceKeys,
  keyId: string
): EvidenceKeys | undefined {
  try {
    return findKeys(keyId)
  } catch (error) {
    if (error instanceof StoreError) return undefined
    throw error
  }
}

function verified({ signature }: EvidenceKeys, text: string): unknown {
  try {
    return jwt.verify(text, signature, { algorithms: [ALGORITHM] })
  } catch {
    return undefined
  }
}
