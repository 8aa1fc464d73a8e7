import { makeCountry, removeCountry, run } from './country'

/** What a country does at start and at stop, with a system of its own. */
const program = `
  const { Server } = require('@hapi/hapi')
  const { createNationalId, sqlite, when } = require('opencrvs-national-id')

  const system = {
    name: 'own',
    capabilities: {
      operations: ['createIdentity'],
      idempotent: true, callback: false, status: false, verify: false
    },
    submit: async () => ({ outcome: 'pending' })
  }
  const nationalId = createNationalId({
    publicUrl: 'https://register.example.org',
    opencrvs: {
      gatewayUrl: 'http://127.0.0.1:1', authUrl: 'http://127.0.0.1:1'
    },
    secrets: { encryption: 'not-a-secret-but-long-enough-for-this-test' },
    store: sqlite({ path: 'national-id.db' }),
    system,
    events: {
      birth: {
        subject: 'child',
        rules: { REGISTER: [{ name: 'all', then: when.createIdentity() }] }
      }
    },
    registrationNumber: () => 'N-1',
    logger: { debug() {}, info() {}, warn() {}, error() {} }
  })

  async function main() {
    const server = new Server()
    await server.register(nationalId.plugin)
    server.route({
      method: 'POST',
      path: '/trigger/events/{event}/actions/{action}',
      handler: nationalId.handlers.action()
    })
    await server.start()
    const live = await server.inject('/national-id/health/live')
    const trigger = await server.inject({
      method: 'POST',
      url: '/trigger/events/birth/actions/REGISTER',
      payload: {}
    })
    await server.stop()
    console.log(JSON.stringify({
      hapi: server.version.split('.')[0],
      live: live.statusCode,
      trigger: trigger.statusCode,
      file: require('node:fs').existsSync('national-id.db')
    }))
  }
  main()`

describe.each([20, 21] as const)(
  'installed from its tarball beside hapi %i',
  (hapi) => {
    let country: string

    beforeAll(() => {
      country = makeCountry(hapi)
    })

    afterAll(() => removeCountry(country))

    it('starts, answers, stops, and lets the process end by itself', () => {
      // A handle that is left open would keep the process until it is killed.
      const { status, output } = run(country, 'node', ['-e', program])

      expect({
        status,
        output: status === 0 ? JSON.parse(output) : output
      }).toEqual({
        status: 0,
        output: { hapi: String(hapi), live: 200, trigger: 400, file: true }
      })
    })
  }
)
