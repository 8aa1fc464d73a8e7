import type { IdentityData } from '../../domain/identity'
import type { JsonObject, JsonValue } from '../../domain/json'
import type { ClaimMapping } from './mapping'
import { claimAt, textAt } from './claim'
import { isoDate } from './iso-date'
import { personName } from './person-name'

/** A mapping with its defaults. */
export type CheckedClaimMapping = Required<Omit<ClaimMapping, 'identifier'>> &
  Pick<ClaimMapping, 'identifier'> & {
    name: Required<NonNullable<ClaimMapping['name']>>
  }

/** The usual words for what OpenCRVS calls `male`, `female` and `unknown`; MOSIP's codes among them. */
const SEX_WORDS: ReadonlyArray<readonly [string, readonly string[]]> = [
  ['male', ['male', 'm', 'mle', 'man', 'homme', 'masculin', 'masculino']],
  ['female', ['female', 'f', 'fle', 'woman', 'femme', 'féminin', 'femenino']],
  ['unknown', ['unknown', 'other', 'others', 'oth', 'x']]
]

/**
 * Claims as attributes. What is missing or cannot be read is left out, so that the form never gets a value that its
 * fields do not know. Never throws.
 */
export function identityOf(
  claims: JsonObject,
  mapping: CheckedClaimMapping,
  languages: readonly string[]
): IdentityData {
  const name = personName(claims, mapping.name, {
    order: mapping.nameOrder,
    languages
  })
  const birth = textAt(claims, mapping.dateOfBirth, languages)
  const dateOfBirth = birth && isoDate(birth, mapping.dateFormats)
  const gender = textAt(claims, mapping.sex, languages)
  const sex = gender && sexOf(gender, mapping.sexWords)
  const identifier =
    mapping.identifier && textAt(claims, mapping.identifier, languages)
  return {
    ...name,
    ...(dateOfBirth && { dateOfBirth }),
    ...(sex && { sex }),
    ...(identifier && { identifier }),
    attributes: furtherOf(claims, mapping.attributes, languages)
  }
}

function sexOf(
  word: string,
  own: Readonly<Record<string, string>>
): string | undefined {
  const wanted = word.toLowerCase()
  const mine = Object.entries(own).find(
    ([theirs]) => theirs.toLowerCase() === wanted
  )
  if (mine !== undefined) return mine[1]
  return SEX_WORDS.find(([, words]) => words.includes(wanted))?.[0]
}

function furtherOf(
  claims: JsonObject,
  sources: CheckedClaimMapping['attributes'],
  languages: readonly string[]
): Record<string, JsonValue> {
  const found = Object.entries(sources).flatMap(
    ([name, source]): Array<[string, JsonValue]> => {
      const value = claimAt(claims, source, languages)
      return value === undefined ? [] : [[name, value]]
    }
  )
  return Object.fromEntries(found)
}
