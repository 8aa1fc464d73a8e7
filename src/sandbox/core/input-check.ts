import type { JsonObject, JsonValue } from '../../domain/json'
import { isJsonObject, textOf } from '../json-object'
import { CoreFailure } from './core-failure'

/** What one input field must be. */
export type InputRule = {
  path: readonly string[]
  type: 'uuid' | 'string' | 'object' | 'record' | 'boolean'
  optional?: boolean
}

const UUID =
  /^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$/

/**
 * Checks a procedure's input.
 *
 * @throws CoreFailure 400 whose text is a JSON list of issues, worded as the
 *   validation library that core uses words them (FACTS C4)
 */
export function checkInput(
  input: unknown,
  rules: readonly InputRule[]
): JsonObject {
  if (!isJsonObject(input)) throw badInput([wrongType('object', [], input)])
  const issues = rules.flatMap((rule) => {
    const issue = checkRule(input, rule)
    return issue === undefined ? [] : [issue]
  })
  if (issues.length > 0) throw badInput(issues)
  return input
}

function checkRule(input: JsonObject, rule: InputRule): JsonObject | undefined {
  const parent = rule.path
    .slice(0, -1)
    .reduce<JsonValue | undefined>(
      (value, key) => (isJsonObject(value) ? value[key] : undefined),
      input
    )
  // A missing parent has an issue of its own.
  if (!isJsonObject(parent)) return undefined
  const value = parent[rule.path.at(-1) ?? '']
  if (value === undefined && rule.optional === true) return undefined
  return isOfType(value, rule.type)
    ? checkUuid(value, rule)
    : wrongTypeOf(value, rule)
}

function isOfType(
  value: JsonValue | undefined,
  type: InputRule['type']
): boolean {
  if (type === 'object' || type === 'record') return isJsonObject(value)
  return typeof value === (type === 'uuid' ? 'string' : type)
}

function checkUuid(
  value: JsonValue | undefined,
  rule: InputRule
): JsonObject | undefined {
  if (rule.type !== 'uuid' || UUID.test(textOf(value))) return undefined
  return {
    origin: 'string',
    code: 'invalid_format',
    format: 'uuid',
    pattern: String(UUID),
    path: [...rule.path],
    message: 'Invalid UUID'
  }
}

function wrongTypeOf(
  value: JsonValue | undefined,
  rule: InputRule
): JsonObject {
  const expected = rule.type === 'uuid' ? 'string' : rule.type
  return wrongType(expected, rule.path, value)
}

function wrongType(
  expected: string,
  path: readonly string[],
  value: unknown
): JsonObject {
  return {
    expected,
    code: 'invalid_type',
    path: [...path],
    message: `Invalid input: expected ${expected}, received ${nameOfType(value)}`
  }
}

function nameOfType(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function badInput(issues: JsonObject[]): CoreFailure {
  return new CoreFailure('BAD_REQUEST', JSON.stringify(issues, null, 2))
}
