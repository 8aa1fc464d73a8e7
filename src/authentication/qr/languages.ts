import type { JsonObject, JsonValue } from '../../domain/json'
import { isJsonObject } from '../../internal/json'

/**
 * Claims with one value where the credential has one per language: MOSIP's `[{ language, value }]`, and JSON-LD's
 * `{ '@language', '@value' }`, alone or in a list.
 *
 * @param languages preferred ones, best first; without a match, the first that is there
 */
export function claimsInOneLanguage(
  claims: JsonObject,
  languages: readonly string[]
): JsonObject {
  const value = inOneLanguage(claims, languages)
  return isJsonObject(value) ? value : claims
}

function inOneLanguage(
  value: JsonValue,
  languages: readonly string[]
): JsonValue {
  if (Array.isArray(value)) {
    const said = value.map(tagged)
    return said.length > 0 && said.every((each) => each !== undefined)
      ? preferred(said, languages)
      : value.map((each) => inOneLanguage(each, languages))
  }
  if (!isJsonObject(value)) return value
  const one = tagged(value)
  if (one !== undefined) return one.value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      inOneLanguage(each, languages)
    ])
  )
}

type Tagged = { language: string; value: string }

function tagged(value: JsonValue): Tagged | undefined {
  if (!isJsonObject(value)) return undefined
  return (
    pair(value, value.language, value.value) ??
    pair(value, value['@language'], value['@value'])
  )
}

function pair(
  whole: JsonObject,
  language: JsonValue | undefined,
  value: JsonValue | undefined
): Tagged | undefined {
  const isPair =
    Object.keys(whole).length === 2 &&
    typeof language === 'string' &&
    typeof value === 'string'
  return isPair ? { language: language.toLowerCase(), value } : undefined
}

function preferred(
  said: readonly Tagged[],
  languages: readonly string[]
): string {
  for (const wanted of languages.map((each) => each.toLowerCase())) {
    const found = said.find(
      ({ language }) => language === wanted || language.startsWith(`${wanted}-`)
    )
    if (found !== undefined) return found.value
  }
  return said[0]?.value ?? ''
}
