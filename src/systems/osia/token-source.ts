import {
  createClientCredentials,
  type ClientCredentialsParts
} from '../../internal/client-credentials'
import { headerSecret } from '../../internal/header-secret'
import { statusError } from './failures'
import type { OsiaAuthentication, OsiaOAuth2 } from './options'

/** Where bearer tokens come from. */
export type TokenSource = {
  /** A token that is still good, or undefined where we send none. */
  token(signal: AbortSignal): Promise<string | undefined>
  /**
   * The system did not take this token.
   * @returns whether asking again may bring another
   */
  refused(token: string | undefined): boolean
}

export type TokenSourceParts = Omit<ClientCredentialsParts, 'statusError'> & {
  /** The scopes to ask for where the options name none. */
  scopes: readonly string[]
}

/** Tokens of each type of authentication. */
export function createTokenSource(
  options: OsiaAuthentication,
  parts: TokenSourceParts
): TokenSource {
  switch (options.type) {
    case 'none':
      return { token: async () => undefined, refused: () => false }
    case 'bearer':
      return {
        token: () => headerSecret(options.token, 'authentication.token'),
        // A function may read another one by now.
        refused: () => typeof options.token === 'function'
      }
    case 'oauth2':
      return clientCredentials(options, parts)
  }
}

function clientCredentials(
  options: OsiaOAuth2,
  { scopes, ...parts }: TokenSourceParts
): TokenSource {
  const asked = scopes.length === 0 ? undefined : scopes.join(' ')
  const source = createClientCredentials(
    { ...options, scope: options.scope ?? asked },
    { ...parts, statusError }
  )
  return {
    token: (signal) => source.token(signal),
    refused(token) {
      if (token !== undefined) source.forget(token)
      return true
    }
  }
}
