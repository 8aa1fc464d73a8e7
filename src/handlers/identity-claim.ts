import { identifierOf, toPerson } from '../config/mapping'
import { defaultEvidenceField } from '../config/people'
import type { ResolvedEvent, ResolvedPerson } from '../config/resolved'
import { isIdentityStatus } from '../config/rules/statuses'
import type { Declaration } from '../domain/event'
import type { IdentityData, IdentityStatus } from '../domain/identity'
import type { JsonValue } from '../domain/json'

/** What a declaration says of one person's identity, none of it believed. */
export type IdentityClaim = {
  person: ResolvedPerson
  /** `unknown`: something that is none of OpenCRVS's words, and would crash the form page (forms CLIENT 2). */
  status: IdentityStatus | 'unknown' | undefined
  /** Texts of the shape of our evidence. */
  evidence: readonly string[]
  /** What was scanned, whole or the credential in it. */
  scanned: readonly JsonValue[]
  hasIdentifier: boolean
}

/** What the reading of a claim depends on besides the declaration. */
export type ClaimReading = {
  /** Whether a text has the shape of our evidence. */
  recognises: (text: string) => boolean
  /** Where in what was scanned the credential stands, with QR codes configured. */
  credentialPath: readonly string[]
}

/** Reads what a declaration claims of a person. */
export function readClaim(
  person: ResolvedPerson,
  declaration: Declaration,
  { recognises, credentialPath }: ClaimReading
): IdentityClaim {
  const texts = evidenceTexts(person, declaration)
  const scan = member(declaration[person.scanField], 'data')
  const credential = textAt(scan, credentialPath) ?? scan
  // A scan that could not be checked leaves the credential itself where evidence would stand.
  const others = texts.filter((text) => !recognises(text))
  return {
    person,
    status: statusOf(declaration[person.statusField]),
    evidence: texts.filter(recognises),
    scanned: [
      ...new Set([...others, ...(isNothing(credential) ? [] : [credential])])
    ],
    hasIdentifier: identifierOf(person, declaration) !== undefined
  }
}

/** The person as the declaration has them, for comparison. */
export function declaredIdentity(
  event: ResolvedEvent,
  person: ResolvedPerson,
  declaration: Declaration
): IdentityData {
  const identifier = identifierOf(person, declaration)
  return {
    ...toPerson(event, declaration, person.person),
    ...(identifier === undefined ? {} : { identifier })
  }
}

function statusOf(value: JsonValue | undefined): IdentityClaim['status'] {
  if (isIdentityStatus(value)) return value
  return isNothing(value) ? undefined : 'unknown'
}

/**
 * The texts that stand where evidence may. A record that was begun on OpenCRVS 1.9 keeps it in the field that fetched
 * it, whatever the version is by now.
 */
function evidenceTexts(
  { person, evidenceField }: ResolvedPerson,
  declaration: Declaration
): string[] {
  const fields = new Set([
    evidenceField,
    defaultEvidenceField(person, '2'),
    defaultEvidenceField(person, '1.9')
  ])
  const texts = [...fields].flatMap((field) => {
    const value = declaration[field]
    const text =
      typeof value === 'string'
        ? value
        : member(member(value, 'data'), 'evidence')
    return typeof text === 'string' && text.trim() !== '' ? [text] : []
  })
  return [...new Set(texts)]
}

function textAt(
  value: JsonValue | undefined,
  path: readonly string[]
): string | undefined {
  const found = path.reduce<JsonValue | undefined>(member, value)
  return typeof found === 'string' && path.length > 0 ? found : undefined
}

function member(
  value: JsonValue | undefined,
  key: string
): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return undefined
  }
  return Object.hasOwn(value, key) ? value[key] : undefined
}

function isNothing(
  value: JsonValue | undefined
): value is undefined | null | '' {
  return value === undefined || value === null || value === ''
}
