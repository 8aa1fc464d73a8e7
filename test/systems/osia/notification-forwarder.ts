import { createServer, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An address that is known before the server behind it, as a proxy's is; passes everything on. */
export type NotificationForwarder = {
  url: string
  /** Where calls go from now on; answered 502 until then. */
  to(url: string): void
  close(): Promise<void>
}

export async function openNotificationForwarder(): Promise<NotificationForwarder> {
  let target = 'http://127.0.0.1:1'
  const server = createServer((incoming, response) => {
    const { headers, method, url = '' } = incoming
    const outgoing = send(`${target}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    outgoing.once('error', () => response.writeHead(502).end())
    incoming.pipe(outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // Listening on a port, so the address is no text.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    to: (url) => void (target = url),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}
