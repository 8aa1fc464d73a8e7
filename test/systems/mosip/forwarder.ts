import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An address that is known before the server behind it, as a proxy's is. */
export type Forwarder = {
  url: string
  /** Where calls go from now on; refused until then. */
  to(url: string | undefined): void
  close(): Promise<void>
}

export async function openForwarder(): Promise<Forwarder> {
  let target: string | undefined
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      void forward().catch(() => {
        response.writeHead(502)
        response.end()
      })
    })

    async function forward(): Promise<void> {
      if (target === undefined) throw new Error('nobody is behind')
      const headers: Record<string, string> = {}
      for (const name of ['content-type', 'x-hub-signature']) {
        const value = request.headers[name]
        if (typeof value === 'string') headers[name] = value
      }
      const { method = 'GET', url = '' } = request
      const answer = await fetch(`${target}${url}`, {
        method,
        headers,
        ...(method === 'GET' ? {} : { body: Buffer.concat(chunks) })
      })
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? 'text/plain'
      })
      response.end(await answer.text())
    }
  })
  await new Promise<void>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve())
  )
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    to: (url) => {
      target = url
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}
