import objectHash from 'object-hash'

/** As the toolkit has it, `defineConditional` of 1.9.15 and 2.0.0. */
const ID_PREFIX = 'https://opencrvs.org/conditionals/'

/**
 * A conditional: a JSON Schema that OpenCRVS evaluates over `{ $form, $now, $online, $user }`. The second key exists in
 * types alone: it makes ours and the toolkit's exchangeable (forms FACTS 11).
 */
export type Condition = {
  $id: string
  readonly __nominal__type: 'JSONSchema'
}

type Schema = Readonly<Record<string, unknown>>

/** What the toolkit's `isFalsy()` takes for nothing. */
const NOTHING = {
  anyOf: [
    { const: 'undefined' },
    { const: false },
    { const: null },
    { const: '' }
  ]
}

/**
 * Makes a conditional of a JSON Schema. OpenCRVS finds compiled schemas by `$id` in one memory for all events: the id
 * is a digest of the content, at the top alone (forms FACTS 2.1).
 */
export function condition(schema: object): Condition {
  const content = withoutIds(schema)
  const made: unknown = {
    $id: ID_PREFIX + objectHash(content),
    ...content
  }
  // It has an $id, and the other key of the type is there for the compiler only.
  return made as Condition
}

/** All of them hold. At least one: an empty `allOf` makes OpenCRVS's evaluator throw. */
export function and(
  ...conditions: readonly [Condition, ...Condition[]]
): Condition {
  return condition({ type: 'object', allOf: [...conditions], required: [] })
}

/** One of them holds. At least one, as for `and`. */
export function or(
  ...conditions: readonly [Condition, ...Condition[]]
): Condition {
  return condition({ type: 'object', anyOf: [...conditions], required: [] })
}

export function not(inner: Condition): Condition {
  return condition({ type: 'object', not: inner, required: [] })
}

export function never(): Condition {
  return condition({ type: 'object', not: {}, required: [] })
}

/** The browser is online. On the server this always holds (forms FACTS 2.2). */
export function isOnline(): Condition {
  return condition({
    type: 'object',
    properties: { $online: { type: 'boolean', const: true } },
    required: ['$online']
  })
}

/** The toolkit's `field(id).get(path).isEqualTo(value)`. False when the field is absent. */
export function isEqualTo(
  id: string,
  value: string,
  path: readonly string[] = []
): Condition {
  return required(id, path, {
    type: ['string', 'boolean', 'number'],
    const: value
  })
}

/** The toolkit's `field(id).inArray(values)`. False when the field is absent. */
export function isOneOf(id: string, values: readonly string[]): Condition {
  return required(id, [], { type: 'string', enum: [...values] })
}

/**
 * The toolkit's `field(id).get(key).isFalsy()`: also true when the field itself is absent or null. One key at most:
 * with two it is false where the first holds null or a text (forms FACTS 2.2).
 */
export function isFalsy(id: string, key?: string): Condition {
  const value =
    key === undefined
      ? NOTHING
      : {
          anyOf: [
            { const: null },
            { type: 'object', properties: { [key]: NOTHING } }
          ]
        }
  return inForm({
    type: 'object',
    properties: { [id]: value },
    anyOf: [{ required: [id] }, { not: { required: [id] } }]
  })
}

/** There is a text that is not empty. Sound at any depth, whatever stands on the way. */
export function hasText(id: string, path: readonly string[] = []): Condition {
  return required(id, path, { type: 'string', minLength: 1 })
}

/** The field was set and then emptied: by the client when it hid the field, or by the button that takes a status back. */
export function isNull(id: string): Condition {
  return required(id, [], { const: null })
}

export function isObject(id: string): Condition {
  return required(id, [], { type: 'object' })
}

/** An HTTP field that holds a call under way or an answer, and no failure. */
export function isWithoutError(id: string): Condition {
  return required(id, ['error'], { const: null })
}

function required(
  id: string,
  path: readonly string[],
  schema: Schema
): Condition {
  return inForm(
    [id, ...path].reduceRight<Schema>(
      (inner, key) => ({
        type: 'object',
        properties: { [key]: inner },
        required: [key]
      }),
      schema
    )
  )
}

function inForm(schema: Schema): Condition {
  return condition({
    type: 'object',
    properties: { $form: schema },
    required: ['$form']
  })
}

function withoutIds(schema: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => key !== '$id')
      .map(([key, value]: [string, unknown]) => [key, withoutInnerIds(value)])
  )
}

function withoutInnerIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutInnerIds)
  return typeof value === 'object' && value !== null ? withoutIds(value) : value
}
