import { IDENTITY_STATUSES, type IdentityStatus } from '../../domain/identity'
import { readMessage, type FormField } from './form-description'
import type { MessageText } from './message-text'

/** A VERIFICATION_STATUS as it is drawn: a banner in the form, a pill on review. */
export type StatusView = {
  value: IdentityStatus
  pill: string
  description: string
  /** Whether it names parents: without any, the button does nothing. */
  canRevoke: boolean
}

/**
 * The look of a status.
 *
 * @throws Error for a status that the client has no look for: it takes the
 *   whole page down (forms CLIENT 2)
 */
export function viewStatus(
  field: FormField,
  value: unknown,
  text: MessageText
): StatusView {
  const known = IDENTITY_STATUSES.find((status) => status === value)
  if (known === undefined) {
    throw new Error('its value is none of the four statuses')
  }
  const { status, description } = field.configuration
  return {
    value: known,
    pill: text(readMessage(status), { value: known }),
    description: text(readMessage(description), { value: known }),
    canRevoke: field.parents.length > 0
  }
}
