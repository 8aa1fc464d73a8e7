import { isJsonObject } from '../json-object'
import type { Condition } from './conditions'
import type { FormField, Message } from './form-description'
import { readPath, type FormValues } from './form-values'
import { isPartRequired } from './name-parts'

const REQUIRED: Message = {
  id: 'error.required',
  defaultMessage: 'Required'
}
const INVALID: Message = {
  id: 'error.invalid',
  defaultMessage: 'Invalid input'
}

/** What is wrong with a value of one type; undefined when nothing is. */
type Check = (value: unknown, field: FormField) => Message | undefined

/** Types whose value is a text and nothing else. The status is one of them: core takes any (forms FACTS 5). */
const TEXT_TYPES = [
  'ALPHA_HIDDEN',
  'COUNTRY',
  'ID',
  'LINK_BUTTON',
  'LOADER',
  'LOCATION',
  'PHONE',
  'RADIO_GROUP',
  'SELECT',
  'TEXT',
  'TEXTAREA',
  'VERIFICATION_STATUS'
]

const CHECKS: Readonly<Record<string, Check>> = {
  ...Object.fromEntries(TEXT_TYPES.map((type) => [type, checkText])),
  BUTTON: (value) => checkIs(typeof value === 'number', value),
  CHECKBOX: (value) => checkIs(typeof value === 'boolean', value),
  DATE: (value) => checkIs(isDate(value), value),
  EMAIL: (value) =>
    checkIs(/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(String(value)), value),
  HTTP: checkHttp,
  ID_READER: (value) => checkIs(isJsonObject(value), value),
  NAME: checkName,
  NUMBER: (value) => checkIs(typeof value === 'number', value),
  QR_READER: (value) => checkIs(isJsonObject(value), value),
  QUERY_PARAM_READER: checkQueryParams
}

/**
 * What is wrong with a visible field: its type's check first, then the
 * country's own `validation`. Types that the playground does not draw are not
 * checked.
 *
 * @throws Error when a condition does
 */
export function checkField(
  field: FormField,
  form: FormValues,
  holds: Condition
): Message | undefined {
  const value = form[field.id]
  if (!field.required && isEmpty(value)) return undefined
  const wrong = checkType(field, value)
  return (
    (wrong === REQUIRED ? field.requiredMessage : undefined) ??
    wrong ??
    field.validation.find(({ validator }) => !holds(validator, form))?.message
  )
}

function checkType(field: FormField, value: unknown): Message | undefined {
  const isAbsent = value === null || value === undefined
  if (isAbsent && (!field.required || field.type === 'HTTP')) return undefined
  return CHECKS[field.type]?.(value, field)
}

/** Not set, an empty text, or an object of such; null is checked (and passes). */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === '') return true
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((part) => part === undefined || part === '')
  )
}

function checkIs(isRight: boolean, value: unknown): Message | undefined {
  if (isRight) return undefined
  const isAbsent = value === null || value === undefined || value === ''
  return isAbsent ? REQUIRED : INVALID
}

function checkText(
  value: unknown,
  { required }: FormField
): Message | undefined {
  const isText = typeof value === 'string'
  if (isText && required && value.trim() === '') return REQUIRED
  return checkIs(isText, value)
}

/** The day must exist: 31 February is none. */
function isDate(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) {
    return false
  }
  const date = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)
}

/** An error without a status code is refused: what a call leaves behind that got no answer (forms CLIENT 2). */
function checkHttp(value: unknown): Message | undefined {
  if (!isJsonObject(value)) return INVALID
  const { loading, error } = value
  const isLoadingRight =
    loading === undefined || loading === null || typeof loading === 'boolean'
  const isErrorRight =
    error === undefined ||
    error === null ||
    (typeof readPath(error, ['statusCode']) === 'number' &&
      typeof readPath(error, ['message']) === 'string')
  return isLoadingRight && isErrorRight ? undefined : INVALID
}

function checkQueryParams(value: unknown): Message | undefined {
  const data = readPath(value, ['data'])
  if (value === null || value === undefined) return REQUIRED
  const isRight =
    isJsonObject(data) &&
    Object.values(data).every((entry) => typeof entry === 'string')
  return isRight ? undefined : INVALID
}

function checkName(value: unknown, field: FormField): Message | undefined {
  if (!isJsonObject(value)) return checkIs(false, value)
  const wrong = (['firstname', 'surname', 'middlename'] as const).map(
    (part) => {
      const own = readPath(field.configuration, ['name', part, 'required'])
      const required = isPartRequired(part, own, field.required)
      const text = value[part]
      if (text === undefined && part === 'middlename' && !required) return
      return checkText(text, { ...field, required })
    }
  )
  return wrong.find((message) => message !== undefined)
}
