import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import type * as Hapi from '@hapi/hapi'
import * as hapi21 from '@hapi/hapi'
import * as jwt2 from 'hapi-auth-jwt2'
import { createNationalId, sqlite, when } from 'opencrvs-national-id'
import { createCoreSimulator } from 'opencrvs-national-id/sandbox'
import { answersTo, eventually, NEWBORN, scriptedSystem } from './environment'

// Its types are those of a package of its own; here only the two methods in use matter.
const hapi20 = jest.requireActual<typeof Hapi>('hapi20')

const versions: Array<[string, typeof Hapi]> = [
  ['20', hapi20],
  ['21', hapi21]
]

describe.each(versions)(
  'on hapi %s, set up as real country configurations are',
  (version, hapi) => {
    async function start() {
      const folder = mkdtempSync(path.join(tmpdir(), 'national-id-hapi-'))
      const core = createCoreSimulator()
      const coreUrl = await core.start()
      const system = scriptedSystem()
      system.script({ outcome: 'accepted', identifier: '9000000042' })
      const nationalId = createNationalId({
        publicUrl: 'http://127.0.0.1',
        opencrvs: { gatewayUrl: coreUrl, authUrl: coreUrl, acceptPauseMs: 30 },
        secrets: { encryption: 'for tests only, and long enough: 0123456789' },
        store: sqlite({ path: path.join(folder, 'national-id.db') }),
        system,
        events: {
          birth: {
            subject: 'child',
            rules: { REGISTER: [{ name: 'all', then: when.createIdentity() }] }
          }
        },
        registrationNumber: () => 'RN-1',
        delivery: { pollMs: 25 },
        logger: silent
      })
      const server = hapi.server({ host: '127.0.0.1', port: 0 })
      await server.register(jwt2)
      server.auth.strategy('jwt', 'jwt', {
        key: () => ({ key: core.publicKey() }),
        verifyOptions: {
          algorithms: ['RS256'],
          issuer: 'opencrvs:auth-service',
          audience: 'opencrvs:countryconfig-user'
        },
        validate: (credentials: object) => ({ isValid: true, credentials })
      })
      server.auth.default('jwt')
      await server.register(nationalId.plugin)
      server.route({
        method: 'POST',
        path: '/trigger/events/{event}/actions/{action}',
        handler: nationalId.handlers.action()
      })
      await server.start()
      core.connectTo(server.info.uri)
      return {
        core,
        server,
        async stop() {
          await server.stop({ timeout: 50 })
          await core.stop()
          rmSync(folder, { recursive: true, force: true })
        }
      }
    }

    it('runs under the version that it says', () => {
      const server = hapi.server()
      expect(server.version.split('.')[0]).toBe(version)
    })

    it('takes a registration through to its identifier', async () => {
      const { core, stop } = await start()
      try {
        const eventId = await core.createDeclaredEvent('birth', NEWBORN)
        await core.register(eventId)
        await eventually(
          () => answersTo(core, eventId, 'REGISTER'),
          (rows) => rows.length > 0
        )
        expect(core.state(eventId)?.declaration['child.nid']).toBe('9000000042')
      } finally {
        await stop()
      }
    })

    it("lets callers without a token no further than the country's own strategy, and leaves our routes open to theirs", async () => {
      const { server, stop } = await start()
      try {
        const trigger = '/trigger/events/birth/actions/REGISTER'
        const refused = await server.inject({
          method: 'POST',
          url: trigger,
          payload: {}
        })
        expect(refused.statusCode).toBe(401)
        const ready = await server.inject('/national-id/health/ready')
        expect(ready.statusCode).toBe(200)
      } finally {
        await stop()
      }
    })
  }
)

function nothing(): void {
  // Says nothing.
}

const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing }
