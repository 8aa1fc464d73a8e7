import { sharedCookieDomain } from '../../internal/cookie-domain'

/** Where sign-in takes place, as browsers and the provider see it. */
export type SignInAddresses = {
  /** The one redirect URI that is registered at the provider. */
  redirectUri: string
  /** Origin of the form pages: sign-in returns nowhere else. */
  clientOrigin: string
  /** Below these paths of the client's origin everything is ours; no form page is there. */
  ownPaths: readonly string[]
  /**
   * Paths that cookies are limited to. A proxy may take off their beginning before a request reaches us: browsers come
   * to `start` and `callback` at our own host, and the form calls `redeem` at the host that it comes from.
   */
  cookiePaths: { start: string; callback: string; redeem: string }
  /** Domain of the cookie that is set at our host and shown at the form's; absent where they are one. */
  sessionDomain?: string
  /** Whether browsers come by TLS, so that cookies must. */
  isSecure: boolean
}

/**
 * Reads them from the options alone: `Host` and `X-Forwarded-*` headers are the caller's words.
 *
 * @param options.publicUrl without a slash at the end
 * @param options.clientUrl where the form pages are; without it, where we are
 * @param options.countryConfigPath where the form's host passes calls on to us
 */
export function signInAddresses(options: {
  publicUrl: string
  routePrefix: string
  countryConfigPath: string
  clientUrl?: string | undefined
}): SignInAddresses {
  const base = `${options.publicUrl}${options.routePrefix}`
  const { hostname, pathname, protocol } = new URL(base)
  const own = `${pathname}/authentication`
  const seenByForm = `${options.countryConfigPath}${options.routePrefix}`
  const client = new URL(clientOrigin(options))
  const domain = sharedCookieDomain(hostname, client.hostname)
  return {
    redirectUri: `${base}/authentication/callback`,
    clientOrigin: clientOrigin(options),
    ownPaths: [pathname, options.countryConfigPath],
    cookiePaths: {
      start: `${own}/start`,
      callback: `${own}/callback`,
      redeem: `${seenByForm}/authentication/redeem`
    },
    ...(domain === undefined || domain === '' ? {} : { sessionDomain: domain }),
    isSecure: protocol === 'https:'
  }
}

/** Origin of the pages that the forms are on. */
export function clientOrigin(options: {
  publicUrl: string
  clientUrl?: string | undefined
}): string {
  return new URL(options.clientUrl ?? options.publicUrl).origin
}
