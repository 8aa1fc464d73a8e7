import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A real server that breaks every connection once it has read the request. */
export async function startBrokenServer(): Promise<{
  url: string
  close(): Promise<void>
}> {
  const server: Server = createServer((request) => {
    request.resume().on('end', () => request.socket.resetAndDestroy())
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  // It listens on TCP, so this is never a pipe's name.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
      })
  }
}
