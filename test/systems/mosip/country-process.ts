import * as Hapi from '@hapi/hapi'
import {
  createNationalId,
  mosip,
  sqlite,
  type MosipOptions
} from '../../../src'

/** What a country's server in a process of its own is told. */
export type ProcessOrder = {
  coreUrl: string
  database: string
  system: MosipOptions
}

function quiet(): void {
  // The parent looks at core and at MOSIP.
}

async function start({ coreUrl, database, system }: ProcessOrder) {
  const nationalId = createNationalId({
    publicUrl: 'http://127.0.0.1',
    opencrvs: {
      gatewayUrl: coreUrl,
      authUrl: coreUrl,
      acceptPauseMs: 30,
      checkAfterMs: 60
    },
    secrets: { encryption: 'for tests only, and long enough: 0123456789' },
    store: sqlite({ path: database }),
    system: mosip(system),
    events: {
      birth: {
        subject: 'child',
        rules: {
          REGISTER: [{ name: 'every birth', then: { kind: 'createIdentity' } }]
        }
      }
    },
    registrationNumber: ({ action }) => `RN-${action.id}`,
    delivery: {
      leaseMs: 1_000,
      pollMs: 20,
      submitTimeoutMs: 800,
      retry: { initialMs: 50, maxMs: 500, maxAttempts: 1_000 },
      circuit: { failures: 1_000, openMs: 100 }
    },
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet }
  })
  const server = Hapi.server({ host: '127.0.0.1', port: 0 })
  await server.register(nationalId.plugin)
  server.route({
    method: 'POST',
    path: '/trigger/events/{event}/actions/{action}',
    handler: nationalId.handlers.action()
  })
  await server.start()
  process.send?.({ url: server.info.uri })
}

// Only the parent of this process sends messages.
process.once('message', (order: ProcessOrder) => void start(order))
