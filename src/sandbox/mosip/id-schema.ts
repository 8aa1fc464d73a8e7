import { Ajv, type ValidateFunction } from 'ajv'
import type { JsonObject } from '../../domain/json'
import { parseJson } from '../../internal/http'
import { isJsonObject, parseJsonObject, textOf } from '../json-object'

/** What holds a packet's fields to an id schema: gives the names of those that do not fit. */
export type FieldCheck = (
  fields: Readonly<Record<string, string>>
) => readonly string[]

/**
 * Reads an id schema in MOSIP's layout: the fields under `properties.identity`,
 * patterns in `validators`.
 *
 * @returns undefined when it is none
 */
export function readFieldCheck(text: string): FieldCheck | undefined {
  const root = parseJsonObject(text)
  const identity = at(root, 'properties', 'identity')
  const properties = at(identity, 'properties')
  if (root === undefined || identity === undefined || properties === undefined)
    return undefined
  const validate = compile(root, identity)
  return validate === undefined
    ? undefined
    : (fields) => problems(fields, root, properties, validate)
}

/**
 * The names of fields that are unknown, no JSON where they must be, of another
 * shape, or against their pattern. A blank value is no value: the recorded
 * packets carry many.
 */
function problems(
  fields: Readonly<Record<string, string>>,
  root: JsonObject,
  properties: JsonObject,
  validate: ValidateFunction
): string[] {
  const given = Object.entries(fields).filter(([, text]) => text.trim() !== '')
  const wrong: string[] = []
  const values: Record<string, unknown> = {}
  for (const [field, text] of given) {
    const property = at(properties, field)
    if (property === undefined) {
      wrong.push(field)
      continue
    }
    const value = typeOf(root, property) === 'string' ? text : parseJson(text)
    values[field] = value
    if (value === undefined || !fitsPatterns(property, value)) wrong.push(field)
  }
  validate(values)
  const shapes = (validate.errors ?? []).map(
    ({ instancePath }) => instancePath.split('/')[1] ?? ''
  )
  return [...new Set([...wrong, ...shapes])]
}

/** The identity alone: what is mandatory depends on the process (FACTS 2.1). */
function compile(
  root: JsonObject,
  identity: JsonObject
): ValidateFunction | undefined {
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
    return undefined
  }
}

function typeOf(root: JsonObject, property: JsonObject): string {
  const name = /^#\/definitions\/([^/]+)$/.exec(textOf(property.$ref))?.[1]
  const definition =
    name === undefined ? property : at(root, 'definitions', name)
  return textOf(definition?.type)
}

function fitsPatterns(property: JsonObject, value: unknown): boolean {
  const patterns = Array.isArray(property.validators) ? property.validators : []
  return patterns
    .filter(isJsonObject)
    .filter(({ type }) => type === 'regex')
    .every(({ validator }) => {
      const pattern = readable(textOf(validator))
      return (
        pattern === undefined ||
        textsIn(value).every((text) => text.trim() === '' || pattern.test(text))
      )
    })
}

/** Some are written for Java alone; those are not checked. */
function readable(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern)
  } catch {
    return undefined
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return (Array.isArray(value) ? value : []).map((one: unknown) =>
    textOf(isJsonObject(one) ? one.value : one)
  )
}

function at(
  object: JsonObject | undefined,
  ...steps: string[]
): JsonObject | undefined {
  let found: unknown = object
  for (const step of steps) {
    found =
      isJsonObject(found) && Object.hasOwn(found, step)
        ? found[step]
        : undefined
  }
  return isJsonObject(found) ? found : undefined
}
