import { NationalIdError } from '../domain/errors'

/** What the form's builders were given cannot make a form that works. Thrown when the configuration is loaded. */
export function formFieldsError(message: string): NationalIdError {
  return new NationalIdError(message, { code: 'ERR_FORM_FIELDS' })
}
