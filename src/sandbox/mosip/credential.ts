import type { JsonObject } from '../../domain/json'
import { newId } from '../../internal/ids'
import { secretDigits } from './digits'
import type { MosipPerson } from './people'

/**
 * What can be wrong with a credential, on purpose:
 * - `otherCertificate`: it is encrypted for somebody else;
 * - `zeroThumbprint`: it names no certificate, as MOSIP's mock does;
 * - `tampered`: its ciphertext was changed;
 * - `missingIdentifier`: it holds no number of the person;
 * - `foreignApplicationId`: it is about a packet that nobody sent;
 * - `otherSubject`: it is about another packet than its delivery says;
 * - `otherRegistrationNumber`: its certificate number is another's;
 * - `otherIssuer`: it is signed with another's key;
 * - `noProof`: it is not signed.
 */
export type CredentialFlaw =
  | 'otherCertificate'
  | 'zeroThumbprint'
  | 'tampered'
  | 'missingIdentifier'
  | 'foreignApplicationId'
  | 'otherSubject'
  | 'otherRegistrationNumber'
  | 'otherIssuer'
  | 'noProof'

/** Which of a person's numbers the partner's policy shares. */
export type SharedNumber = 'UIN' | 'VID' | 'PSUT'

const ISSUER = 'https://mosip.example/.well-known/controller.json'
/** The address of the issuer's key, as credentials name it. Nothing is there. */
export const PUBLIC_KEY_URL =
  'https://mosip.example/.well-known/public-key.json'
const CONTEXTS = [
  'https://www.w3.org/2018/credentials/v1',
  'https://mosip.example/.well-known/mosip-context.json',
  { sec: 'https://w3id.org/security#' }
]
const SUBJECTS = 'http://credential.idrepo/credentials'

/** What a credential says. */
export type CredentialContent = {
  applicationId: string
  registrationNumber?: string
  person?: Pick<MosipPerson, 'uin' | 'vid' | 'psut'>
  share: readonly SharedNumber[]
  /** Milliseconds since 1970. */
  now: number
  flaw?: CredentialFlaw | undefined
}

/** A W3C verifiable credential as MOSIP issues it (FACTS 5), without its proof. */
export function unsignedCredential(content: CredentialContent): JsonObject {
  const { applicationId, flaw, now } = content
  const subject = flaw === 'otherSubject' ? secretDigits(29) : applicationId
  return {
    issuanceDate: new Date(now).toISOString(),
    credentialSubject: {
      ...registrationNumberOf(content),
      ...numbersOf(content),
      id: `${SUBJECTS}/${subject}`,
      vcVer: 'VC-V1'
    },
    id: `${SUBJECTS}/${newId()}`,
    type: ['VerifiableCredential', 'MOSIPVerifiableCredential'],
    '@context': CONTEXTS,
    issuer: ISSUER
  }
}

function registrationNumberOf({
  flaw,
  registrationNumber
}: CredentialContent): JsonObject {
  if (registrationNumber === undefined) return {}
  const isOther = flaw === 'otherRegistrationNumber'
  return {
    birthCertificateNumber: isOther
      ? `${registrationNumber}-other`
      : registrationNumber
  }
}

function numbersOf({ flaw, person, share }: CredentialContent): JsonObject {
  if (person === undefined || flaw === 'missingIdentifier') return {}
  const numbers = { UIN: person.uin, VID: person.vid, PSUT: person.psut }
  return Object.fromEntries(share.map((name) => [name, numbers[name]]))
}
