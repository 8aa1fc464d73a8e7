import { isJsonObject } from '../json-object'
import { readMessage, type FormField, type Message } from './form-description'
import { readPath } from './form-values'
import type { MessageText } from './message-text'

/** One of the inputs that a NAME field consists of. */
export type NamePart = { name: string; label: string; required: boolean }

const NAME_PARTS: ReadonlyArray<{ name: string; label: Message }> = [
  {
    name: 'firstname',
    label: { id: 'formFields.name.firstName', defaultMessage: 'First name(s)' }
  },
  {
    name: 'middlename',
    label: { id: 'formFields.name.middleName', defaultMessage: 'Middle name' }
  },
  {
    name: 'surname',
    label: { id: 'formFields.name.lastName', defaultMessage: 'Last name' }
  }
]

/** First name and surname always, the middle name where it is configured. */
export function viewNameParts(
  { configuration, required }: FormField,
  text: MessageText
): NamePart[] {
  return NAME_PARTS.map(({ name, label }) => {
    const own = readPath(configuration, ['name', name])
    const parts = isJsonObject(own) ? own : undefined
    return { name, label, own: parts }
  })
    .filter(({ name, own }) => name !== 'middlename' || own !== undefined)
    .map(({ name, label, own }) => ({
      name,
      label: text(own?.label === undefined ? label : readMessage(own.label)),
      required: isPartRequired(name, own?.required, required)
    }))
}

/**
 * Whether a part of a NAME field must be filled in: as its configuration says,
 * or else first name and surname as the field itself.
 */
export function isPartRequired(
  part: string,
  configured: unknown,
  isFieldRequired: boolean
): boolean {
  if (typeof configured === 'boolean') return configured
  return part !== 'middlename' && isFieldRequired
}
