import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { JsonValue } from '../../domain/json'
import { parseJson } from '../../internal/http'
import { isRecord } from '../../internal/json'
import type { MosipIdSchema } from './options'

/** What is wrong with one field of a packet, in words without its value. */
export type FieldProblem = { field: string; problem: string }

/** A country's id schema, ready to hold packets to. */
export type IdSchema = {
  version: string
  /** As it is sent. */
  text: string
  /** Names of the identity's fields. */
  fields: readonly string[]
  /** What the schema requires, without the version, which MOSIP adds itself. */
  required: readonly string[]
  /** Patterns that JavaScript cannot read, by field: MOSIP checks those alone. */
  unreadable: readonly string[]
  /** A value in the shape that the field has: a text becomes a list of texts with their language where it must. */
  shape(field: string, value: JsonValue, language: string): JsonValue
  /** What MOSIP would find wrong with the shaped values. */
  problems(
    values: Readonly<Record<string, JsonValue>>,
    mandatory: readonly string[]
  ): FieldProblem[]
}

/** A field's type: its own, or that of the definition that it refers to. */
type FieldType = 'text' | 'localized' | 'number' | 'boolean' | 'other'

const VERSION_FIELD = 'IDSchemaVersion'

/**
 * Reads an id schema. MOSIP's are draft 7 with the identity's fields under
 * `properties.identity`, patterns in `validators`, and formats that are none
 * (docs.mosip.io, "ID schema").
 *
 * @throws Error with a reason fit for an operator when it is none
 */
export function readIdSchema({ schema, version }: MosipIdSchema): IdSchema {
  const text = typeof schema === 'string' ? schema : JSON.stringify(schema)
  const root = parseJson(text)
  if (!isRecord(root)) throw new Error('is no JSON object')
  const identity = identityOf(root)
  const properties = isRecord(identity.properties) ? identity.properties : {}
  const fields = Object.keys(properties)
  if (fields.length === 0) throw new Error('names no field of an identity')
  const validate = compile(root, identity)
  const types = new Map(
    fields.map((field) => [field, typeOf(root, properties[field])])
  )
  const patterns = readPatterns(properties)
  return {
    version,
    text,
    fields,
    required: textsIn(identity.required).filter((one) => one !== VERSION_FIELD),
    unreadable: patterns.unreadable,
    shape: (field, value, language) =>
      shapeValue(types.get(field) ?? 'other', value, language),
    problems: (values, mandatory) => [
      ...missing(values, mandatory),
      ...schemaProblems(validate, values),
      ...patternProblems(patterns.readable, values)
    ]
  }
}

function identityOf(root: Record<string, unknown>): Record<string, unknown> {
  const properties = isRecord(root.properties) ? root.properties : {}
  return isRecord(properties.identity) ? properties.identity : root
}

/** The identity alone, without `required`: MOSIP asks other fields of each process (FACTS 2.1). */
function compile(
  root: Record<string, unknown>,
  identity: Record<string, unknown>
): ValidateFunction {
  const { required: _required, ...rest } = identity
  const ajv = new Ajv({
    allErrors: true,
    // MOSIP's own keywords, and `format: 'none'`.
    strict: false,
    validateFormats: false,
    logger: false
  })
  try {
    return ajv.compile({ ...rest, definitions: root.definitions ?? {} })
  } catch {
    throw new Error('cannot be compiled as a JSON Schema')
  }
}

function typeOf(root: Record<string, unknown>, property: unknown): FieldType {
  const own = isRecord(property) ? property : {}
  const schema = referred(root, own.$ref) ?? own
  switch (schema.type) {
    case 'string':
      return 'text'
    case 'number':
    case 'integer':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'array':
      return isLocalized(schema.items) ? 'localized' : 'other'
    default:
      return 'other'
  }
}

function referred(
  root: Record<string, unknown>,
  reference: unknown
): Record<string, unknown> | undefined {
  const name = /^#\/definitions\/([^/]+)$/.exec(String(reference))?.[1]
  const definitions = isRecord(root.definitions) ? root.definitions : {}
  const found = name === undefined ? undefined : definitions[name]
  return isRecord(found) ? found : undefined
}

/** MOSIP's `simpleType`: a list of `{ language, value }`. */
function isLocalized(items: unknown): boolean {
  const properties = isRecord(items) ? items.properties : undefined
  return isRecord(properties) && 'language' in properties
}

function shapeValue(
  type: FieldType,
  value: JsonValue,
  language: string
): JsonValue {
  // Whoever gives more than a text has shaped it already.
  if (typeof value === 'object') return value
  switch (type) {
    case 'localized':
      return [{ language, value: String(value) }]
    case 'text':
      return String(value)
    case 'number':
      return typeof value === 'string' && value.trim() !== ''
        ? Number(value)
        : value
    case 'boolean':
      return value === 'true' ? true : value === 'false' ? false : value
    case 'other':
      return value
  }
}

function missing(
  values: Readonly<Record<string, JsonValue>>,
  mandatory: readonly string[]
): FieldProblem[] {
  return mandatory
    .filter((field) => isEmpty(values[field]))
    .map((field) => ({
      field,
      problem: 'is mandatory, and the record has nothing for it'
    }))
}

/** Nothing, blank, or a list of blanks; a number or a document is something. */
function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined) return true
  const isTextual = typeof value === 'string' || Array.isArray(value)
  return isTextual && textsOf(value).every((text) => text.trim() === '')
}

/** The texts that a value holds: itself, or those of its languages. */
function textsOf(value: JsonValue): string[] {
  if (typeof value === 'string') return [value]
  return (Array.isArray(value) ? value : []).flatMap((one) => {
    const text = isRecord(one) ? one.value : one
    return typeof text === 'string' ? [text] : []
  })
}

function schemaProblems(
  validate: ValidateFunction,
  values: Readonly<Record<string, JsonValue>>
): FieldProblem[] {
  validate(values)
  const found = (validate.errors ?? []).map(toProblem)
  const byField = new Map(found.map((one) => [one.field, one]))
  return [...byField.values()]
}

function toProblem(error: ErrorObject): FieldProblem {
  const unknown: unknown = Reflect.get(error.params, 'additionalProperty')
  const [, field = ''] = error.instancePath.split('/')
  if (field === '' && typeof unknown === 'string') {
    return { field: unknown, problem: 'is no field of the id schema' }
  }
  return {
    field,
    problem: `does not fit the id schema (${error.keyword})`
  }
}

type Patterns = {
  readable: ReadonlyMap<string, readonly RegExp[]>
  unreadable: readonly string[]
}

function readPatterns(properties: Record<string, unknown>): Patterns {
  const readable = new Map<string, RegExp[]>()
  const unreadable: string[] = []
  for (const [field, property] of Object.entries(properties)) {
    for (const pattern of patternsOf(property)) {
      const read = toRegExp(pattern)
      if (read === undefined) unreadable.push(field)
      else readable.set(field, [...(readable.get(field) ?? []), read])
    }
  }
  return { readable, unreadable }
}

function patternsOf(property: unknown): string[] {
  const validators = isRecord(property) ? property.validators : undefined
  return (Array.isArray(validators) ? validators : [])
    .filter(isRecord)
    .filter(({ type }) => type === 'regex')
    .flatMap(({ validator }) =>
      typeof validator === 'string' ? [validator] : []
    )
}

/** MOSIP's patterns are Java's; most are JavaScript's too. */
function toRegExp(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern)
  } catch {
    return undefined
  }
}

function patternProblems(
  patterns: ReadonlyMap<string, readonly RegExp[]>,
  values: Readonly<Record<string, JsonValue>>
): FieldProblem[] {
  return Object.entries(values).flatMap(([field, value]) => {
    const ofField = patterns.get(field) ?? []
    const isRight = textsOf(value).every((text) =>
      ofField.every((pattern) => pattern.test(text))
    )
    return isRight
      ? []
      : [{ field, problem: "does not fit the field's pattern" }]
  })
}

function textsIn(value: unknown): string[] {
  return (Array.isArray(value) ? value : []).filter(
    (one): one is string => typeof one === 'string'
  )
}

/** What a field's value is sent as: MOSIP takes texts alone (FACTS 2.1). */
export function encodeField(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
