import { NationalIdError } from '../domain/errors'
import { resolveSecret, type Secret } from './secret'

/**
 * A secret that goes into a header (or a token request, whose alphabet is the
 * same: RFC 6749, appendix A.2).
 *
 * @throws NationalIdError `ERR_SECRET` when it cannot be read, or holds a
 * character that a header cannot (often the line end of a mounted file). The
 * HTTP client would put the secret itself into its error.
 */
export async function headerSecret(
  secret: Secret,
  name: string
): Promise<string> {
  const text = await resolveSecret(secret, name)
  if (isHeaderText(text)) return text
  throw new NationalIdError(
    `The secret ${name} holds characters that a header cannot, perhaps a line end.`,
    { code: 'ERR_SECRET' }
  )
}

/** Whether a text can be a header's value: printable ASCII. */
export function isHeaderText(text: string): boolean {
  return /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text)
}
