import type { JsonValue } from '../../domain/json'
import { isJsonObject } from '../../internal/json'
import type { CheckedQrOptions } from './options'
import type { UnreadableCode } from './refusal'

/** Limits of what is looked at. */
export type ContentLimits = Pick<
  CheckedQrOptions,
  'maxBytes' | 'maxDepth' | 'maxEntries'
>

/** Something that was read, or why it was not. */
export type Read<T> = { value: T } | { refusal: UnreadableCode }

// An own property of this name, which JSON can have, becomes the prototype of
// whatever it is copied to; the other two lead there.
const FORBIDDEN: ReadonlySet<string> = new Set([
  '__proto__',
  'constructor',
  'prototype'
])

/**
 * What is to be verified of what was scanned: the string at `credentialPath`, or the whole. JSON text is parsed, so
 * verifiers see an object or another text. Never throws.
 */
export function readContent(
  content: unknown,
  limits: ContentLimits,
  credentialPath: readonly string[]
): Read<JsonValue> {
  const read = readOne(content, limits)
  if ('refusal' in read) return read
  const credential = valueAt(read.value, credentialPath)
  return credential === undefined ? read : readOne(credential, limits)
}

/** Parses JSON within the limits. */
export function readJson(text: string, limits: ContentLimits): Read<JsonValue> {
  if (Buffer.byteLength(text) > limits.maxBytes) return { refusal: 'tooLarge' }
  try {
    // JSON.parse gives nothing but JSON.
    const value = JSON.parse(text) as JsonValue
    const refusal = excess(value, limits)
    return refusal === undefined ? { value } : { refusal }
  } catch {
    return { refusal: 'malformed' }
  }
}

function readOne(content: unknown, limits: ContentLimits): Read<JsonValue> {
  if (typeof content === 'string') return readText(content, limits)
  if (typeof content !== 'object' || content === null)
    return { refusal: 'unknownKind' }
  // Measured, bounded and made of our own objects in one go.
  const refusal = excess(content, limits)
  if (refusal !== undefined) return { refusal }
  try {
    return readJson(JSON.stringify(content), limits)
  } catch {
    return { refusal: 'malformed' }
  }
}

function readText(content: string, limits: ContentLimits): Read<JsonValue> {
  if (content.length > limits.maxBytes) return { refusal: 'tooLarge' }
  const text = content.trim()
  if (text.startsWith('{')) return readJson(text, limits)
  return Buffer.byteLength(text) > limits.maxBytes
    ? { refusal: 'tooLarge' }
    : { value: text }
}

function valueAt(
  content: JsonValue,
  path: readonly string[]
): JsonValue | undefined {
  let value: JsonValue | undefined = content
  for (const name of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

/** Stops at the first thing that is too much, so its own depth is bounded. */
function excess(
  content: unknown,
  { maxDepth, maxEntries }: ContentLimits
): UnreadableCode | undefined {
  let entries = 0
  const walk = (value: unknown, depth: number): UnreadableCode | undefined => {
    if (typeof value !== 'object' || value === null) return undefined
    if (depth > maxDepth) return 'tooDeep'
    for (const [name, entry] of Object.entries(value)) {
      if (++entries > maxEntries) return 'tooMany'
      if (FORBIDDEN.has(name)) return 'forbiddenName'
      const found = walk(entry, depth + 1)
      if (found !== undefined) return found
    }
    return undefined
  }
  return walk(content, 1)
}
