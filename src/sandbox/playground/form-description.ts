import type { JsonObject, JsonValue } from '../../domain/json'
import { isJsonObject, textOf } from '../json-object'

/** A text of a form: the country's translation of `id`, or else `defaultMessage`. */
export type Message = { id: string; defaultMessage: string }

/** A reference to a field's value, or to a part of it (forms FACTS 1). */
export type FieldReference = { field: string; path: readonly string[] }

export type ConditionType = 'SHOW' | 'ENABLE' | 'DISPLAY_ON_REVIEW'

/** One field of a form, as the client has it after OpenCRVS has filled in what may be left out. */
export type FormField = {
  id: string
  type: string
  /** The page that it stands on. */
  pageId: string
  label: Message
  hideLabel: boolean
  helperText?: Message
  required: boolean
  /** What is said when it is not filled in, where the country has a sentence of its own. */
  requiredMessage?: Message
  conditionals: ReadonlyArray<{ type: string; conditional: JsonValue }>
  /** Ids of the fields whose change resets this one. A parent with a subfield never fires, and is not among them (forms FACTS 3). */
  parents: readonly string[]
  /** Where the value is copied from, first truthy one first. */
  sources: readonly FieldReference[]
  defaultValue?: JsonValue
  validation: ReadonlyArray<{ validator: JsonValue; message: Message }>
  /** `configuration`, and below `methods` and `options`, as written. */
  configuration: JsonObject
  methods: readonly FormField[]
  options: readonly JsonObject[]
  variant?: string
}

export type FormPage = {
  id: string
  title: Message
  fields: readonly FormField[]
  conditional?: JsonValue
  requireCompletionToContinue: boolean
}

/** A page as a country writes it; `fields` are OpenCRVS field configurations. */
export type PageInput = {
  id: string
  title: string | Message
  fields: readonly object[]
  conditional?: object
  requireCompletionToContinue?: boolean
}

/**
 * The pages of a form, out of plain OpenCRVS configuration. What a country
 * passes goes through JSON first, as it does on its way to the client.
 *
 * @throws Error when a page has no fields, or a field has no id or type
 */
export function readPages(pages: readonly PageInput[]): FormPage[] {
  const plain: unknown = JSON.parse(JSON.stringify(pages))
  if (!Array.isArray(plain) || plain.length === 0) {
    throw new Error('A form needs a page.')
  }
  return plain.map((page: unknown, index) => readPage(page, index))
}

function readPage(page: unknown, index: number): FormPage {
  if (!isJsonObject(page) || !Array.isArray(page.fields)) {
    throw new Error(`Page ${index + 1} of the form has no fields.`)
  }
  const id = textOf(page.id)
  return {
    id,
    title: readMessage(page.title),
    fields: page.fields.map((field) => readField(field, id)),
    requireCompletionToContinue: page.requireCompletionToContinue === true,
    ...(page.conditional === undefined ? {} : { conditional: page.conditional })
  }
}

function readField(field: JsonValue, pageId: string): FormField {
  if (!isJsonObject(field) || !textOf(field.id) || !textOf(field.type)) {
    throw new Error(`A field of page ${pageId} has no id or no type.`)
  }
  return {
    id: textOf(field.id),
    type: textOf(field.type),
    pageId,
    label: readMessage(field.label),
    hideLabel: field.hideLabel === true,
    // Either true, or an object with the message of its own.
    required: Boolean(field.required),
    conditionals: objectsIn(field.conditionals).map((entry) => ({
      type: textOf(entry.type),
      conditional: entry.conditional ?? null
    })),
    parents: referencesIn(field.parent)
      .filter(({ path }) => path.length === 0)
      .map((parent) => parent.field),
    sources: referencesIn(field.value),
    validation: objectsIn(field.validation).map((entry) => ({
      validator: entry.validator ?? null,
      message: readMessage(entry.message)
    })),
    configuration: isJsonObject(field.configuration) ? field.configuration : {},
    methods: objectsIn(field.methods).map((method) =>
      readField(method, pageId)
    ),
    options: objectsIn(field.options),
    ...optionalParts(field)
  }
}

function optionalParts(
  field: JsonObject
): Pick<
  FormField,
  'defaultValue' | 'helperText' | 'requiredMessage' | 'variant'
> {
  return {
    ...(isJsonObject(field.required)
      ? { requiredMessage: readMessage(field.required.message) }
      : {}),
    ...(field.defaultValue === undefined
      ? {}
      : { defaultValue: field.defaultValue }),
    ...(field.helperText === undefined
      ? {}
      : { helperText: readMessage(field.helperText) }),
    ...(field.variant === undefined ? {} : { variant: textOf(field.variant) })
  }
}

/** A message, or a plain text. */
export function readMessage(value: JsonValue | undefined): Message {
  if (isJsonObject(value)) {
    return {
      id: textOf(value.id),
      defaultMessage: textOf(value.defaultMessage)
    }
  }
  return { id: '', defaultMessage: textOf(value) }
}

/** A field reference in its JSON form (forms FACTS 1), or undefined. */
export function readReference(
  value: JsonValue | undefined
): FieldReference | undefined {
  if (!isJsonObject(value) || typeof value.$$field !== 'string') {
    return undefined
  }
  const path = Array.isArray(value.$$subfield) ? value.$$subfield : []
  return { field: value.$$field, path: path.map(String) }
}

/** `parent` and `value` hold one reference or a list of them. */
function referencesIn(value: JsonValue | undefined): FieldReference[] {
  return [value ?? []]
    .flat()
    .map((entry) => readReference(entry))
    .filter((reference) => reference !== undefined)
}

function objectsIn(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value)
    ? value.filter((entry) => isJsonObject(entry))
    : []
}
