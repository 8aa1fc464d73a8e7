/** A server under measurement, in a process of its own. Started by bench/server-process.ts. */
import { rmSync } from 'node:fs'
import * as Hapi from '@hapi/hapi'
import { bareRoutes } from './servers/bare-hapi'
import type { ServerOrder, Usage } from './servers/order'
import { createStepTimes } from './servers/step-times'

const steps = createStepTimes()

async function createServer(order: ServerOrder): Promise<Hapi.Server> {
  const server = Hapi.server({
    host: '127.0.0.1',
    port: 0,
    routes: { payload: { maxBytes: 20 * 1024 * 1024 } }
  })
  if (order.kind === 'bareHapi') {
    server.route(bareRoutes(order))
    return server
  }
  // A bare server has nothing of the package, not even its code.
  const { addNationalId } = await import('./servers/national-id.js')
  await addNationalId(server, order, steps)
  return server
}

function usage(): Usage {
  const { user, system } = process.cpuUsage()
  return {
    cpuMs: (user + system) / 1000,
    rssMb: process.memoryUsage.rss() / 1024 / 1024,
    steps: steps.take()
  }
}

async function run(order: ServerOrder): Promise<void> {
  // Nobody measures any more.
  process.once('disconnect', () => {
    rmSync(order.folder, { recursive: true, force: true })
    process.exit(1)
  })
  const server = await createServer(order)
  await server.start()
  process.on('message', (question) => {
    if (question === 'usage') process.send?.(usage())
    else void server.stop({ timeout: 1_000 }).then(() => process.exit(0))
  })
  process.send?.({ url: server.info.uri })
}

process.once('message', (order: ServerOrder) => void run(order))
// Ctrl+C is for whoever measures; when that has ended, `disconnect` follows.
process.on('SIGINT', () => undefined)
