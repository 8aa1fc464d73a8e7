import { isRecord, isText } from '../../internal/json'
import type { CallbackMessage } from '../system'
import { referenceOf } from './application-id'
import { openCredential, type DecryptionKeys } from './credential-cipher'
import type { ProofCheck } from './credential-proof'
import { malformed, type HubMessage } from './hub-message'
import type { CheckedWebSub, MosipOptions } from './options'
import { parseJson } from '../../internal/http'

/** What reading a credential takes. */
export type CredentialParts = {
  websub: CheckedWebSub
  form: NonNullable<MosipOptions['applicationId']>
  keys: () => Promise<DecryptionKeys>
  /** Undefined when credentials' own proofs are not checked. */
  checkProof: ProofCheck | undefined
}

/** No credential, and no identifier, comes near these. */
const MAX_CREDENTIAL = 256 * 1024
const MAX_TEXT = 256

/**
 * Reads the credential that MOSIP issues for a packet of ours (FACTS 5). The
 * number that is in it becomes the answer; without one nothing is issued, and
 * the confirmation route refuses such an answer to a createIdentity.
 *
 * @throws MalformedError
 */
export async function readCredential(
  parts: CredentialParts,
  message: HubMessage
): Promise<CallbackMessage> {
  const { form, websub } = parts
  const { credential, credentialType, registrationId } = message.data
  if (
    !isText(credentialType, MAX_TEXT) ||
    !websub.credentialTypes.includes(credentialType)
  ) {
    throw malformed('its credential type is none of websub.credentialTypes')
  }
  if (!isText(credential, MAX_CREDENTIAL)) {
    throw malformed('`event.data.credential` is missing')
  }
  const subject = await openSubject(parts, credential)
  const applicationId = lastStep(subject.id)
  if (applicationId === undefined || applicationId !== registrationId) {
    throw malformed('its credential is about another packet than it says')
  }
  return {
    messageId: message.id,
    reference: referenceOf(applicationId, form),
    answer: { outcome: 'accepted', ...identifierIn(subject, websub) },
    ...registrationNumberIn(subject, websub)
  }
}

async function openSubject(
  { checkProof, keys, websub }: CredentialParts,
  encrypted: string
): Promise<Record<string, unknown>> {
  const text = openCredential(
    encrypted,
    await keys(),
    websub.acceptZeroThumbprint
  )
  const credential = parseJson(text)
  const subject = isRecord(credential)
    ? credential.credentialSubject
    : undefined
  if (!isRecord(credential) || !isRecord(subject)) {
    throw malformed('its credential has no subject')
  }
  await checkProof?.(credential)
  return subject
}

/** `http://credential.idrepo/credentials/<AID>`. */
function lastStep(id: unknown): string | undefined {
  if (!isText(id, MAX_TEXT)) return undefined
  const last = id.split('/').at(-1) ?? ''
  return /^[\w-]{1,64}$/.test(last) ? last : undefined
}

function identifierIn(
  subject: Record<string, unknown>,
  { identifier }: CheckedWebSub
): { identifier?: string } {
  const value = Object.hasOwn(subject, identifier)
    ? subject[identifier]
    : undefined
  return isText(value, MAX_TEXT) ? { identifier: value.trim() } : {}
}

function registrationNumberIn(
  subject: Record<string, unknown>,
  { registrationNumberKey }: CheckedWebSub
): { registrationNumber?: string } {
  const value = subject[registrationNumberKey]
  return isText(value, MAX_TEXT) ? { registrationNumber: value } : {}
}
