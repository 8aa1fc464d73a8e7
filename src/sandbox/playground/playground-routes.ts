import * as Boom from '@hapi/boom'
import type {
  Request,
  ResponseObject,
  ResponseToolkit,
  ServerRoute
} from '@hapi/hapi'
import type { JsonValue } from '../../domain/json'
import { newId } from '../../internal/ids'
import { PLAYGROUND_SCRIPT } from './browser/script'
import { PLAYGROUND_SERVICE_WORKER } from './browser/service-worker'
import { PLAYGROUND_STYLES } from './browser/styles'
import { applyAction, readBrowserReport } from './browser-action'
import type { FormEngine } from './form-engine'
import type { FormSessionOptions } from './form-session'
import type { FormValues } from './form-values'
import { placeOf } from './page-address'
import { PLAYGROUND_PAGE } from './playground-page'
import type { PlaygroundRecords } from './playground-records'

/** A code that the page offers for scanning. */
export type QrSample = {
  /** Whose it is. */
  label: string
  /** What is worth trying with it. */
  remark?: string
  /** What a camera would read: JSON, or anything else to see it refused. */
  content: string
}

/** A declaration as the page would send it to core. */
export type Declared = { eventId: string; declaration: FormValues }

/** What the routes need. */
export type PlaygroundParts = {
  records: PlaygroundRecords
  /** What a load of the page is made from. */
  session(href: string): Promise<FormSessionOptions>
  token(): Promise<string>
  /** What the page says of itself. */
  setup: {
    title: string
    version: string
    firstPageId: string
    qrCodes: readonly QrSample[]
    people: ReadonlyArray<{ name: string; remark?: string }>
  }
  declare(declared: Declared): Promise<JsonValue>
}

const API = '/playground'

/** Every route but the country configuration's. */
export function playgroundRoutes(parts: PlaygroundParts): ServerRoute[] {
  return [...pageRoutes(parts), ...assetRoutes(), ...apiRoutes(parts)]
}

/** The same page at every address of a form; its script looks at the address. */
function pageRoutes({ setup }: PlaygroundParts): ServerRoute[] {
  const form = '/events/declare/{eventId}'
  const paths = ['/', form, `${form}/pages/{pageId}`, `${form}/review`]
  const pages = paths.map((path): ServerRoute => ({
    method: 'GET',
    path,
    // A sign-in may leave cookies of any shape.
    options: { state: { parse: false, failAction: 'ignore' } },
    handler: (_request, h) =>
      h
        .response(PLAYGROUND_PAGE)
        .type('text/html')
        .header('cache-control', 'no-store')
        // No Referrer-Policy, as in OpenCRVS: calls of the same origin carry the address of the page.
        .header(
          'content-security-policy',
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
        )
  }))
  const begin: ServerRoute = {
    method: 'GET',
    path: '/new',
    handler: (request, h) => {
      // Begun offline, a record has an id of its own until it is sent (forms FACTS 6).
      const prefix = 'offline' in request.query ? 'tmp-' : ''
      const page = encodeURIComponent(setup.firstPageId)
      return h.redirect(`/events/declare/${prefix}${newId()}/pages/${page}`)
    }
  }
  return [...pages, begin]
}

function assetRoutes(): ServerRoute[] {
  const assets = [
    [`${API}/playground.js`, 'text/javascript', PLAYGROUND_SCRIPT],
    [`${API}/playground.css`, 'text/css', PLAYGROUND_STYLES],
    // At the root, since it minds the whole origin.
    ['/service-worker.js', 'text/javascript', PLAYGROUND_SERVICE_WORKER]
  ] as const
  return assets.map(([path, type, content]) => ({
    method: 'GET',
    path,
    handler: (_request, h) =>
      h.response(content).type(type).header('cache-control', 'no-cache')
  }))
}

function apiRoutes(parts: PlaygroundParts): ServerRoute[] {
  const { records, setup } = parts
  return [
    api('GET', '/setup', async () => setup),
    // The page keeps it in no document, storage or address.
    api('GET', '/token', async () => ({ token: await parts.token() })),
    api('POST', '/records/{eventId}/open', async (request) => {
      const href = hrefOf(request)
      const eventId = eventIdOf(request)
      const options = await parts.session(href)
      const { load, engine } = records.open(eventId, options)
      return { load, ...shown(engine) }
    }),
    api('POST', '/records/{eventId}/act', async (request, h) => {
      const { load, actions } = reportOf(request)
      const engine = records.engineOf(eventIdOf(request), load)
      if (engine === undefined) return h.response({ isStale: true }).code(409)
      for (const action of actions) applyAction(engine, action)
      records.save(eventIdOf(request))
      return shown(engine)
    }),
    api('POST', '/records/{eventId}/declare', async (request, h) => {
      const { load } = reportOf(request)
      const eventId = eventIdOf(request)
      const engine = records.engineOf(eventId, load)
      if (engine === undefined) return h.response({ isStale: true }).code(409)
      if (!engine.view().canDeclare) return h.response({}).code(422)
      const declaration = engine.declaration()
      const answer = await parts.declare({ eventId, declaration })
      return { declaration, answer }
    }),
    api('POST', '/records/{eventId}/forget', async (request) => {
      records.forget(eventIdOf(request))
      return {}
    })
  ]
}

/** A route for the page's own script and nobody else. */
function api(
  method: 'GET' | 'POST',
  path: string,
  answer: (
    request: Request,
    h: ResponseToolkit
  ) => Promise<object | ResponseObject>
): ServerRoute {
  return {
    method,
    path: `${API}${path}`,
    options: {
      state: { parse: false, failAction: 'ignore' },
      cache: false,
      // Another site's page can send no JSON without asking first, and is not allowed to.
      ...(method === 'POST'
        ? { payload: { allow: 'application/json', maxBytes: 10 * 1024 * 1024 } }
        : {})
    },
    handler: (request, h) => {
      const site = request.headers['sec-fetch-site']
      if (site !== undefined && site !== 'same-origin') throw Boom.forbidden()
      return answer(request, h)
    }
  }
}

function shown(engine: FormEngine): object {
  // Before the view: what cannot be sent may be the end of the page.
  const requests = engine.pending()
  return { view: engine.view(), requests }
}

function eventIdOf(request: Request): string {
  return String(request.params.eventId)
}

/** The page's address as the browser has it: of this server, and of this record. */
function hrefOf(request: Request): string {
  const payload: unknown = request.payload
  const href =
    typeof payload === 'object' && payload !== null && 'href' in payload
      ? String(payload.href)
      : ''
  const isOurs =
    URL.canParse(href) &&
    new URL(href).host === request.info.host &&
    placeOf(new URL(href))?.eventId === eventIdOf(request)
  if (!isOurs) throw Boom.badRequest('href is not an address of this record.')
  return href
}

function reportOf(request: Request): ReturnType<typeof readBrowserReport> {
  try {
    return readBrowserReport(request.payload)
  } catch (error) {
    throw Boom.badRequest(error instanceof Error ? error.message : '')
  }
}
