import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server on 127.0.0.1 that can go and come back, and whose application can be exchanged meanwhile. */
export type ExchangeableServer = {
  /** Gives the URL, without a slash at the end. Calling it again comes back on the same port. */
  listen(): Promise<string>
  /** Cuts what is open. From now on connections are refused. */
  close(): Promise<void>
  /** Who answers from now on. */
  answerWith(application: RequestListener): void
  /** @throws Error when it was never started */
  readonly url: string
  /** Aborts when the server is closed. */
  readonly closed: AbortSignal
}

/** @param wanted the port; 0: any free one */
export function createExchangeableServer(wanted: number): ExchangeableServer {
  let port = wanted
  let running: { server: Server; closing: AbortController } | undefined
  let application: RequestListener = (_request, response) =>
    response.writeHead(503).end()
  return {
    answerWith: (next) => {
      application = next
    },
    get closed() {
      return running?.closing.signal ?? AbortSignal.abort()
    },
    get url() {
      if (port === 0) throw new Error('The simulator was not started.')
      return `http://127.0.0.1:${port}`
    },
    async listen() {
      if (running === undefined) {
        const server = createServer((request, response) => {
          application(request, response)
        })
        await new Promise<void>((resolve, reject) => {
          server.once('error', reject)
          server.listen(port, '127.0.0.1', resolve)
        })
        // The address of a server that listens on a port is not a pipe's name.
        port = (server.address() as AddressInfo).port
        running = { server, closing: new AbortController() }
      }
      return `http://127.0.0.1:${port}`
    },
    async close() {
      const ending = running
      running = undefined
      if (ending === undefined) return
      ending.closing.abort()
      await new Promise((resolve) => {
        ending.server.close(resolve)
        ending.server.closeAllConnections()
      })
    }
  }
}
