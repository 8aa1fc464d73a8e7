import type { IncomingMessage } from 'node:http'
import type { Request, Server } from '@hapi/hapi'

/** What was taken off a request's address. */
const hidden = new WeakMap<IncomingMessage, URLSearchParams>()

/**
 * Takes the query off requests to these paths before anything can write it down: tickets, codes and scanned credentials
 * travel there, since a form's HTTP field can send what varies in no other place (forms CLIENT 3).
 *
 * The listener's own event comes before everything that a country has registered on its hapi server, whenever it was
 * registered; `inject`, which no listener sees, is met by the extension point.
 */
export function hideQueries(server: Server, paths: readonly string[]): void {
  const isHidden = (address: string) => {
    const page = decoded(address.split('?', 1)[0] ?? '')
    return paths.some((path) => page.includes(path.toLowerCase()))
  }
  server.listener.prependListener('request', (raw: IncomingMessage) => {
    hide(raw, isHidden)
  })
  server.ext('onRequest', (request, h) => {
    const { req } = request.raw
    hide(req, isHidden)
    if (hidden.has(req) && request.url.search !== '')
      request.setUrl(req.url ?? '/')
    return h.continue
  })
}

function hide(
  raw: IncomingMessage,
  isHidden: (address: string) => boolean
): void {
  const { url = '' } = raw
  const start = url.indexOf('?')
  if (start === -1 || !isHidden(url)) return
  hidden.set(raw, new URLSearchParams(url.slice(start + 1)))
  raw.url = url.slice(0, start)
}

/** As the most generous router sees it, whatever it makes of percent signs, letters' case and slashes. */
function decoded(path: string): string {
  const plain = path.replaceAll(/%[0-9a-f]{2}/gi, (octet) =>
    String.fromCharCode(parseInt(octet.slice(1), 16))
  )
  return plain.replaceAll(/\/+/g, '/').toLowerCase()
}

/** The query of a request to one of those paths. */
export function hiddenQuery(request: Request): URLSearchParams {
  return hidden.get(request.raw.req) ?? request.url.searchParams
}

/** A parameter that was given once. Given twice, it is none: which one was meant cannot be known. */
export function single(
  parameters: URLSearchParams,
  name: string
): string | undefined {
  const values = parameters.getAll(name)
  return values.length === 1 ? values[0] : undefined
}
