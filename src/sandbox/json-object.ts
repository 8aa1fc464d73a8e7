import type { JsonObject, JsonValue } from '../domain/json'
import { parseJson } from '../internal/http'

/** Whether a parsed JSON value is an object. Give it nothing that did not come out of `JSON.parse`. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The JSON object in a text, or undefined when it is anything else. */
export function parseJsonObject(text: string): JsonObject | undefined {
  const value = parseJson(text)
  return isJsonObject(value) ? value : undefined
}

/** The JSON value in a text; the text itself when it is not JSON. For the log. */
export function parseForLog(text: string): JsonValue {
  const value = parseJson(text)
  // JSON.parse gives nothing but JSON values.
  return value === undefined ? text : (value as JsonValue)
}

/** The text, or an empty one for anything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
