import type { JsonObject } from '../../domain/json'
import type { PersonName } from '../../domain/person'
import type { NameClaims, NameOrder } from './mapping'
import { textAt } from './claim'

const PARTS = ['firstname', 'middlename', 'surname'] as const

/** A name in its parts, and whether they are only our guess at a name that was given as one text. */
export type ClaimedName = { name: PersonName; nameAsOneText?: true }

/** The name in its parts, or undefined when the claims have none. */
export function personName(
  claims: JsonObject,
  sources: Required<NameClaims>,
  rule: { order: NameOrder; languages: readonly string[] }
): ClaimedName | undefined {
  const name: PersonName = {}
  for (const part of PARTS) {
    const text = textAt(claims, sources[part], rule.languages)
    if (text !== undefined) name[part] = text
  }
  // A middle name alone says less than the whole name.
  if (name.firstname !== undefined || name.surname !== undefined) {
    return { name }
  }
  const full = textAt(claims, sources.full, rule.languages)
  if (full !== undefined) {
    return { name: splitName(full, rule.order), nameAsOneText: true }
  }
  return name.middlename === undefined ? undefined : { name }
}

/** Splits a name in one string. A single word is the first name: many people have but one name. */
function splitName(full: string, order: NameOrder): PersonName {
  const words = full.split(' ')
  if (order === 'unsplit' || words.length === 1) return { firstname: full }
  const ordered =
    order === 'givenNameFirst'
      ? words
      : [...words.slice(1), ...words.slice(0, 1)]
  const middle = ordered.slice(1, -1).join(' ')
  return {
    firstname: ordered.slice(0, 1).join(),
    ...(middle === '' ? {} : { middlename: middle }),
    surname: ordered.slice(-1).join()
  }
}
