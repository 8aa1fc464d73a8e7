import type { SystemError } from '../../../domain/errors'
import type { HttpResponse } from '../../../internal/http'
import { failure, type CallName } from '../../../internal/system-call'
import { statusError } from '../failures'

/**
 * What a status of mosip-api's means that is no answer. It says 500 to whatever
 * goes wrong, a body of the wrong shape included, so that nothing can be told
 * from it but that the work may be half done.
 */
export function apiStatusError(
  call: CallName,
  response: HttpResponse,
  now: number
): SystemError {
  const { status } = response
  if (status === 401) {
    return failure(
      call,
      'was answered 401: mosip-api does not know our key. Set its OPENCRVS_PUBLIC_KEY_URL to this server’s /mosip-api/public-key (docs/migrating-from-opencrvs-mosip.md).',
      { code: 'ERR_SYSTEM_UNAUTHORIZED', status, retryable: true }
    )
  }
  if (status === 404) {
    return failure(
      call,
      'was answered 404: this mosip-api has no such call, or baseUrl is wrong. Sending it again cannot help.',
      { code: 'ERR_SYSTEM_CALL', status }
    )
  }
  // A proxy in front of it may say 503 after passing the call on.
  if (status === 503 && call.changes) {
    return failure(call, 'was answered 503.', {
      code: 'ERR_SYSTEM_FAILED',
      status,
      retryable: true,
      outcomeUnknown: true
    })
  }
  return statusError(call, response, now)
}
