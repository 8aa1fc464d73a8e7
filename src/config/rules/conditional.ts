import type { ValidateFunction } from 'ajv/dist/2019'
import { NationalIdError } from '../../domain/errors'
import type { RuleContext } from '../options'
import { withBirthDate } from './age-value'
import { createAjv } from './ajv'
import { isRecord, referencesOf, subschemasOf } from './schema-walk'

/** What a conditional may look at, by the names that core gives it (forms FACTS 2.2). */
export type ConditionalData = {
  $form: Readonly<Record<string, unknown>>
  /** The local calendar day, `yyyy-MM-dd`. */
  $now: string
  $online: boolean
  $user?: Readonly<Record<string, unknown>>
  $event?: unknown
  /** Core does not send these (FACTS A3), so rules that read them are refused. */
  $flags?: readonly string[]
  $status?: string
  /** Locations of the lowest level; without them `isLeafLevelLocation` is false. */
  $leafAdminStructureLocationIds?: ReadonlyArray<{ id: string }>
}

const ajv = createAjv()
const compiled = new WeakMap<object, ValidateFunction>()

/**
 * Says what is wrong with a conditional, in plain words, or undefined when it can be evaluated. Empty `and()` and
 * `or()`, code to run, and keywords that mean nothing are found here, before the first registration.
 */
export function conditionalProblem(conditional: object): string | undefined {
  try {
    compile(conditional)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : 'it cannot be read'
  }
}

/**
 * Evaluates a conditional as OpenCRVS core does (validate.ts of v1.9.15 and v2.0.0).
 *
 * @throws NationalIdError `ERR_CONDITIONAL` when it cannot be compiled; createNationalId finds this before
 */
export function holdsFor(conditional: object, data: ConditionalData): boolean {
  let validate: ValidateFunction
  try {
    validate = compile(conditional)
  } catch (cause) {
    throw new NationalIdError('A conditional cannot be compiled.', {
      code: 'ERR_CONDITIONAL',
      cause
    })
  }
  const entries = Object.entries(data.$form).map(
    ([id, value]) => [id, withBirthDate(value, data.$form, data.$now)] as const
  )
  return validate({ ...data, $form: Object.fromEntries(entries) })
}

/** What core would show a conditional for this action. The server is always online (forms FACTS 2.2). */
export function conditionalData(context: RuleContext): ConditionalData {
  const { id, role, scopes } = context.user
  return {
    $form: context.declaration,
    $now: context.now,
    $online: true,
    $user: { sub: id, scope: scopes, ...(role === undefined ? {} : { role }) },
    $event: context.eventDocument
  }
}

/** Ids of the form fields that a conditional names, in order, each once. For explanations. */
export function fieldsOf(conditional: object): string[] {
  const paths = [...subschemasOf(conditional)].flatMap((node) => [
    node.path,
    ...requiredOf(node.schema).map((name) => [...node.path, name]),
    ...referencesOf(node)
  ])
  const fields = paths.flatMap(([root, field]) =>
    root === '$form' && field !== undefined ? [field] : []
  )
  return [...new Set(fields)]
}

/** Which of core's variables (`$form`, `$user`, `$flags`, ...) a conditional reads. */
export function variablesOf(conditional: object): ReadonlySet<string> {
  const names = [...subschemasOf(conditional)].flatMap((node) => [
    ...node.path.slice(0, 1),
    ...(node.path.length === 0 ? requiredOf(node.schema) : []),
    ...referencesOf(node).flatMap((path) => path.slice(0, 1))
  ])
  return new Set(names)
}

/** Whether a conditional asks about the level of a location, which only core knows. */
export function asksForLocationLevel(conditional: object): boolean {
  return [...subschemasOf(conditional)].some(
    ({ schema }) => 'isLeafLevelLocation' in schema
  )
}

function requiredOf(schema: Readonly<Record<string, unknown>>): string[] {
  const { required } = schema
  if (!Array.isArray(required)) return []
  return required.filter((name): name is string => typeof name === 'string')
}

function compile(conditional: object): ValidateFunction {
  const known = compiled.get(conditional)
  if (known !== undefined) return known
  refuseMeaningless(conditional)
  // Core finds a compiled conditional by its $id, and ids that clash give silently wrong answers (forms FACTS 2.1).
  // Ours go by content alone.
  const schema = withoutIds(conditional)
  if (!isRecord(schema)) throw new Error('it is not a JSON Schema')
  const validate = ajv.compile(schema)
  compiled.set(conditional, validate)
  return validate
}

function refuseMeaningless(conditional: object): void {
  if (Object.keys(conditional).length === 0) {
    // always() of the toolkit is a bare $id. With nothing at all it is more likely a mistake.
    throw new Error('it is empty; leave `when` out to mean "always"')
  }
  for (const { schema } of subschemasOf(conditional)) {
    if (isEmptyList(schema.allOf)) {
      throw new Error('and() without conditions cannot be evaluated')
    }
    if (isEmptyList(schema.anyOf)) {
      throw new Error('or() without conditions cannot be evaluated')
    }
    if ('$async' in schema) throw new Error('it is asynchronous ($async)')
    const unknown = Object.keys(schema).find(isNoKeyword)
    if (unknown !== undefined) {
      throw new Error(
        `\`${unknown}\` means nothing in a JSON Schema, so that part would always hold`
      )
    }
  }
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

/** Notes of JSON Schema that check nothing, beside the keywords that Ajv has. */
const NOTES = new Set([
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'definitions'
])

function isNoKeyword(key: string): boolean {
  return (
    !key.startsWith('$') && !NOTES.has(key) && ajv.getKeyword(key) === false
  )
}

function withoutIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutIds)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== '$id')
      .map(([key, inner]) => [key, withoutIds(inner)])
  )
}
