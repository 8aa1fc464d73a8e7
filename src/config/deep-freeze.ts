/**
 * Freezes the plain objects and lists in a value, as deep as they go. What has a class of its own (a store, a system, a
 * sign-in, a logger) or is the country's (a conditional, its hooks) may need to change and is left alone.
 */
export function deepFreeze<T>(value: T): T {
  if (!isPlain(value)) return value
  const parts = Object.entries(value)
  Object.freeze(value)
  for (const [key, part] of parts) {
    if (!FOREIGN.has(key)) deepFreeze(part)
  }
  return value
}

/** Keys whose values came from the country and are not ours to freeze. */
const FOREIGN: ReadonlySet<string> = new Set([
  'store',
  'system',
  'oidc',
  'qr',
  'logger',
  'hooks',
  'secrets',
  'when'
])

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
