import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type ServerResponse
} from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Recorded } from '../recording'

/** A delivery as it came. */
export type Delivered = {
  path: string
  text: string
  body: Recorded
  /** Whether the signature is one of the secret over the very bytes. */
  isProven: boolean
  isSigned: boolean
  /** When it came, by the process's own clock. */
  at: number
}

/** A stand-in for whoever gets the hub's deliveries. */
export type Subscriber = {
  url: string
  received: Delivered[]
  /** Queries of the hub's checks, in order. */
  checks: URLSearchParams[]
  /** Statuses of the next answers to deliveries; after them 200. `cut` ends the connection. */
  next(...statuses: Array<number | 'cut'>): void
  /** What a check is answered, given its challenge; undefined is a 404. Default: the challenge. */
  onCheck: (challenge: string) => string | undefined
  /** Called when a delivery has come, before it is answered. */
  onDelivery: (delivered: Delivered) => void
  close(): Promise<void>
}

export async function startSubscriber(
  secret: () => string
): Promise<Subscriber> {
  const statuses: Array<number | 'cut'> = []
  const subscriber: Subscriber = {
    url: '',
    received: [],
    checks: [],
    onCheck: (challenge) => challenge,
    onDelivery: () => undefined,
    next: (...more) => void statuses.push(...more),
    close: async () => {
      server.close()
      server.closeAllConnections()
    }
  }

  function check(url: URL, response: ServerResponse): void {
    subscriber.checks.push(url.searchParams)
    const word = subscriber.onCheck(url.searchParams.get('hub.challenge') ?? '')
    response.writeHead(word === undefined ? 404 : 200).end(word)
  }

  async function take(
    request: IncomingMessage,
    path: string,
    response: ServerResponse
  ): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const bytes = Buffer.concat(chunks)
    const given = request.headers['x-hub-signature']
    const hex = createHmac('sha256', secret()).update(bytes).digest('hex')
    const text = bytes.toString('utf8')
    const delivered: Delivered = {
      path,
      text,
      body: JSON.parse(text),
      isSigned: given !== undefined,
      isProven: given === `sha256=${hex}`,
      at: performance.now()
    }
    subscriber.received.push(delivered)
    subscriber.onDelivery(delivered)
    const status = statuses.shift() ?? 200
    if (status === 'cut') request.socket.destroy()
    else response.writeHead(status).end()
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (request.method === 'GET') check(url, response)
    else void take(request, url.pathname, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP server's address is an object.
  const { port } = server.address() as AddressInfo
  subscriber.url = `http://127.0.0.1:${port}/callback`
  return subscriber
}
