import { plainCode } from '../../domain/code'
import type { JsonValue } from '../../domain/json'
import type { Clock } from '../../internal/clock'
import type {
  CredentialVerdict,
  CredentialVerifier
} from '../credential-verifier'
import { isRecord } from '../../internal/json'
import { claimsReader } from './claims'
import { readContent } from './content'
import { jwsCredentials, type VerifierParts } from './jws-credential'
import type { CheckedQrOptions } from './options'
import { plainIdentity } from './plain-identity'
import { proofCredentials } from './proof-credential'
import { refused } from './refusal'
import { knownIssuers } from './trusted-issuers'

/** Makes the check; see `QrFactory.create`. */
export function credentialCheck(
  options: CheckedQrOptions,
  clock: Clock
): (content: JsonValue) => Promise<CredentialVerdict> {
  const { maxBytes, maxDepth, maxEntries, credentialPath } = options
  const limits = { maxBytes, maxDepth, maxEntries }
  const toleranceMs = options.clockToleranceSeconds * 1000
  const parts: VerifierParts = {
    issuers: knownIssuers(options.trustedIssuers),
    readClaims: claimsReader(options),
    limits,
    time: () => ({ now: clock.now(), toleranceMs })
  }
  const verifiers = [
    ...options.verifiers,
    jwsCredentials(parts),
    proofCredentials(parts)
  ]
  return async (content) => {
    const read = readContent(content, limits, credentialPath)
    if ('refusal' in read) return refused(read.refusal)
    const verifier = verifiers.find((each) => recognises(each, read.value))
    return verifier === undefined
      ? refused('unknownKind')
      : verdictOf(verifier, read.value)
  }
}

function recognises(verifier: CredentialVerifier, content: JsonValue): boolean {
  try {
    return verifier.recognises(content)
  } catch {
    return false
  }
}

/** A verifier may be the country's own: what it gives is taken for what it is, and its failure proves nothing. */
async function verdictOf(
  verifier: CredentialVerifier,
  content: JsonValue
): Promise<CredentialVerdict> {
  try {
    const verdict: unknown = await verifier.verify(content)
    return plainVerdict(verdict) ?? refused('verifierFailed')
  } catch {
    return refused('verifierFailed')
  }
}

function plainVerdict(verdict: unknown): CredentialVerdict | undefined {
  if (!isRecord(verdict)) return undefined
  const { proven, problem, code, issuer, subject } = verdict
  if (proven !== true) {
    const isKnown = problem === 'unreadable' || problem === 'untrusted'
    if (!isKnown || typeof code !== 'string') return undefined
    return { proven: false, problem, code: plainCode(code) }
  }
  const data = plainIdentity(verdict.data)
  if (data === undefined || typeof issuer !== 'string' || issuer === '')
    return undefined
  return {
    proven: true,
    issuer,
    ...(typeof subject === 'string' && { subject }),
    data
  }
}
