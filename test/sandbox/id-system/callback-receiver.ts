import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type ServerResponse
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import type { Recorded } from '../recording'

export type ReceivedCallback = {
  id: string
  timestamp: string
  text: string
  body: Recorded
  /** Whether the signature is one of the secret that the receiver knows. */
  isProven: boolean
}

export type CallbackReceiver = {
  url: string
  received: ReceivedCallback[]
  /** Statuses of the next answers; after them 204 to what is proven, else 401. */
  next(...statuses: number[]): void
  close(): Promise<void>
}

/** A stand-in for whoever gets the ID system's callbacks. */
export async function startCallbackReceiver(
  secret: () => string
): Promise<CallbackReceiver> {
  const statuses: number[] = []
  const receiver: CallbackReceiver = {
    url: '',
    received: [],
    next: (...more) => void statuses.push(...more),
    close: async () => {
      server.close()
      server.closeAllConnections()
    }
  }
  const server = createServer((request, response) => {
    void take(request, response)
  })

  async function take(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    const isProven = proves(secret(), text, request.headers)
    receiver.received.push({
      id: String(request.headers['webhook-id']),
      timestamp: String(request.headers['webhook-timestamp']),
      text,
      body: JSON.parse(text),
      isProven
    })
    response.writeHead(statuses.shift() ?? (isProven ? 204 : 401)).end()
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  receiver.url = `http://127.0.0.1:${port}/callback`
  return receiver
}

function proves(secret: string, text: string, headers: object): boolean {
  try {
    new Webhook(secret).verify(text, headers as Record<string, string>)
    return true
  } catch {
    return false
  }
}
