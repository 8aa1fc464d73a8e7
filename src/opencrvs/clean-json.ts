import { MalformedError } from '../domain/errors'
import type { JsonObject, JsonValue } from '../domain/json'

/** Deeper than any form goes; a hostile body could otherwise spend the stack. */
const MAX_DEPTH = 64

// Assigning these would reach the prototype of every object in the process.
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * A copy of a value from outside that holds nothing but JSON and no key that
 * could reach a prototype.
 *
 * @throws MalformedError `ERR_EVENT_SHAPE` when it is not JSON or nests too deep
 */
function cleanJson(value: unknown, depth = 0): JsonValue {
  if (depth > MAX_DEPTH) throw notJson('nests deeper than any form does')
  if (value === null) return null
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (Array.isArray(value)) return value.map((v) => cleanJson(v, depth + 1))
  if (isRecord(value)) return cleanObject(value, depth)
  throw notJson('holds a value that JSON does not know')
}

/** As `cleanJson`, for an object. Keys with `undefined` are left out. */
export function cleanObject(
  value: Record<string, unknown>,
  depth = 0
): JsonObject {
  const clean: JsonObject = {}
  for (const [key, inner] of Object.entries(value)) {
    if (FORBIDDEN_KEYS.has(key) || inner === undefined) continue
    clean[key] = cleanJson(inner, depth + 1)
  }
  return clean
}

/** Whether it is an object that is neither null nor an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function notJson(why: string): MalformedError {
  return new MalformedError(
    `The event document cannot be read: it ${why}. Nothing was done with it.`,
    { code: 'ERR_EVENT_SHAPE' }
  )
}
