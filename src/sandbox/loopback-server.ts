import * as hapi from '@hapi/hapi'
import type { Clock } from '../internal/clock'
import { sleep } from '../internal/clock'
import type { Exchange, ExchangeLog } from './exchange-log'
import type { Fault, Faults } from './faults'
import { parseForLog } from './json-object'

/** A call as it reached a simulator. */
export type ServedRequest = {
  method: string
  path: string
  params: Readonly<Record<string, string>>
  query: URLSearchParams
  headers: Readonly<Record<string, string | undefined>>
  body: string
}

export type ServedAnswer = {
  status: number
  headers?: Record<string, string>
  body?: string
}

/** One path of a simulator. */
export type ServedRoute = {
  /** What faults and the log call it; a function where the path decides. */
  kind: string | ((request: ServedRequest) => string)
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | '*'
  /** As hapi writes paths. */
  path: string
  /** The body or the answer holds secrets: keep them out of the log. */
  isSecret?: boolean
  serve(request: ServedRequest): Promise<ServedAnswer>
}

export type LoopbackServerOptions = {
  routes: readonly ServedRoute[]
  log: ExchangeLog
  faults: Faults
  clock: Clock
  /** Default 0: any free port. */
  port?: number
}

/** A server on 127.0.0.1 that can go wrong, disappear and come back. */
export type LoopbackServer = {
  /** Gives the URL, without a slash at the end. Calling it again comes back on the same port. */
  start(): Promise<string>
  /** Cuts what is open. From now on connections are refused. */
  stop(): Promise<void>
  /** @throws Error when it was never started */
  readonly url: string
}

/** More than any event document of a test: FACTS A7 knows no upper limit. */
const MAX_BODY_BYTES = 20 * 1024 * 1024

/** A hapi server on the loopback interface for a simulator's routes. */
export function createLoopbackServer(
  options: LoopbackServerOptions
): LoopbackServer {
  let running: { server: hapi.Server; stopped: AbortController } | undefined
  let port = options.port ?? 0
  return {
    async start() {
      if (running === undefined) {
        const stopped = new AbortController()
        const server = hapi.server({ host: '127.0.0.1', port, debug: false })
        server.route(
          options.routes.map((route) =>
            hapiRoute(route, options, stopped.signal)
          )
        )
        await server.start()
        port = Number(server.info.port)
        running = { server, stopped }
      }
      return `http://127.0.0.1:${port}`
    },
    async stop() {
      const ending = running
      running = undefined
      ending?.stopped.abort()
      await ending?.server.stop({ timeout: 0 })
    },
    get url() {
      if (port === 0) throw new Error('The simulator was not started.')
      return `http://127.0.0.1:${port}`
    }
  }
}

function hapiRoute(
  route: ServedRoute,
  options: LoopbackServerOptions,
  stopped: AbortSignal
): hapi.ServerRoute {
  const reads = route.method !== 'GET'
  return {
    method: route.method,
    path: route.path,
    ...(reads
      ? {
          options: {
            payload: { parse: false, output: 'data', maxBytes: MAX_BODY_BYTES }
          }
        }
      : {}),
    handler: async (request, h) => {
      const served = readRequest(request)
      const answer = await answerAndLog(route, served, options, stopped)
      if (answer === 'cut') {
        request.raw.req.socket.destroy()
        return h.abandon
      }
      const response = h.response(answer.body ?? '').code(answer.status)
      for (const [name, value] of Object.entries(answer.headers ?? {})) {
        response.header(name, value)
      }
      return response
    }
  }
}

function readRequest(request: hapi.Request): ServedRequest {
  const headers = Object.entries(request.headers).map(
    ([name, value]): [string, string | undefined] => [
      name,
      [value].flat().join(', ')
    ]
  )
  const params = Object.entries(request.params).map(
    ([name, value]): [string, string] => [name, String(value)]
  )
  const payload: unknown = request.payload
  return {
    method: request.method.toUpperCase(),
    path: request.path,
    params: Object.fromEntries(params),
    query: request.url.searchParams,
    headers: Object.fromEntries(headers),
    body: Buffer.isBuffer(payload) ? payload.toString('utf8') : ''
  }
}

async function answerAndLog(
  route: ServedRoute,
  request: ServedRequest,
  options: LoopbackServerOptions,
  stopped: AbortSignal
): Promise<ServedAnswer | 'cut'> {
  const { clock, faults, log } = options
  const kind = typeof route.kind === 'string' ? route.kind : route.kind(request)
  const at = clock.now()
  const fault = faults.take(kind)
  const answer = await answerWithFault(route, request, fault, stopped)
  const exchange: Exchange = {
    direction: 'received',
    at,
    endedAt: clock.now(),
    kind,
    method: request.method,
    path: request.path,
    status: endOf(answer, fault)
  }
  log.add(
    route.isSecret === true ? exchange : withBodies(exchange, request, answer)
  )
  return answer
}

async function answerWithFault(
  route: ServedRoute,
  request: ServedRequest,
  fault: Fault | undefined,
  stopped: AbortSignal
): Promise<ServedAnswer | 'cut'> {
  switch (fault?.kind) {
    case undefined:
      return route.serve(request)
    case 'delay':
      await sleep(fault.ms, stopped)
      return stopped.aborted ? 'cut' : route.serve(request)
    case 'status':
      return faultyStatus(fault.status, fault.retryAfterSeconds)
    case 'hang':
      await new Promise((resolve) => {
        if (stopped.aborted) resolve(undefined)
        else stopped.addEventListener('abort', resolve, { once: true })
      })
      return 'cut'
    case 'cut':
      return 'cut'
    case 'cutAfter':
      await route.serve(request)
      return 'cut'
    case 'statusAfter':
      await route.serve(request)
      return faultyStatus(fault.status, undefined)
  }
}

function faultyStatus(
  status: number,
  retryAfterSeconds: number | undefined
): ServedAnswer {
  return {
    status,
    headers: {
      'content-type': 'text/plain',
      ...(retryAfterSeconds === undefined
        ? {}
        : { 'retry-after': String(retryAfterSeconds) })
    },
    body: 'out of order'
  }
}

function endOf(
  answer: ServedAnswer | 'cut',
  fault: Fault | undefined
): Exchange['status'] {
  if (answer !== 'cut') return answer.status
  return fault?.kind === 'hang' ? 'hung' : 'cut'
}

function withBodies(
  exchange: Exchange,
  request: ServedRequest,
  answer: ServedAnswer | 'cut'
): Exchange {
  return {
    ...exchange,
    ...(request.body === '' ? {} : { body: parseForLog(request.body) }),
    ...(answer === 'cut' || answer.body === undefined
      ? {}
      : { answer: parseForLog(answer.body) })
  }
}
