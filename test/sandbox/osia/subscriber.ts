import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a server was sent. */
export type Received = {
  path: string
  headers: Record<string, string | string[] | undefined>
  body: unknown
}

/** A server that takes whatever it is sent. */
export async function openSubscriber() {
  const deliveries: Received[] = []
  let answer: { status: number; body: string } = { status: 200, body: '' }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const text = Buffer.concat(parts).toString('utf8')
      deliveries.push({
        path: request.url ?? '',
        headers: request.headers,
        body: text === '' ? null : (JSON.parse(text) as unknown)
      })
      response.writeHead(answer.status).end(answer.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // Listening on a port, so the address is no text.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    deliveries,
    answerWith(status: number, body?: unknown) {
      answer = { status, body: body === undefined ? '' : JSON.stringify(body) }
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}
