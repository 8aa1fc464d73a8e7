import type { JsonObject } from '../../domain/json'
import { parseJson } from '../../internal/http'
import { isJsonObject } from '../json-object'

/** Attributes of a person by the names of the country's dictionary; all values as text. */
export type OsiaAttributes = Record<string, string>

/**
 * Whether a value is one that OSIA's attributes may have. Integers match two branches of the specification's `oneOf`,
 * so a validator refuses them (FACTS D2).
 */
export function isAttributeValue(
  value: unknown,
  acceptsIntegers: boolean
): value is string | number | boolean {
  if (typeof value === 'number') {
    return acceptsIntegers || !Number.isInteger(value)
  }
  return typeof value === 'string' || typeof value === 'boolean'
}

/** The flat object of attributes in a body; undefined when it is anything else. */
export function readAttributes(
  text: string,
  acceptsIntegers: boolean
): OsiaAttributes | undefined {
  const value = parseJson(text)
  if (!isJsonObject(value)) return undefined
  const all = Object.values(value)
  return all.every((one) => isAttributeValue(one, acceptsIntegers))
    ? textsIn(value)
    : undefined
}

/** Everything in an object that can be told as text. */
export function textsIn(object: JsonObject): OsiaAttributes {
  const texts = Object.entries(object).flatMap(([name, value]) =>
    isAttributeValue(value, true) ? [[name, String(value)] as const] : []
  )
  return Object.fromEntries(texts)
}

/** Whether two values are the same to the register: case and blanks around do not count. */
export function isSameValue(one: string, other: string): boolean {
  return plain(one) === plain(other)
}

function plain(text: string): string {
  return text.trim().toLowerCase()
}
