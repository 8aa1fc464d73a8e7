import { hasText, or, type Condition } from './conditions'
import type { FormVersion, Message } from './field-types'
import { formFieldsError } from './form-fields-error'

/** The inputs of a NAME field (NameConfig of 1.9.15 and 2.0.0). */
export const NAME_PARTS = ['firstname', 'middlename', 'surname'] as const

export type NamePart = (typeof NAME_PARTS)[number]

type NameSettings = Record<string, unknown>

/** What is read of a country's NAME field. */
export type NameField = {
  id: string
  required?: unknown
  configuration?: NameSettings | undefined
  validation?: ReadonlyArray<{ validator: Condition; message: Message }>
}

/** OpenCRVS's own message for a required field that is empty (errorMessages of both tags). */
const REQUIRED: Message = {
  id: 'error.required',
  defaultMessage: 'Required',
  description: 'Error message when required field is missing'
}

/**
 * A name of which a proven person may lack parts. In OpenCRVS a part is required or not, whatever the rest of the form
 * says, so the parts are made optional there; for everybody who is not proven, a validation of the field demands again
 * those that were required.
 */
export function withoutParts(
  field: NameField,
  parts: readonly NamePart[],
  { proven, version }: { proven: Condition; version: FormVersion }
): Pick<NameField, 'configuration' | 'validation'> {
  const settings = asSettings(field.configuration)
  const name = asSettings(settings.name)
  const required = parts.filter((part) =>
    isRequired(field, name, part, version)
  )
  const optional = required.map((part) => [
    part,
    { ...asSettings(name[part]), required: false }
  ])
  return {
    configuration: {
      ...settings,
      name: { ...usual(name), ...name, ...Object.fromEntries(optional) }
    },
    validation: [
      ...(field.validation ?? []),
      ...required.map((part) => ({
        validator: or(proven, hasText(field.id, [part])),
        message: messageOf(asSettings(name[part]).required ?? field.required)
      }))
    ]
  }
}

/**
 * @throws NationalIdError `ERR_FORM_FIELDS` for another type of field, or a part that a name does not have
 */
export function checkParts(
  attribute: string,
  { id, type }: { id: string; type: string },
  parts: readonly string[]
): void {
  if (type !== 'NAME') {
    throw formFieldsError(
      `mayLack of fill('${attribute}') is for NAME fields alone, and "${id}" is of type ${type}.`
    )
  }
  const unknown = parts.find((part) => !NAME_PARTS.some((one) => one === part))
  if (unknown === undefined) return
  throw formFieldsError(
    `mayLack of fill('${attribute}') has "${unknown}"; a name has ${NAME_PARTS.join(', ')}.`
  )
}

/**
 * Where nothing is said of a part, 2.x takes first name and surname for what the field is, and 1.9 for optional; with
 * nothing said of any part, both require the two (getDynamicNameValue and NameField of both tags).
 */
function isRequired(
  field: NameField,
  name: NameSettings,
  part: NamePart,
  version: FormVersion
): boolean {
  const own = asSettings(name[part]).required
  if (own !== undefined) return isDemanded(own)
  if (part === 'middlename') return false
  if (Object.keys(name).length === 0) return true
  return version === '2' && isDemanded(field.required)
}

/** What OpenCRVS takes for a field that says nothing of its parts. */
function usual(name: NameSettings): NameSettings {
  return Object.keys(name).length > 0
    ? {}
    : { firstname: { required: true }, surname: { required: true } }
}

function isDemanded(required: unknown): boolean {
  return required !== undefined && required !== false
}

/** A country's own sentence, `required: { message }`, where it has one. */
function messageOf(required: unknown): Message {
  const { message } = asSettings(required)
  // A message is all that the toolkit's type has there (requiredSchema of both tags).
  return message === undefined ? REQUIRED : (message as Message)
}

function asSettings(value: unknown): NameSettings {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {}
}
