import * as hapi from '@hapi/hapi'
import { decode } from 'jsonwebtoken'
import type { JsonValue } from '../../domain/json'
import type { Clock } from '../../internal/clock'
import { countryConfigProxy } from './country-config-proxy'
import type { ClientVersion } from './field-types'
import { readPages, type PageInput } from './form-description'
import type { FormValues } from './form-values'
import type { Translations } from './message-text'
import { createPlaygroundRecords } from './playground-records'
import {
  playgroundRoutes,
  type Declared,
  type PlaygroundParts,
  type QrSample
} from './playground-routes'

export type PlaygroundOptions = {
  /** The pages of the declaration form. */
  pages: readonly PageInput[]
  /** Heading of the form. Default: `Declaration`. */
  title?: string
  /** Session token of the registrar who uses the page; a function is asked before each call. */
  registrarToken: string | (() => string | Promise<string>)
  /** Where the country configuration is; may be said later with `connectTo`. */
  countryConfigUrl?: string
  /** Below this path the country configuration answers. Default `/api/countryconfig`, as in OpenCRVS. */
  countryConfigPath?: string
  /** Codes to choose from when scanning. */
  qrCodes?: readonly QrSample[]
  /** People who can sign in at the provider, to be shown as a reminder. */
  people?: PlaygroundParts['setup']['people']
  /** What happens to a declaration; what it gives is shown on the page. Default: nothing. */
  declare?: (declared: Declared) => Promise<JsonValue>
  /** The client to behave like. Default `2`. */
  version?: ClientVersion
  /** Texts by message id; without one a message's default is shown. */
  translations?: Translations
  /** Pause before a failed call is sent again. Default 1000 ms, as in OpenCRVS. */
  retryDelayMs?: number
  /** Default 0: any free port of 127.0.0.1. */
  port?: number
  clock?: Clock
}

/** A development page that behaves like OpenCRVS's declaration form. */
export type Playground = {
  /** Listens and gives the URL, without a slash at the end. */
  start(): Promise<string>
  stop(): Promise<void>
  /** @throws Error before `start` */
  readonly url: string
  /**
   * Where calls of the form reach the country configuration, whose `clientUrl` is `url`. No `publicUrl`: what a browser
   * must visit there is answered by OpenCRVS's service worker, as it is here.
   *
   * @throws Error before `start`
   */
  readonly proxiedUrl: string
  /** Says where the country configuration is. */
  connectTo(countryConfigUrl: string): void
  /** Declarations that were sent, oldest first. */
  readonly declared: readonly Declared[]
}

/** Names under which this machine alone is reached: another name could be someone else's page (DNS rebinding). */
const LOCAL_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/

/**
 * Makes the playground. Call `start` before use; then give its `url` to the
 * country configuration as `clientUrl`, and the country configuration's own URL
 * to `connectTo`.
 *
 * @throws Error when the pages are none, or a field has no id or type
 *
 * @example
 * const playground = createPlayground({
 *   pages: [{ id: 'mother', title: 'Mother’s details', fields }],
 *   registrarToken: () => core.userToken()
 * })
 * const url = await playground.start()
 * playground.connectTo('http://127.0.0.1:3040')
 */
export function createPlayground(options: PlaygroundOptions): Playground {
  const path = options.countryConfigPath ?? '/api/countryconfig'
  const declared: Declared[] = []
  let countryConfigUrl = options.countryConfigUrl
  let server: hapi.Server | undefined
  const url = (): string => {
    if (server?.info.started) return `http://127.0.0.1:${server.info.port}`
    throw new Error('The playground was not started.')
  }
  const parts = partsOf(options, declared)
  return {
    async start() {
      server = createServer(options.port ?? 0)
      server.route([
        ...playgroundRoutes(parts),
        countryConfigProxy(path, () => countryConfigUrl)
      ])
      await server.start()
      return url()
    },
    async stop() {
      await server?.stop({ timeout: 0 })
      server = undefined
    },
    get url() {
      return url()
    },
    get proxiedUrl() {
      return `${url()}${path}`
    },
    connectTo: (target) => void (countryConfigUrl = target),
    declared
  }
}

function createServer(port: number): hapi.Server {
  const server = hapi.server({
    host: '127.0.0.1',
    port,
    debug: false,
    // What comes from behind the proxy stays as it is.
    compression: false
  })
  server.ext('onRequest', (request, h) =>
    LOCAL_HOST.test(request.info.host)
      ? h.continue
      : h.response('This page is for this machine alone.').code(403).takeover()
  )
  return server
}

function partsOf(
  options: PlaygroundOptions,
  declared: Declared[]
): PlaygroundParts {
  const pages = readPages(options.pages)
  const { registrarToken } = options
  const token = async () =>
    typeof registrarToken === 'string' ? registrarToken : registrarToken()
  return {
    records: createPlaygroundRecords(),
    token,
    session: async (href) => ({
      pages: options.pages,
      href,
      user: payloadOf(await token()),
      ...given(options)
    }),
    setup: {
      title: options.title ?? 'Declaration',
      version: options.version === '1.9' ? '1.9' : '2.x',
      firstPageId: pages[0]?.id ?? '',
      qrCodes: options.qrCodes ?? [],
      people: options.people ?? []
    },
    async declare(declaration) {
      declared.push(declaration)
      return (await options.declare?.(declaration)) ?? null
    }
  }
}

function given({
  version,
  translations,
  retryDelayMs,
  clock
}: PlaygroundOptions): Pick<
  PlaygroundOptions,
  'version' | 'translations' | 'retryDelayMs' | 'clock'
> {
  return {
    ...(version === undefined ? {} : { version }),
    ...(translations === undefined ? {} : { translations }),
    ...(retryDelayMs === undefined ? {} : { retryDelayMs }),
    ...(clock === undefined ? {} : { clock })
  }
}

/** What conditions know of the user. The country configuration checks the token; the page, like the client, only reads it. */
function payloadOf(token: string): FormValues {
  const payload = decode(token)
  return typeof payload === 'object' && payload !== null ? { ...payload } : {}
}
