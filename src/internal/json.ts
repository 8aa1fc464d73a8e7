import type { JsonObject, JsonValue } from '../domain/json'

/** Deeper values are refused, so that one which holds itself has an end. */
const MAX_DEPTH = 20

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

/** Whether a value is text that is not blank and not longer than `maxLength`. */
export function isText(value: unknown, maxLength: number): value is string {
  return (
    typeof value === 'string' &&
    value.trim() !== '' &&
    value.length <= maxLength
  )
}

/** Whether a value survives JSON without change. */
export function isJsonValue(
  value: unknown,
  depth = MAX_DEPTH
): value is JsonValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value)
    case 'object':
      return value === null || (depth > 0 && isJsonContainer(value, depth - 1))
    default:
      return false
  }
}

function isJsonContainer(value: object, depth: number): boolean {
  // A Date, a Map and their like would arrive as something else.
  const prototype: unknown = Object.getPrototypeOf(value)
  const isPlain =
    Array.isArray(value) || prototype === Object.prototype || prototype === null
  return (
    isPlain && Object.values(value).every((each) => isJsonValue(each, depth))
  )
}
