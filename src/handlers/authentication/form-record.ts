import type { Request } from '@hapi/hapi'
import { clientOrigin } from '../../authentication/sign-in/addresses'
import { recordOf } from '../../authentication/sign-in/return-address'
import type { Runtime } from '../runtime'

/**
 * The record whose form makes a call. No other channel of the 2.0.0 client carries it, and browsers send the whole
 * address of the page to its own origin (Referrer Policy 3.2, the default `strict-origin-when-cross-origin`).
 *
 * @returns an empty object for a record without a permanent id; undefined when the call does not come from a record's
 *   page of the client
 */
export function recordOfForm(
  { options }: Runtime,
  { headers }: Request
): { eventId?: string } | undefined {
  const { referer } = headers
  if (typeof referer !== 'string' || !URL.canParse(referer)) return undefined
  const { origin, pathname } = new URL(referer)
  const { publicUrl, opencrvs } = options
  return origin === clientOrigin({ publicUrl, clientUrl: opencrvs.clientUrl })
    ? recordOf(pathname)
    : undefined
}
