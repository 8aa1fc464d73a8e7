import { isIP } from 'node:net'
import { sharedCookieDomain } from '../../internal/cookie-domain'
import type { CheckedOptions } from '../checked-options'
import { type FoundIssue, issueAt } from '../schema/joi-issues'

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

/** What keeps sign-in from reaching us, or its result from reaching the form. */
export function checkSignIn(
  { authentication, opencrvs, publicUrl }: CheckedOptions,
  publicUrlIsSound: boolean
): FoundIssue[] {
  if (authentication.oidc === undefined) return []
  const { clientUrl } = opencrvs
  if (clientUrl === undefined) {
    const problem =
      'is missing: it says where sign-in may return to. Give the address at which registrars open OpenCRVS.'
    return [issueAt(['opencrvs', 'clientUrl'], problem)]
  }
  if (!publicUrlIsSound) return []
  const ours = new URL(publicUrl)
  const problem = placeProblem(ours, new URL(clientUrl))
  return problem === undefined ? [] : [issueAt(['publicUrl'], problem)]
}

function placeProblem(ours: URL, client: URL): string | undefined {
  if (ours.protocol !== client.protocol) {
    return `is ${ours.protocol}// and opencrvs.clientUrl is ${client.protocol}//; a browser would keep the sign-in cookie from one of them. Use the same for both.`
  }
  if (ours.origin === client.origin) return swallowed(ours)
  if (sharedCookieDomain(ours.hostname, client.hostname) !== undefined) {
    return undefined
  }
  const why = [ours, client].some(({ hostname }) => isIP(hostname) !== 0)
    ? 'addresses of machines share none'
    : 'as countryconfig.example.org and register.example.org do'
  return `must share a parent domain with opencrvs.clientUrl (${client.hostname}), or the form could not show the cookie that sign-in is bound to: ${why}.`
}

/**
 * OpenCRVS's service worker answers every visit of a page on its own origin with its own page, but for paths that begin
 * with `/__` (client, src-sw.ts, tags v1.9.15 and v2.0.0): neither the button nor the provider would reach us.
 */
function swallowed({ hostname, pathname }: URL): string | undefined {
  if (LOOPBACK.test(hostname) || pathname.startsWith('/__')) return undefined
  return "has the host that OpenCRVS itself is opened at. There, OpenCRVS's service worker answers every visit with its own page, so sign-in would never reach this server. Use the country configuration's own host (`https://countryconfig.example.org`), or have your proxy pass a path that begins with `/__` on to it."
}
