/** Signs a person in as their browser would, without a screen: keeps cookies, follows redirects, presses buttons. */
import type { FormAnswer } from 'opencrvs-national-id'

type Page = { url: string; text: string }

function createVisitor(origins: readonly string[]) {
  const cookies = new Map<string, { value: string; path: string }>()

  function keep(headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(/; */)
      const at = pair.indexOf('=')
      const path = attributes.find((each) => /^path=/i.test(each))?.slice(5)
      cookies.set(pair.slice(0, at), {
        value: pair.slice(at + 1),
        path: path ?? '/'
      })
    }
  }

  async function call(url: string, init: RequestInit = {}): Promise<Response> {
    const { pathname } = new URL(url)
    const cookie = [...cookies]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ')
    const headers = new Headers(init.headers)
    if (cookie !== '') headers.set('cookie', cookie)
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    keep(response.headers)
    return response
  }

  async function open(url: string, init: RequestInit = {}): Promise<Page> {
    const response = await call(url, init)
    const location = response.headers.get('location')
    if (location === null) return { url, text: await response.text() }
    const next = new URL(location, url)
    const isForm = next.pathname.startsWith('/events/')
    if (!origins.includes(next.origin) || isForm) {
      return { url: next.href, text: '' }
    }
    return open(next.href)
  }

  return {
    call,
    open,
    press: (page: Page, fields: Record<string, string | string[]>) => {
      const body = new URLSearchParams()
      for (const [name, values] of Object.entries(fields)) {
        for (const value of [values].flat()) body.append(name, value)
      }
      return open(page.url, { method: 'POST', body })
    }
  }
}

/** What the form of a record gets when a person signs in from it. */
export async function signIn(visit: {
  /** Where the registrar opens OpenCRVS. */
  clientUrl: string
  /** The country configuration, as browsers reach it. */
  publicUrl: string
  providerUrl: string
  /** Session token of the registrar. */
  token: string
  eventId: string
  person: string
  individualId: string
}): Promise<FormAnswer> {
  const { clientUrl, publicUrl, providerUrl, eventId, person } = visit
  const visitor = createVisitor([
    new URL(clientUrl).origin,
    new URL(publicUrl).origin,
    new URL(providerUrl).origin
  ])
  const form = `${clientUrl}/events/declare/${eventId}/pages/${person}`
  const start = new URL(`${publicUrl}/national-id/authentication/start`)
  start.searchParams.set('person', person)
  start.searchParams.set('event', 'birth')
  start.searchParams.set('redirect_uri', form)

  const login = await visitor.open(start.href)
  await visitor.press(login, {
    step: 'one-time-code',
    individual_id: visit.individualId
  })
  const consent = await visitor.press(login, { step: 'verify', code: '111111' })
  const claims = [...consent.text.matchAll(/name="claim" value="([^"]+)"/g)]
  const back = await visitor.press(login, {
    step: 'allow',
    claim: claims.map(([, name]) => name ?? '')
  })

  // As the form calls it: through OpenCRVS's own proxy.
  const proxied = `${clientUrl}/api/countryconfig`
  const redeem = new URL(`${proxied}/national-id/authentication/redeem`)
  const ticket = new URL(back.url).searchParams.get(`ticket-${person}`)
  redeem.searchParams.set('ticket', ticket ?? '')
  redeem.searchParams.set('person', person)
  const answer = await visitor.call(redeem.href, {
    method: 'POST',
    headers: { authorization: `Bearer ${visit.token}`, referer: form }
  })
  return (await answer.json()) as FormAnswer
}
