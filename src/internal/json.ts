import type { JsonObject, JsonValue } from '../domain/json'

/** Whether a value is an object with named values. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a JSON value is an object. */
export function isJsonObject(
  value: JsonValue | undefined
): value is JsonObject {
  return isRecord(value)
}
