/** One schema inside a conditional, and where in the data it applies. */
export type SchemaNode = {
  schema: Readonly<Record<string, unknown>>
  /** Property names from the root: `['$form', 'child.dob']`. */
  path: readonly string[]
}

const LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems', 'items']
const SINGLES = [
  'not',
  'if',
  'then',
  'else',
  'contains',
  'items',
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames'
]
const MAPS = ['properties', 'patternProperties', 'dependentSchemas', '$defs']

/** Deeper than any form needs; a conditional that contains itself ends here. */
const MAX_DEPTH = 100

/** Whether a value is a JSON-like object (and not a list or a function). */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Every schema inside a conditional, itself first, whatever combines them.
 *
 * @throws RangeError when the conditional contains itself
 */
export function* subschemasOf(
  schema: unknown,
  path: readonly string[] = [],
  depth = 0
): Generator<SchemaNode> {
  if (!isRecord(schema)) return
  if (depth > MAX_DEPTH) throw new RangeError('nested too deeply')
  yield { schema, path }
  for (const [below, child] of childrenOf(schema)) {
    const next = below === undefined ? path : [...path, below]
    yield* subschemasOf(child, next, depth + 1)
  }
}

function* childrenOf(
  schema: Record<string, unknown>
): Generator<readonly [string | undefined, unknown]> {
  for (const keyword of LISTS) {
    const list = schema[keyword]
    if (!Array.isArray(list)) continue
    for (const child of list) yield [undefined, child]
  }
  for (const keyword of SINGLES) yield [undefined, schema[keyword]]
  for (const keyword of MAPS) {
    const map = schema[keyword]
    if (!isRecord(map)) continue
    for (const [key, child] of Object.entries(map)) {
      yield [keyword === 'properties' ? key : undefined, child]
    }
  }
}

/** The data paths that a schema's `$data` references point to. */
export function referencesOf({ schema, path }: SchemaNode): string[][] {
  const values: unknown[] = Object.values(schema)
  const days = schema.daysFromDate
  if (isRecord(days)) values.push(days.referenceDate)
  return values.flatMap((value) => {
    if (!isRecord(value) || typeof value.$data !== 'string') return []
    return [pointerPath(value.$data, path)]
  })
}

/** A JSON pointer (`/$form/b/y`) or a relative one (`1/b.dob`), as a path from the root. */
function pointerPath(pointer: string, from: readonly string[]): string[] {
  const [first = '', ...rest] = pointer.split('/').map(unescapePointer)
  if (first === '') return rest
  const levels = Number.parseInt(first, 10)
  return [...from.slice(0, from.length - levels), ...rest]
}

/** RFC 6901 section 4: `~1` is a slash and `~0` a tilde. */
export function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}
