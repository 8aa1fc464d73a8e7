/** A browser without a screen: keeps cookies, follows redirects on the provider, posts forms. */
export type Browser = {
  /** Goes there and on, as long as the provider redirects to itself. */
  open(url: string): Promise<Page>
  post(page: Page, fields: Record<string, string | string[]>): Promise<Page>
}

export type Page = {
  url: string
  status: number
  headers: Headers
  text: string
}

type Cookie = { value: string; path: string }

/** @param origin the provider's; what leaves it is where a page ends */
export function createBrowser(origin: string): Browser {
  const cookies = new Map<string, Cookie>()

  function cookieHeader(url: string): string {
    const { pathname } = new URL(url)
    return [...cookies]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([key, { value }]) => `${key.split(' ')[0]}=${value}`)
      .join('; ')
  }

  function keep(headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(/; */)
      const name = pair.slice(0, pair.indexOf('='))
      const value = pair.slice(pair.indexOf('=') + 1)
      const path =
        attributes
          .find((attribute) => /^path=/i.test(attribute))
          ?.slice('path='.length) ?? '/'
      if (value === '') cookies.delete(`${name} ${path}`)
      else cookies.set(`${name} ${path}`, { value, path })
    }
  }

  async function go(
    url: string,
    init: { method?: string; body?: URLSearchParams }
  ): Promise<Page> {
    const response = await fetch(url, {
      ...init,
      headers: { cookie: cookieHeader(url) },
      redirect: 'manual'
    })
    keep(response.headers)
    const location = response.headers.get('location')
    if (location === null) {
      const { status, headers } = response
      return { url, status, headers, text: await response.text() }
    }
    const next = new URL(location, url)
    if (next.origin === origin) return go(next.href, {})
    const { status, headers } = response
    return { url: next.href, status, headers, text: '' }
  }

  return {
    open: (url) => go(url, {}),
    post: (page, fields) => {
      const body = new URLSearchParams()
      for (const [name, values] of Object.entries(fields)) {
        for (const value of [values].flat()) body.append(name, value)
      }
      return go(page.url, { method: 'POST', body })
    }
  }
}
