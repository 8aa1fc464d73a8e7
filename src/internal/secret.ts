import { NationalIdError } from '../domain/errors'

/** A secret as text, or a function that fetches it each time it is needed (from a vault, a mounted file, ...). */
export type Secret = string | (() => string | Promise<string>)

/**
 * The secret's text.
 *
 * @throws NationalIdError `ERR_SECRET` when the function fails or gives an empty text; the text itself is never told.
 */
export async function resolveSecret(
  secret: Secret,
  name: string
): Promise<string> {
  if (typeof secret === 'string') return secret
  let value: string
  try {
    value = await secret()
  } catch (cause) {
    throw new NationalIdError(
      `The secret ${name} could not be read: its function failed.`,
      {
        code: 'ERR_SECRET',
        retryable: true,
        cause
      }
    )
  }
  if (typeof value !== 'string' || value === '') {
    throw new NationalIdError(
      `The secret ${name} is empty: its function gave no text.`,
      { code: 'ERR_SECRET' }
    )
  }
  return value
}
