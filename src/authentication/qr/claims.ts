import type { IdentityData } from '../../domain/identity'
import type { JsonObject } from '../../domain/json'
import { textAt } from '../claims/claim'
import { identityOf, type CheckedClaimMapping } from '../claims/identity'
import { isJsonObject } from '../../internal/json'
import type { NameClaims } from '../claims/mapping'
import { compileSchema } from './claims-schema'
import { claimsInOneLanguage } from './languages'
import type { CheckedQrOptions, CredentialMapping } from './options'
import { plainIdentity, saysSomething } from './plain-identity'
import type { UnreadableCode } from './refusal'

/** What a credential says about a person, or why that cannot be told. */
export type ReadClaims = (
  claims: JsonObject
) => { data: IdentityData; subject?: string } | UnreadableCode

/** A longer one is no id, and would not fit into evidence. */
const MOST_SUBJECT_CHARACTERS = 512

/** OpenID Connect's names (Core 5.1), then those that credentials use, MOSIP's among them. */
const USUAL_NAME: Readonly<Record<keyof NameClaims, readonly string[]>> = {
  firstname: ['given_name', 'givenName', 'firstName'],
  middlename: ['middle_name', 'middleName'],
  surname: ['family_name', 'familyName', 'lastName', 'surname'],
  full: ['name', 'fullName']
}
const USUAL = {
  dateOfBirth: ['birthdate', 'birthDate', 'dateOfBirth'],
  sex: ['gender', 'sex'],
  identifier: ['individual_id', 'UIN', 'VID']
}

const DEFAULTS = {
  attributes: {},
  nameOrder: 'givenNameFirst',
  dateFormats: ['yyyy-MM-dd', 'yyyy/MM/dd'],
  sexWords: {}
} as const

/**
 * Reads claims whose signature is good: by the country's schema, then by its mapping or ours. Nothing but what is
 * mapped comes out of it, so a credential cannot say anything about its own status.
 */
export function claimsReader({
  schema,
  mapping,
  languages
}: Pick<CheckedQrOptions, 'schema' | 'mapping' | 'languages'>): ReadClaims {
  const fits = schema === undefined ? undefined : compileSchema(schema)
  return (claims) => {
    if (fits !== undefined && !fits(claims)) return 'schema'
    if (severalSubjects(claims)) return 'malformed'
    const subject = subjectOf(claims)
    const data =
      typeof mapping === 'function'
        ? ownIdentity(mapping, claims)
        : mappedIdentity(claims, mapping ?? {}, languages)
    if (typeof data === 'string') return data
    return { data, ...(subject !== undefined && { subject }) }
  }
}

function ownIdentity(
  mapping: (claims: JsonObject) => IdentityData,
  claims: JsonObject
): IdentityData | UnreadableCode {
  try {
    return plainIdentity(mapping(claims)) ?? 'noClaims'
  } catch {
    return 'mapping'
  }
}

function mappedIdentity(
  claims: JsonObject,
  mapping: CredentialMapping,
  languages: readonly string[]
): IdentityData | UnreadableCode {
  const about = claimsInOneLanguage(personClaims(claims), languages)
  const full = fullMapping(about, mapping, languages)
  const data = identityOf(about, full, languages)
  return saysSomething(data) ? data : 'noClaims'
}

/** The mapping with, for what it leaves out, the usual name that the credential uses. */
function fullMapping(
  claims: JsonObject,
  mapping: CredentialMapping,
  languages: readonly string[]
): CheckedClaimMapping {
  const usual = ([first = '', ...others]: readonly string[]) =>
    [first, ...others].find(
      (name) => textAt(claims, name, languages) !== undefined
    ) ?? first
  return {
    ...DEFAULTS,
    dateOfBirth: usual(USUAL.dateOfBirth),
    sex: usual(USUAL.sex),
    identifier: usual(USUAL.identifier),
    ...mapping,
    name: {
      firstname: usual(USUAL_NAME.firstname),
      middlename: usual(USUAL_NAME.middlename),
      surname: usual(USUAL_NAME.surname),
      full: usual(USUAL_NAME.full),
      ...mapping.name
    }
  }
}

/** A W3C credential's subject, also below a JWT's `vc`; otherwise the claims themselves. */
function personClaims(claims: JsonObject): JsonObject {
  const { credentialSubject, vc } = claims
  if (isJsonObject(credentialSubject)) return credentialSubject
  return isJsonObject(vc) ? personClaims(vc) : claims
}

function severalSubjects({ credentialSubject, vc }: JsonObject): boolean {
  if (Array.isArray(credentialSubject)) return true
  return isJsonObject(vc) && severalSubjects(vc)
}

function subjectOf(claims: JsonObject): string | undefined {
  const about = personClaims(claims)
  // A JWT's `sub` is the id of the credential's subject (VC Data Model 1.1, section 6.3.1).
  const id = claims.sub ?? (about === claims ? undefined : about.id)
  const isId =
    typeof id === 'string' && id !== '' && id.length <= MOST_SUBJECT_CHARACTERS
  return isId ? id : undefined
}
