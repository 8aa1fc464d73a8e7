import * as http from 'node:http'
import type { AddressInfo } from 'node:net'
import { send, type Target } from '../call'
import type { Floor } from './generator'
import { closedLoop } from './work'

const CALLS = 2_000

/** What the load generator itself costs: calls to a server in the same process that does nothing, one at a time. */
export async function measureFloor(): Promise<Floor> {
  const server = http.createServer((request, response) => {
    request.resume()
    request.on('end', () => response.end('{}'))
  })
  await new Promise<void>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve())
  )
  // A TCP server's address is an object.
  const { port } = server.address() as AddressInfo
  const agent = new http.Agent({ keepAlive: true })
  const target: Target = { url: `http://127.0.0.1:${port}`, agent }
  const call = { path: '/', headers: {}, body: 'x'.repeat(4_000) }
  const limits = { units: CALLS, seconds: 30, concurrency: 1 }
  const once = () =>
    closedLoop([target], limits, () => async (to) => {
      const began = performance.now()
      await send(to, call)
      return performance.now() - began
    })
  try {
    await once()
    const { clientCpuMs, p50Ms, p99Ms, units } = await once()
    return { cpuMsPerCall: clientCpuMs / units, p50Ms, p99Ms }
  } finally {
    agent.destroy()
    server.close()
  }
}
