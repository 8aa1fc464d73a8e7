import * as http from 'node:http'
import * as https from 'node:https'
import { pipeline } from 'node:stream'
import type { Request, ResponseToolkit, ServerRoute } from '@hapi/hapi'

/** Headers that belong to one connection and are not handed on (RFC 9110 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade'
])

/**
 * Hands everything below a path on to the country configuration, without the
 * path itself: what OpenCRVS's nginx does for `/api/countryconfig/`
 * (packages/client/nginx.conf, v2.0.0). Method, headers, cookies and bodies go
 * through unchanged both ways, and redirects are the browser's to follow. One
 * hop that is not reached is answered with 502, as nginx does.
 */
export function countryConfigProxy(
  path: string,
  targetUrl: () => string | undefined
): ServerRoute {
  return {
    method: '*',
    path: `${path}/{any*}`,
    options: {
      payload: { parse: false, output: 'stream' },
      // Cookies are looked at by the country configuration, not here.
      state: { parse: false, failAction: 'ignore' }
    },
    handler: (request, h) => {
      const target = targetUrl()
      if (target === undefined) {
        return h
          .response({ message: 'No country configuration is connected.' })
          .code(502)
      }
      return forward(request, h, path, target)
    }
  }
}

function forward(
  request: Request,
  h: ResponseToolkit,
  path: string,
  target: string
): symbol {
  const { req, res } = request.raw
  // The raw address: its encoding must arrive as it was sent.
  const rest = (req.url ?? '').slice(path.length)
  const url = new URL(target.replace(/\/+$/, '') + rest)
  const client = url.protocol === 'https:' ? https : http
  const outgoing = client.request(url, {
    method: req.method ?? 'GET',
    headers: handedOn(req)
  })
  outgoing.on('response', (answer) => {
    res.writeHead(answer.statusCode ?? 502, withoutHops(answer.rawHeaders))
    // An end that either side cuts short is no error of this server.
    pipeline(answer, res, () => undefined)
  })
  outgoing.on('error', () => {
    if (res.headersSent) res.destroy()
    else res.writeHead(502, { 'content-type': 'application/json' }).end('{}')
  })
  res.on('close', () => outgoing.destroy())
  req.pipe(outgoing)
  return h.abandon
}

/** The browser's headers, and what nginx adds. */
function handedOn(req: http.IncomingMessage): http.OutgoingHttpHeaders {
  const own = Object.entries(req.headers).filter(
    ([name]) => !HOP_BY_HOP.has(name)
  )
  const address = req.socket.remoteAddress ?? ''
  return {
    ...Object.fromEntries(own),
    'x-real-ip': address,
    'x-forwarded-for': address,
    'x-forwarded-proto': 'http'
  }
}

/** Names and values in turn: repeated ones, such as Set-Cookie, stay repeated. */
function withoutHops(rawHeaders: readonly string[]): string[] {
  return rawHeaders.filter((_, index) => {
    const name = rawHeaders[index - (index % 2)] ?? ''
    return !HOP_BY_HOP.has(name.toLowerCase())
  })
}
