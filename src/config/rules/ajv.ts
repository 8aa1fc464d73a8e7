import Ajv from 'ajv/dist/2019'
import addFormats from 'ajv-formats'
import { isAfter, isBefore, isValid } from 'date-fns'
import { isRecord, unescapePointer } from './schema-walk'

const DAY_MS = 24 * 60 * 60 * 1000

/** What Ajv hands to a keyword beside the value. */
type KeywordContext = {
  rootData: unknown
  instancePath: string
}

/**
 * A JSON Schema compiler with the dialect, options and keywords of OpenCRVS core
 * (packages/commons/src/conditionals/validate.ts, tags v1.9.15 and v2.0.0).
 */
export function createAjv(): Ajv {
  const ajv = new Ajv({
    $data: true,
    allowUnionTypes: true,
    strict: false,
    // We report mistakes ourselves; a library must not write to the console.
    logger: false
  })
  addFormats(ajv)
  ajv.addKeyword({
    keyword: 'daysFromDate',
    type: 'string',
    schemaType: 'object',
    $data: true,
    errors: true,
    validate: daysFromDate
  })
  ajv.addKeyword({
    keyword: 'isLeafLevelLocation',
    type: 'string',
    schemaType: 'boolean',
    $data: true,
    errors: true,
    validate: isLeafLevelLocation
  })
  ajv.addKeyword({
    keyword: 'customClientValidator',
    compile: refuseCode
  })
  return ajv
}

/** `{ days, clause, referenceDate? }`: the date lies before or after the reference (or `$now`) plus so many days. */
function daysFromDate(
  schema: unknown,
  data: unknown,
  _parent?: unknown,
  context?: KeywordContext
): boolean {
  const root = context?.rootData
  if (!isRecord(schema) || !isRecord(root)) return false
  const { days, clause, referenceDate } = schema
  const reference = dateReference(referenceDate, root, context?.instancePath)
  // Core falls back to today for a reference that is absent or empty.
  const base = asDate(reference || root.$now)
  const date = asDate(data)
  if (typeof days !== 'number' || !base || !date) return false
  const limit = new Date(base.getTime() + days * DAY_MS)
  return clause === 'after' ? isAfter(date, limit) : isBefore(date, limit)
}

function asDate(value: unknown): Date | undefined {
  // Core takes a number for milliseconds since 1970.
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const date = new Date(value)
  return isValid(date) ? date : undefined
}

/** Ajv leaves `$data` inside a keyword's own object alone, so it is followed by hand. */
function dateReference(
  reference: unknown,
  root: Record<string, unknown>,
  instancePath = ''
): unknown {
  if (!isRecord(reference) || typeof reference.$data !== 'string') {
    return reference
  }
  const [levels = '0', ...names] = reference.$data.split('/')
  const from = instancePath.split('/').slice(1)
  const up = levels === '' ? 0 : from.length - Number.parseInt(levels, 10)
  let current: unknown = root
  for (const name of [...from.slice(0, up), ...names].map(unescapePointer)) {
    current = isRecord(current) ? current[name] : undefined
  }
  return current
}

/** Core knows a country's locations and we do not: without them it is false for every location. */
function isLeafLevelLocation(
  _schema: unknown,
  data: unknown,
  _parent?: unknown,
  context?: KeywordContext
): boolean {
  const root = context?.rootData
  const known = isRecord(root) ? root.$leafAdminStructureLocationIds : undefined
  return (
    Array.isArray(known) &&
    known.some((location) => isRecord(location) && location.id === data)
  )
}

/** Core would run the text as JavaScript. A function as the rule's `when` does the same in the open, type checked. */
function refuseCode(): never {
  throw new Error(
    'it runs code (customClientValidator); write that part as a function: when: (context) => ...'
  )
}
