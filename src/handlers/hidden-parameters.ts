import type { IncomingMessage } from 'node:http'
import type { Request, Server } from '@hapi/hapi'

/** What stands in an address in the stead of a value that was taken off. */
const PLACEHOLDER = '-'

/** The values that were taken off a request's address, by the names of the parameters. */
const hidden = new WeakMap<IncomingMessage, Record<string, string>>()

type Template = { pattern: RegExp; names: readonly string[]; masked: string }

/**
 * Takes the values of path parameters off requests to these paths (`/people/{number}`) before anything can write
 * them down: where a standard puts a person's number or a secret into a path, a country's request log would keep it.
 *
 * As in `hideQueries`, the listener's event comes before all that is registered on the server, and the extension point
 * is for `inject`.
 */
export function hideParameters(server: Server, paths: readonly string[]): void {
  const templates = paths.filter((path) => path.includes('{')).map(templateOf)
  if (templates.length === 0) return
  server.listener.prependListener('request', (raw: IncomingMessage) => {
    hide(raw, templates)
  })
  server.ext('onRequest', (request, h) => {
    const { req } = request.raw
    if (hidden.has(req)) return h.continue
    hide(req, templates)
    if (hidden.has(req)) request.setUrl(req.url ?? '/')
    return h.continue
  })
}

/** What was in the path of a request, by name. Empty where nothing was taken off. */
export function hiddenParameters(request: Request): Record<string, string> {
  return hidden.get(request.raw.req) ?? {}
}

/** Matches the beginning of an address, whatever the case of its letters, as a router may. */
function templateOf(path: string): Template {
  const names: string[] = []
  const parts = path.split('/').map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1]
    if (name === undefined) return part.replaceAll(/[^\w-]/g, '\\$&')
    names.push(name)
    return '([^/?#]+)'
  })
  return {
    pattern: new RegExp(`^${parts.join('/')}(?=[/?#]|$)`, 'i'),
    names,
    masked: path.replaceAll(/\{\w+\}/g, PLACEHOLDER)
  }
}

function hide(raw: IncomingMessage, templates: readonly Template[]): void {
  const { url = '' } = raw
  for (const { masked, names, pattern } of templates) {
    const [matched, ...values] = pattern.exec(url) ?? []
    if (matched === undefined) continue
    const named = names.map((name, at): [string, string] => [
      name,
      decoded(values[at] ?? '')
    ])
    hidden.set(raw, Object.fromEntries(named))
    raw.url = `${masked}${url.slice(matched.length)}`
    return
  }
}

/** As hapi gives it to a handler; what cannot be decoded stays as it is, and matches nothing. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
