import type {
  Request,
  ResponseObject,
  ServerStateCookieOptions
} from '@hapi/hapi'
import type { SignInAddresses } from '../../authentication/sign-in/addresses'

/** The cookies of sign-in. All are for our own routes alone, and out of reach of the page's scripts. */
export type SignInCookies = {
  /** The sealed sign-in of this id, as the browser brought it. */
  sealedSignIn(request: Request, id: string): string | undefined
  /** The browser session that began the sign-in of this id. */
  session(request: Request, id: string): string | undefined
  /** Gives the browser a new sign-in, and takes away the oldest of too many. */
  begin(
    request: Request,
    response: ResponseObject,
    signIn: { id: string; sealed?: string; session: string }
  ): void
  /** Takes away the sealed sign-in; the session stays, to redeem the ticket with. */
  end(response: ResponseObject, id: string): void
}

/**
 * How many sign-ins a browser may have open at once. Each cookie has some thousand characters, and proxies take no
 * more than about eight thousand in a row.
 */
const MOST_OPEN = 5

const ID = /^[0-9a-f]{16}$/

/**
 * Names and limits of the cookies. Each sign-in has cookies of its own, so two tabs, or two people on one declaration,
 * do not disturb each other.
 *
 * @param lives.signInMs how long the sealed sign-in is kept
 * @param lives.sessionMs how long the session is kept
 */
export function createSignInCookies(
  { cookiePaths, isSecure, sessionDomain }: SignInAddresses,
  lives: { signInMs: number; sessionMs: number }
): SignInCookies {
  // Browsers take a cookie of such a name by TLS alone (RFC 6265bis 4.1.3.1).
  const prefix = isSecure ? '__Secure-national-id' : 'national-id'
  const openName = `${prefix}-sign-ins`

  function limits(
    path: string,
    sameSite: 'Lax' | 'Strict',
    ttl: number,
    domain: string | null = null
  ): ServerStateCookieOptions {
    return {
      path,
      ttl,
      isSecure,
      isHttpOnly: true,
      isSameSite: sameSite,
      encoding: 'none',
      strictHeader: true,
      // Null: not even where the country's server shares its cookies between hosts.
      domain
    }
  }
  // Lax: the provider sends the browser back, which is a call from another site.
  const signIn = limits(cookiePaths.callback, 'Lax', lives.signInMs)
  // Lax: whoever sends the browser there, the list must be seen, or it would not bound anything.
  const open = limits(cookiePaths.start, 'Lax', lives.sessionMs)
  // The form shows it at its own host. Names without a domain are for one host alone.
  const session = limits(
    cookiePaths.redeem,
    'Strict',
    lives.sessionMs,
    sessionDomain
  )
  const signInName = (id: string) => `${prefix}-sign-in-${id}`
  const sessionName = (id: string) => `${prefix}-session-${id}`

  return {
    sealedSignIn: (request, id) => cookieOf(request, signInName(id)),
    session: (request, id) => cookieOf(request, sessionName(id)),
    begin(request, response, { id, sealed, session: secret }) {
      const known = openIn(cookieOf(request, openName))
      const excess = known.length + 1 - MOST_OPEN
      for (const old of known.slice(0, Math.max(0, excess))) {
        response.unstate(signInName(old), signIn)
        response.unstate(sessionName(old), session)
      }
      const kept = [...known.slice(-(MOST_OPEN - 1)), id]
      response.state(openName, kept.join('.'), open)
      response.state(sessionName(id), secret, session)
      if (sealed !== undefined) response.state(signInName(id), sealed, signIn)
    },
    end: (response, id) => void response.unstate(signInName(id), signIn)
  }
}

/** A cookie that came twice is none: which one is ours cannot be known. */
function cookieOf(request: Request, name: string): string | undefined {
  const value: unknown = request.state[name]
  return typeof value === 'string' ? value : undefined
}

function openIn(list = ''): string[] {
  const ids = list.split('.').filter((id) => ID.test(id))
  return [...new Set(ids)].slice(-20)
}
