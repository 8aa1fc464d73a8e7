/** A server under measurement, in a process of its own. Started by bench/index.ts. */
import * as path from 'node:path'
import * as Hapi from '@hapi/hapi'
import * as jwt from 'jsonwebtoken'
import { createNationalId, sqlite, when } from 'opencrvs-national-id'
import type { NationalIdSystem } from 'opencrvs-national-id'

type Order = { kind: 'bareHapi' | 'trigger'; publicKey: string; folder: string }

/** Takes work and never answers, so that only the way from trigger to 202 is measured. */
const silentSystem: NationalIdSystem = {
  name: 'silent',
  capabilities: {
    operations: ['createIdentity'],
    idempotent: true,
    callback: false,
    status: false,
    verify: false
  },
  submit: (_request, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(new Error('stopped'))
      })
    })
}

function quiet(): void {
  // A logger that says nothing.
}

async function createServer(order: Order): Promise<Hapi.Server> {
  const server = Hapi.server({
    host: '127.0.0.1',
    port: 0,
    routes: { payload: { maxBytes: 20 * 1024 * 1024 } }
  })
  if (order.kind === 'bareHapi') server.route(bareRoute(order.publicKey))
  else await addTrigger(server, order)
  return server
}

/** What any country configuration does at the least: parse the body and check the token. */
function bareRoute(publicKey: string): Hapi.ServerRoute {
  return {
    method: 'POST',
    path: '/trigger/events/{event}/actions/{action}',
    handler: (request, h) => {
      const token = String(request.headers.authorization).slice(
        'Bearer '.length
      )
      jwt.verify(token, publicKey, {
        algorithms: ['RS256'],
        issuer: 'opencrvs:auth-service',
        audience: 'opencrvs:countryconfig-user'
      })
      return h.response({}).code(202)
    }
  }
}

async function addTrigger(server: Hapi.Server, order: Order): Promise<void> {
  const nationalId = createNationalId({
    publicUrl: 'http://127.0.0.1',
    opencrvs: {
      gatewayUrl: 'http://127.0.0.1:9',
      authUrl: 'http://127.0.0.1:9',
      publicKey: order.publicKey
    },
    secrets: { encryption: 'a key for measurements only, 0123456789' },
    store: sqlite({ path: path.join(order.folder, 'bench.db') }),
    system: silentSystem,
    events: {
      birth: {
        subject: 'child',
        rules: {
          REGISTER: [
            {
              name: 'newborn',
              when: when.ageBelow('child.dob', { years: 10 }),
              then: when.createIdentity()
            }
          ]
        }
      }
    },
    registrationNumber: () => 'unused',
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet }
  })
  await server.register(nationalId.plugin)
  server.route({
    method: 'POST',
    path: '/trigger/events/{event}/actions/{action}',
    handler: nationalId.handlers.action()
  })
}

process.once('message', (order: Order) => {
  void createServer(order).then(async (server) => {
    await server.start()
    process.on('message', (question) => {
      if (question === 'usage') {
        const { user, system } = process.cpuUsage()
        process.send?.({
          cpuMs: (user + system) / 1000,
          rssMb: process.memoryUsage.rss() / 1024 / 1024
        })
        return
      }
      void server.stop({ timeout: 1_000 }).then(() => process.exit(0))
    })
    process.send?.({ url: server.info.uri })
  })
})
