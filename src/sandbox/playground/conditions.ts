import Ajv, { type ValidateFunction } from 'ajv/dist/2019'
import addFormats from 'ajv-formats'
import type { JsonObject, JsonValue } from '../../domain/json'
import { isJsonObject, textOf } from '../json-object'
import { readPath, type FormValues } from './form-values'

/** What conditions know beside the form (forms FACTS 2.2). */
export type Surroundings = {
  online: boolean
  /** Today, `yyyy-MM-dd`. */
  today: string
  /** Payload of the user's token. */
  user: object
}

/** Answers whether an OpenCRVS conditional holds for a form. */
export type Condition = (schema: JsonValue, form: FormValues) => boolean

const DAY_MS = 24 * 60 * 60 * 1000

/** How Ajv calls a keyword: with where the value stands. */
type KeywordPlace = { rootData: unknown; instancePath: string }

/**
 * Conditions as the client evaluates them: within one page the first schema
 * seen under an `$id` counts for all others of that id (forms FACTS 2.1).
 *
 * The condition throws where the client's would, and for a condition that runs
 * code: the playground runs none out of a configuration.
 */
export function createCondition(surroundings: () => Surroundings): Condition {
  const checks = new Map<string, ValidateFunction>()
  return (schema, form) => {
    if (!isJsonObject(schema) || typeof schema.$id !== 'string') {
      throw new Error('a condition has no $id')
    }
    const check = checks.get(schema.$id) ?? compile(schema, schema.$id)
    checks.set(schema.$id, check)
    const { online, today, user } = surroundings()
    const context = {
      $form: form,
      $now: today,
      $online: online,
      $user: user,
      $leafAdminStructureLocationIds: []
    }
    return check(context)
  }
}

const compiler = createCompiler()
/** By content. Compiling is slow, and every load of a page brings the same schemas again. */
const compiled = new Map<string, ValidateFunction>()

function compile(schema: JsonObject, $id: string): ValidateFunction {
  const content = JSON.stringify(schema)
  const known = compiled.get(content)
  if (known !== undefined) return known
  // An ending of its own, because other pages may mean another schema by the same id. What makes an id bad still does.
  const check = compiler.compile({ ...schema, $id: `${$id}-${compiled.size}` })
  compiled.set(content, check)
  return check
}

/** The dialect, options and keywords of core's own (forms FACTS 2). */
function createCompiler(): Ajv {
  const ajv = new Ajv({
    $data: true,
    allowUnionTypes: true,
    strict: false,
    logger: false
  })
  addFormats(ajv)
  ajv.addKeyword({
    keyword: 'daysFromDate',
    type: 'string',
    schemaType: 'object',
    validate: isDaysFromDate
  })
  ajv.addKeyword({
    keyword: 'isLeafLevelLocation',
    type: 'string',
    // The playground has no locations.
    validate: () => false
  })
  ajv.addKeyword({
    keyword: 'customClientValidator',
    compile: () => {
      throw new Error('a condition runs code, which the playground does not')
    }
  })
  return ajv
}

function isDaysFromDate(
  schema: unknown,
  data: unknown,
  _parent?: unknown,
  place?: KeywordPlace
): boolean {
  if (!isJsonObject(schema) || typeof schema.days !== 'number') return false
  const from = referenceDate(schema.referenceDate, place)
  const limit = Date.parse(from) + schema.days * DAY_MS
  const date = Date.parse(String(data))
  // Comparing with a date that is none is false either way.
  return schema.clause === 'after' ? date > limit : date < limit
}

/** A date, a `$data` pointer upwards from the value (Ajv does not follow it there), or else today. */
function referenceDate(
  reference: JsonValue | undefined,
  place: KeywordPlace | undefined
): string {
  const today = readPath(place?.rootData, ['$now'])
  if (!isJsonObject(reference)) return String(reference ?? today)
  const [levels = '0', ...names] = textOf(reference.$data).split('/')
  const here = (place?.instancePath ?? '').split('/').slice(1)
  const start = here.slice(0, here.length - Number.parseInt(levels, 10))
  const path = [...start, ...names].map((name) =>
    name.replaceAll('~1', '/').replaceAll('~0', '~')
  )
  return String(readPath(place?.rootData, path) ?? today)
}
