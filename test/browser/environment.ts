import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import * as Hapi from '@hapi/hapi'
import {
  createNationalId,
  esignet,
  qrCredentials,
  sqlite,
  type NationalId
} from 'opencrvs-national-id'
import {
  createCoreSimulator,
  createCredentialIssuer,
  createPlayground,
  defaultEventConfigurations,
  qrCodeOf,
  sandboxPeople,
  type CoreSimulator,
  type EventConfiguration,
  type OpenIdProviderProcess,
  type Playground
} from 'opencrvs-national-id/sandbox'
import { scriptedSystem } from '../integration/environment'
import { startProvider } from '../sandbox/openid-provider/provider-process'
import { formPages, PEOPLE } from './form-pages'

/** The whole of it on the loopback interface: core, provider, country configuration, and the form page in front. */
export type BrowserEnvironment = {
  core: CoreSimulator
  provider: OpenIdProviderProcess
  playground: Playground
  lines: string[]
  /** Address of a page of a fresh record that core knows. */
  newRecord(): { eventId: string; page(person: string): string }
  stop(): Promise<void>
}

export async function startBrowserEnvironment(): Promise<BrowserEnvironment> {
  const folder = mkdtempSync(path.join(tmpdir(), 'national-id-browser-'))
  const lines: string[] = []
  const origin = `http://127.0.0.1:${await freePort()}`
  const serverPort = await freePort()
  // Its own port, as it has its own host in a deployment: the form's is minded by OpenCRVS's service worker.
  const publicUrl = `http://127.0.0.1:${serverPort}`
  const provider = await startProvider({
    clients: [
      {
        name: 'Civil registry of Farajaland',
        redirectUris: [`${publicUrl}/national-id/authentication/callback`]
      }
    ]
  })
  const cardIssuer = createCredentialIssuer()
  const corePort = await freePort()
  const coreUrl = `http://127.0.0.1:${corePort}`
  const write = (fields: object, message: string) =>
    void lines.push(JSON.stringify({ ...fields, message }))
  const nationalId = createNationalId({
    publicUrl,
    opencrvs: { gatewayUrl: coreUrl, authUrl: coreUrl, clientUrl: origin },
    secrets: { encryption: 'for tests only, and long enough: 0123456789' },
    store: sqlite({ path: path.join(folder, 'national-id.db') }),
    system: scriptedSystem(),
    authentication: {
      oidc: esignet({
        issuer: provider.url,
        clientId: provider.clients[0]!.clientId,
        clientKey: provider.clients[0]!.clientKey!,
        claims: {
          userinfo: {
            name: { essential: true },
            birthdate: { essential: true },
            gender: { essential: true },
            individual_id: { essential: true }
          }
        },
        timeoutMs: 2_000
      }),
      qr: qrCredentials({ trustedIssuers: [cardIssuer.trusted] })
    },
    events: {
      birth: { subject: 'child', people: [...PEOPLE], rules: {} },
      death: { subject: 'deceased', rules: {} }
    },
    logger: { debug: write, info: write, warn: write, error: write }
  })
  const pages = formPages(nationalId)
  const core = createCoreSimulator({
    port: corePort,
    eventConfigurations: withFields(pages)
  })
  await core.start()
  const server = await startCountryConfig(nationalId, serverPort)
  core.connectTo(server.info.uri)
  const playground = createPlayground({
    port: Number(new URL(origin).port),
    title: 'Birth declaration',
    pages,
    registrarToken: () => core.userToken(),
    countryConfigUrl: server.info.uri,
    people: sandboxPeople,
    qrCodes: await qrSamples(cardIssuer),
    declare: async ({ eventId, declaration }) => {
      const answer = await core.declare(
        eventId,
        // The page sends JSON, as the client does.
        JSON.parse(JSON.stringify(declaration))
      )
      return { status: answer.status }
    }
  })
  await playground.start()
  return {
    core,
    provider,
    playground,
    lines,
    newRecord() {
      const eventId = core.createEvent('birth')
      return {
        eventId,
        page: (person) => `${origin}/events/declare/${eventId}/pages/${person}`
      }
    },
    async stop() {
      await playground.stop()
      await server.stop({ timeout: 50 })
      await core.stop()
      await provider.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

async function startCountryConfig(
  nationalId: NationalId,
  port: number
): Promise<Hapi.Server> {
  const server = Hapi.server({ host: '127.0.0.1', port })
  await server.register(nationalId.plugin)
  server.route({
    method: 'POST',
    path: '/trigger/events/{event}/actions/{action}',
    handler: nationalId.handlers.action(),
    options: { payload: { maxBytes: 20 * 1024 * 1024 } }
  })
  await server.start()
  return server
}

/** The default events, with the fields of our pages beside those that they have. */
function withFields(pages: ReturnType<typeof formPages>): EventConfiguration[] {
  return defaultEventConfigurations().map((event) =>
    event.id === 'birth'
      ? {
          ...event,
          declaration: {
            pages: [
              ...event.declaration.pages,
              ...pages.map(({ id, fields }) => ({
                id: `${id}-identity`,
                fields: fields.map((field) => ({
                  id: field.id,
                  type: field.type
                }))
              }))
            ]
          }
        }
      : event
  )
}

async function qrSamples(signer: ReturnType<typeof createCredentialIssuer>) {
  const [amara, leopold] = [sandboxPeople[0]!, sandboxPeople[1]!]
  return [
    {
      label: amara.name,
      remark: 'signed',
      content: (await qrCodeOf(amara, { signer })).content
    },
    {
      label: leopold.name,
      remark: 'forged',
      content: (await qrCodeOf(leopold, { signer, flaw: 'forged' })).content
    },
    {
      label: leopold.name,
      remark: 'unsigned',
      content: (await qrCodeOf(leopold)).content
    }
  ]
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
