import type { JsonValue } from '../../domain/json'

/**
 * Whether a field holds anything: not null, an empty or blank text, an empty list, or an object (a NAME, an ADDRESS)
 * all of whose parts are empty. `false` and `0` are values.
 */
export function hasValue(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return false
  if (typeof value === 'string') return value.trim() !== ''
  if (Array.isArray(value)) return value.length > 0
  if (typeof value === 'object') return Object.values(value).some(hasValue)
  return true
}
