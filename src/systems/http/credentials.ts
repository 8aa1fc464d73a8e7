import {
  createClientCredentials,
  type ClientCredentialsParts
} from '../../internal/client-credentials'
import { headerSecret } from '../../internal/header-secret'
import { statusError } from './failures'
import type { HttpAuthentication } from './options'

/** The headers that prove who we are. */
export type Credentials = {
  headers(signal: AbortSignal): Promise<Record<string, string>>
  /**
   * The system did not take these headers.
   * @returns whether asking again may bring others
   */
  refused(headers: Record<string, string>): boolean
}

/** Credentials of each type of authentication. */
export function createCredentials(
  options: HttpAuthentication,
  parts: Omit<ClientCredentialsParts, 'statusError'>
): Credentials {
  switch (options.type) {
    case 'none':
      return fixed(async () => ({}))
    case 'apiKey':
      return fixed(async () => ({
        [options.header]: await headerSecret(
          options.value,
          'authentication.value'
        )
      }))
    case 'bearer':
      return fixed(async () => ({
        authorization: bearer(
          await headerSecret(options.token, 'authentication.token')
        )
      }))
    case 'oauth2': {
      const source = createClientCredentials(options, { ...parts, statusError })
      return {
        headers: async (signal) => ({
          authorization: bearer(await source.token(signal))
        }),
        refused(headers) {
          source.forget((headers.authorization ?? '').slice(bearer('').length))
          return true
        }
      }
    }
  }
}

function bearer(token: string): string {
  return `Bearer ${token}`
}

/** Nothing of ours makes these newer: they are read for every call. */
function fixed(headers: Credentials['headers']): Credentials {
  return { headers, refused: () => false }
}
