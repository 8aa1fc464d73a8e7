import { closest, distance } from 'fastest-levenshtein'
import type Joi from 'joi'

/** Joi's error code for mistakes that we put in words ourselves. */
export const PROBLEM = 'option.problem'

/** Where something stands in options. */
export type Place = ReadonlyArray<string | number>

/** What is said of a mistake, by Joi's code. */
export type Explanations = Readonly<
  Partial<Record<string, (context: Joi.Context) => string>>
>

/** Where an option stands in all options: `system.tls.keys[0]`. */
export function showPlace(path: string, place: Place): string {
  const parts = place.map((part) =>
    typeof part === 'number' ? `[${part}]` : `.${part}`
  )
  return `${path}${parts.join('')}`
}

/** For a limit: `must be at least 3.` */
function limited(words: string): (context: Joi.Context) => string {
  return ({ limit }) => `${words} ${String(limit)}.`
}

const COMMON: Explanations = {
  [PROBLEM]: ({ problem }) => String(problem),
  'any.required': () => 'is missing.',
  'any.only': ({ valids }) =>
    `must be one of \`${(Array.isArray(valids) ? valids : []).map(String).join('`, `')}\`.`,
  'string.base': () => 'must be text.',
  'string.empty': () => 'is empty.',
  'number.base': () => 'must be a number.',
  'number.integer': () => 'must be a whole number.',
  'number.min': limited('must be at least'),
  'number.max': limited('must be at most'),
  'boolean.base': () => 'must be true or false.',
  'array.base': () => 'must be a list.',
  'array.min': () => 'is an empty list.',
  'array.max': limited('has more entries than'),
  'array.unique': () => 'is in the list already.',
  'object.base': () => 'must be an object.',
  'object.min': () => 'is empty.',
  'object.and': () => 'needs `cert` and `key` together.',
  'object.with': () => 'has a `passphrase` without the `key` that it opens.',
  'alternatives.types': () => 'must be text, or a function that gives it.'
}

/**
 * A mistake that Joi found, in our words. They never hold the option's value, which may be a secret in the wrong place.
 *
 * @param keysAt the names that may stand at a place, for suggestions
 * @param special what is said otherwise, or of further codes
 */
export function problemOf(
  { context, path, type }: Joi.ValidationErrorItem,
  keysAt: (place: Place) => readonly string[],
  special: Explanations = {}
): string {
  if (type === 'object.unknown') {
    return special[type]?.(context ?? {}) ?? unknownKey(path, keysAt)
  }
  const explain = special[type] ?? COMMON[type]
  return explain?.(context ?? {}) ?? 'cannot be used like this.'
}

function unknownKey(
  place: Place,
  keysAt: (place: Place) => readonly string[]
): string {
  const keys = keysAt(place.slice(0, -1))
  if (keys.length === 0) return 'is not an option.'
  const name = String(place.at(-1))
  const lower = new Map(keys.map((key) => [key.toLowerCase(), key]))
  const best = closest(name.toLowerCase(), [...lower.keys()])
  const limit = Math.max(2, Math.floor(name.length / 3))
  return distance(name.toLowerCase(), best) <= limit
    ? `is not an option; did you mean \`${lower.get(best) ?? best}\`?`
    : `is not an option. There are: \`${keys.join('`, `')}\`.`
}
