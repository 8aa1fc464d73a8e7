import { closest, distance } from 'fastest-levenshtein'
import { formFieldsError } from './form-fields-error'

/**
 * Refuses options that there are not: a misspelt `show` would leave the fields on every page, without a word.
 *
 * @param where whose options, in words for the message: `signIn()`
 * @throws NationalIdError `ERR_FORM_FIELDS`
 */
export function checkOptions(
  where: string,
  options: object,
  known: readonly string[]
): void {
  const unknown = Object.keys(options).find((key) => !known.includes(key))
  if (unknown === undefined) return
  const best = closest(unknown.toLowerCase(), lowered(known))
  const meant = known.find((key) => key.toLowerCase() === best)
  const limit = Math.max(2, Math.floor(unknown.length / 3))
  const isNear = distance(unknown.toLowerCase(), best) <= limit
  throw formFieldsError(
    `${where} has no option "${unknown}"${
      isNear && meant !== undefined
        ? `; did you mean "${meant}"?`
        : `. Its options are: ${known.join(', ')}.`
    }`
  )
}

function lowered(words: readonly string[]): string[] {
  return words.map((word) => word.toLowerCase())
}

/** What forms and ID systems call the attributes that have a name here. Compared without case, hyphens and the like. */
const OTHER_WORDS: Readonly<Partial<Record<string, string>>> = {
  dob: 'dateOfBirth',
  birthdate: 'dateOfBirth',
  birthday: 'dateOfBirth',
  dateofbirth: 'dateOfBirth',
  gender: 'sex',
  nid: 'identifier',
  uin: 'identifier',
  individualid: 'identifier',
  nationalid: 'identifier',
  fullname: 'name',
  names: 'name'
}

/** The attribute that was probably meant by another word for it. Undefined: none, or it is the right word. */
export function attributeMeantBy(word: string): string | undefined {
  const plain = word.replace(/[-_ ]/g, '').toLowerCase()
  const meant = Object.hasOwn(OTHER_WORDS, plain)
    ? OTHER_WORDS[plain]
    : undefined
  return meant === word ? undefined : meant
}

const PEOPLE = ['mother', 'father', 'informant', 'spouse', 'deceased', 'child']

/** Whose field it is, where that is one of the people of OpenCRVS's usual forms. */
export function usualPersonOf(fieldId: string): string | undefined {
  const [prefix] = fieldId.split('.')
  return PEOPLE.find((person) => person === prefix)
}
