import type { Declaration } from '../domain/event'
import type { JsonObject, JsonValue } from '../domain/json'
import { isRecord } from './clean-json'

/**
 * Lays a change over a declaration as core does (FACTS A6): objects merge key
 * by key, arrays are replaced, and an explicit null stays as a null.
 */
export function mergeDeclarations(
  base: Declaration,
  change: Declaration
): Declaration {
  const merged: Declaration = { ...base }
  for (const [key, value] of Object.entries(change)) {
    const before = merged[key]
    merged[key] =
      isJsonObject(before) && isJsonObject(value)
        ? mergeDeclarations(before, value)
        : value
  }
  return merged
}

/**
 * The declaration without what was cleared: keys with null are left out, also
 * inside objects (FACTS A6). Nulls that are elements of an array stay, since
 * leaving them out would move the others.
 */
export function dropNulls(declaration: Declaration): Declaration {
  const kept: Declaration = {}
  for (const [key, value] of Object.entries(declaration)) {
    if (value !== null) kept[key] = dropInnerNulls(value)
  }
  return kept
}

/** Ids of the fields whose values differ, in the order of their first appearance. */
export function changedFields(
  before: Declaration,
  after: Declaration
): string[] {
  const ids = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...ids].filter((id) => !isSame(before[id], after[id]))
}

function dropInnerNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(dropInnerNulls)
  return isJsonObject(value) ? dropNulls(value) : value
}

function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => isSame(item, b[i]))
  }
  return isJsonObject(a) && isJsonObject(b) && changedFields(a, b).length === 0
}

function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return isRecord(value)
}
