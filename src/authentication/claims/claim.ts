import type { JsonObject, JsonValue } from '../../domain/json'
import { isJsonObject } from '../../internal/json'
import type { ClaimSource } from './mapping'

/**
 * A claim's value in the language that the country likes best (OIDC Core 5.2: `name#fr`, and eSignet's
 * `address#fr` with `formatted#fr` inside): a preferred language, then the form without a language, then any.
 */
export function claimAt(
  claims: JsonObject,
  source: ClaimSource,
  languages: readonly string[]
): JsonValue | undefined {
  const path = typeof source === 'string' ? [source] : source
  let value: JsonValue | undefined = claims
  for (const name of path) {
    if (!isJsonObject(value)) return undefined
    value = inLanguage(value, name, languages)
  }
  return value
}

function inLanguage(
  claims: JsonObject,
  name: string,
  languages: readonly string[]
): JsonValue | undefined {
  const said = Object.entries(claims).filter(([, value]) => !isEmpty(value))
  const tagged = said.flatMap(([key, value]) =>
    key.startsWith(`${name}#`)
      ? [{ tag: key.slice(name.length + 1).toLowerCase(), value }]
      : []
  )
  for (const language of languages.map((each) => each.toLowerCase())) {
    const found =
      tagged.find(({ tag }) => tag === language) ??
      tagged.find(({ tag }) => tag.startsWith(`${language}-`))
    if (found !== undefined) return found.value
  }
  const plain = said.find(([key]) => key === name)
  return plain === undefined ? tagged[0]?.value : plain[1]
}

/** eSignet sends `""` and null for what a person has not. */
function isEmpty(value: JsonValue): boolean {
  return value === null || (typeof value === 'string' && value.trim() === '')
}

/** A claim's value as text with single blanks, or undefined when it has none. */
export function textAt(
  claims: JsonObject,
  source: ClaimSource,
  languages: readonly string[]
): string | undefined {
  const value = claimAt(claims, source, languages)
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') return undefined
  const text = value.trim().replace(/\s+/g, ' ')
  return text === '' ? undefined : text
}
