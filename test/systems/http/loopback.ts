import { createServer, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** A request as a loopback server got it. */
export type Received = {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string
  request: IncomingMessage
}

export type Loopback = {
  url: string
  received: Received[]
  close(): Promise<void>
}

type Answer = (received: Received, response: ServerResponse) => void

/** A real server on this machine, plain or with TLS. */
export async function openLoopback(
  answer: Answer,
  tls?: ServerOptions
): Promise<Loopback> {
  const received: Received[] = []
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const { headers, method = '', url = '' } = request
      const one = { method, path: url, headers, body, request }
      received.push(one)
      answer(one, response)
    })
  }
  const server: Server =
    tls === undefined ? createServer(listener) : createTlsServer(tls, listener)
  await new Promise<void>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve())
  )
  const { port } = server.address() as AddressInfo
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}

/** Ends an answer with JSON. */
export function json(
  response: ServerResponse,
  status: number,
  body: unknown
): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
