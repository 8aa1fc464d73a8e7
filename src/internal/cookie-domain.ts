import { isIP } from 'node:net'

/**
 * The domain with which a cookie of one host is seen by another: the parent that they share, or `''` when they are the
 * same host and no domain is needed (ports do not count for cookies, RFC 6265 section 8.5). Undefined when they share
 * none, or only a top-level domain. Whether the parent is one that anybody may register below (`co.uk`) only a browser
 * knows; it then refuses the cookie.
 */
export function sharedCookieDomain(
  one: string,
  other: string
): string | undefined {
  if (one === other) return ''
  if (isAddress(one) || isAddress(other)) return undefined
  const theirs = other.split('.').reverse()
  const ours = one.split('.').reverse()
  const differs = ours.findIndex((label, index) => label !== theirs[index])
  const shared = differs === -1 ? ours : ours.slice(0, differs)
  return shared.length < 2 ? undefined : shared.reverse().join('.')
}

function isAddress(host: string): boolean {
  return isIP(host) !== 0 || host.startsWith('[')
}
