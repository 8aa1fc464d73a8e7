import { send, type Answer, type Call, type Target } from '../call'
import { formHeaders, formPage, PREFIX } from './form-page'
import type { PersonPrefix } from './people'

/** Who signs in, for which record. */
export type SignIn = { eventId: string; person: PersonPrefix }

/**
 * Signs a person in as a browser does, with the button and the provider's redirect.
 *
 * @param token the registrar's session token
 * @returns the call with which the form collects the result
 */
export async function signIn(
  server: Target,
  { eventId, person }: SignIn,
  token: string
): Promise<Call> {
  const begun = await browse(server, 'start', {
    person,
    event: 'birth',
    redirect_uri: formPage(eventId)
  })
  const state = queryOf(begun).get('state') ?? ''
  const cookie = cookies(begun)
  const returned = await browse(
    server,
    'callback',
    { code: person, state },
    cookie
  )
  const ticket = queryOf(returned).get(`ticket-${person}`)
  if (ticket === null) throw new Error('a sign-in left no ticket')
  return redeemCall({ eventId, person }, { ticket, cookie, token })
}

export function redeemCall(
  { eventId, person }: SignIn,
  shown: { ticket: string; cookie: string; token: string }
): Call {
  const { ticket, cookie, token } = shown
  const query = new URLSearchParams({ ticket, person }).toString()
  return {
    path: `${PREFIX}/authentication/redeem?${query}`,
    headers: { ...formHeaders(eventId, token), cookie }
  }
}

function browse(
  server: Target,
  entry: 'start' | 'callback',
  query: Record<string, string>,
  cookie = ''
): Promise<Answer> {
  const search = new URLSearchParams(query).toString()
  return send(server, {
    method: 'GET',
    path: `${PREFIX}/authentication/${entry}?${search}`,
    headers: { cookie }
  })
}

function queryOf({ status, headers: { location } }: Answer): URLSearchParams {
  if (status === 302 && location !== undefined)
    return new URL(location).searchParams
  throw new Error(`a sign-in was answered ${status}, not sent on`)
}

function cookies({ headers }: Answer): string {
  const set = headers['set-cookie'] ?? []
  return set.map((each) => each.split(';', 1)[0]).join('; ')
}
