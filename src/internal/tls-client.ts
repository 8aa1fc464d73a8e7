import { createSecureContext } from 'node:tls'
import { NationalIdError } from '../domain/errors'
import { createHttpClient, type HttpClient, type TlsOptions } from './http'
import { resolveSecret, type Secret } from './secret'

const PARTS = ['cert', 'key', 'ca', 'passphrase'] as const

/** Certificate, key and trusted authorities as a country gives them. */
export type TlsSecrets = { [Part in (typeof PARTS)[number]]?: Secret }

/**
 * An HTTP client for one peer, with what the country gave for TLS. A wrong certificate shows here, before any call is
 * half way to the peer.
 *
 * @param code of the error when the parts do not fit together
 * @throws NationalIdError with `code`, or `ERR_SECRET` when a secret's function fails; both may pass
 */
export async function openTlsClient(
  tls: TlsSecrets | undefined,
  code: string
): Promise<HttpClient> {
  if (tls === undefined) return createHttpClient()
  const read: TlsOptions = {}
  for (const part of PARTS) {
    const secret = tls[part]
    if (secret === undefined) continue
    read[part] = await resolveSecret(secret, `tls.${part}`)
  }
  try {
    createSecureContext(read)
  } catch {
    throw new NationalIdError(
      'tls.cert, tls.key and tls.ca must be PEM and belong together, and tls.passphrase must open tls.key. No call was made.',
      { code, retryable: true }
    )
  }
  return createHttpClient({ tls: read })
}
