import { NationalIdError } from '../../../domain/errors'
import type { SystemFinding } from '../../system'
import type { CallName } from '../../../internal/system-call'
import type { ApiParts } from './submit'

/**
 * Looks whether mosip-api is there and takes our tokens: it refuses its list of
 * transactions to a token without scopes (403), and any call to a token that it
 * cannot check (401). Never throws.
 */
export async function inspectApi(
  { connection, options, tokens }: ApiParts,
  signal: AbortSignal
): Promise<SystemFinding[]> {
  const check = 'mosip-api'
  const call: CallName = {
    system: options.name,
    what: 'the check',
    changes: false
  }
  try {
    const { status } = await connection.request(call, {
      method: 'GET',
      url: `${options.baseUrl}/debug/transactions`,
      timeoutMs: options.timeoutMs,
      signal,
      headers: { authorization: `Bearer ${await tokens.forCall()}` }
    })
    if (status === 403) {
      const found = 'It was reached and takes our tokens.'
      return [{ check, state: 'ok', found }]
    }
    return [
      {
        check,
        state: 'failed',
        found: `It answered ${status}.`,
        remedy:
          status === 401
            ? 'Set its OPENCRVS_PUBLIC_KEY_URL to this server’s /mosip-api/public-key, and start it again.'
            : 'Check baseUrl: something else than mosip-api seems to be there.'
      }
    ]
  } catch (error) {
    const found =
      error instanceof NationalIdError
        ? error.message
        : 'It could not be asked.'
    const remedy =
      'Check baseUrl, signingKeys, and that this server reaches it.'
    return [{ check, state: 'failed', found, remedy }]
  }
}
