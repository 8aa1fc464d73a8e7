import type * as Hapi from '@hapi/hapi'
import * as hapi21 from '@hapi/hapi'
import * as jwt2 from 'hapi-auth-jwt2'
import { createNationalId, sqlite } from 'opencrvs-national-id'
import { createCoreSimulator } from 'opencrvs-national-id/sandbox'
import { scriptedSystem } from './environment'
import {
  Browser,
  CHECK,
  CLIENT,
  fakeProvider,
  fakeQr,
  PUBLIC,
  redeemUrl,
  signIn
} from './sign-in-environment'

// Its types are those of a package of its own; here only the methods in use matter.
const hapi20 = jest.requireActual<typeof Hapi>('hapi20')

const versions: Array<[string, typeof Hapi]> = [
  ['20', hapi20],
  ['21', hapi21]
]

const silent = { debug() {}, info() {}, warn() {}, error() {} }

describe.each(versions)(
  'on hapi %s, with the checks and cross-origin settings of real country configurations',
  (version, hapi) => {
    it('a person signs in, and what cannot be read is answered as the form can take it', async () => {
      const [provider, qr] = [fakeProvider(), fakeQr()]
      const core = createCoreSimulator()
      const coreUrl = await core.start()
      const nationalId = createNationalId({
        publicUrl: PUBLIC,
        opencrvs: {
          gatewayUrl: coreUrl,
          authUrl: coreUrl,
          clientUrl: CLIENT
        },
        secrets: { encryption: 'for tests only, and long enough: 0123456789' },
        store: sqlite({ path: ':memory:' }),
        system: scriptedSystem(),
        authentication: { oidc: provider, qr },
        events: { birth: { subject: 'child', people: ['mother'], rules: {} } },
        logger: silent
      })
      const server = hapi.server({
        host: '127.0.0.1',
        port: 0,
        routes: { cors: { origin: ['*'] } }
      })
      expect(server.version.split('.')[0]).toBe(version)
      await server.register(jwt2)
      server.auth.strategy('jwt', 'jwt', {
        key: () => ({ key: core.publicKey() }),
        validate: (credentials: object) => ({ isValid: true, credentials })
      })
      server.auth.default('jwt')
      await server.register(nationalId.plugin)
      await server.start()
      try {
        const browser = new Browser({ url: server.info.uri })
        const { ticket } = await signIn(browser, { provider })
        const token = core.userToken()
        const redeemed = await browser.post(redeemUrl(ticket), { token })
        expect(redeemed.answer.verificationStatus).toBe('authenticated')
        const foreign = await browser.send(CHECK, {
          method: 'POST',
          headers: { origin: 'https://evil.example' }
        })
        expect(foreign.headers.get('access-control-allow-origin')).toBeNull()
        const bodies = ['{', JSON.stringify({ content: 'x'.repeat(2_000_000) })]
        for (const body of bodies) {
          const { answer } = await browser.post(CHECK, { token, body })
          expect(answer).toMatchObject({
            verificationStatus: 'pending',
            problem: 'unreadable'
          })
        }
      } finally {
        await server.stop({ timeout: 50 })
        await core.stop()
      }
    })
  }
)
