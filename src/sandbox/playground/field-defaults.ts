import type { JsonObject } from '../../domain/json'
import { isJsonObject } from '../json-object'
import type { FieldReference, FormField, FormPage } from './form-description'
import type { FieldRules } from './field-rules'
import { pickValues, readPath, type FormValues } from './form-values'

/** What default values may name. */
export type DefaultSources = {
  today: string
  /** `$userField` and `$user.…`: properties of the user. */
  user: object
}

/** Types for which 0 and false are defaults like any other. */
const FALSY_DEFAULTS = new Set(['BUTTON', 'CHECKBOX', 'NUMBER'])

/** A field's default value; undefined when it has none, or one that runs code. */
export function defaultValueOf(
  { type, defaultValue }: FormField,
  sources: DefaultSources
): unknown {
  if (isJsonObject(defaultValue)) {
    return type === 'NAME'
      ? defaultName(defaultValue, sources)
      : resolveDefault(defaultValue, sources)
  }
  if (typeof defaultValue === 'string' && defaultValue.startsWith('$user.')) {
    return readPath(sources.user, defaultValue.split('.').slice(1))
  }
  return FALSY_DEFAULTS.has(type) ? defaultValue : defaultValue || undefined
}

function resolveDefault(value: JsonObject, sources: DefaultSources): unknown {
  const { $$code, $$now, $userField } = value
  if ($$code !== undefined) return undefined
  if ($$now === true) return sources.today
  return typeof $userField === 'string'
    ? readPath(sources.user, [$userField])
    : value
}

function defaultName(name: JsonObject, sources: DefaultSources): object {
  const parts = ['firstname', 'middlename', 'surname'].map((part) => {
    const text = name[part]
    const resolved = isJsonObject(text) ? resolveDefault(text, sources) : text
    return [part, resolved ?? ''] as const
  })
  return Object.fromEntries(parts)
}

/** The first truthy value that the references lead to; falsy ones are never copied (forms FACTS 3). */
export function firstTruthy(
  sources: readonly FieldReference[],
  read: (reference: FieldReference) => unknown
): unknown {
  return sources.map(read).find(Boolean)
}

/**
 * The values with which a page is drawn: what is stored, and for fields that
 * are visible and were never set, what their sources or their default give.
 */
export function pageValues(
  page: FormPage | undefined,
  stored: FormValues,
  rules: FieldRules,
  defaultOf: (field: FormField) => unknown
): FormValues {
  const fields = page?.fields ?? []
  const values = pickValues(
    stored,
    fields.map(({ id }) => id)
  )
  for (const field of fields) {
    const form = { ...stored, ...values }
    if (values[field.id] !== undefined || !rules.isVisible(field, form)) {
      continue
    }
    values[field.id] =
      firstTruthy(field.sources, ({ field: id, path }) =>
        readPath(form, [id, ...path])
      ) ?? defaultOf(field)
  }
  return values
}
