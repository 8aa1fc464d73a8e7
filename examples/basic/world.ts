import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import type { NationalId, Notice } from 'opencrvs-national-id'
import {
  createCoreSimulator,
  createCredentialIssuer,
  createIdSystemSimulator,
  createOpenIdProviderSimulator,
  createPlayground,
  qrCodeOf,
  withFormFields,
  type CoreSimulator
} from 'opencrvs-national-id/sandbox'
import { birthPages } from './form'
import { residents } from './made-up'
import { createBasicNationalId, type CountrySettings } from './national-id'
import { createCountryConfig } from './server'
import { about } from './timeline'

const SYSTEM_CLIENT = {
  clientId: 'national-id',
  clientSecret: 'the-secret-of-the-demo'
}

/** A simulated OpenCRVS core, this country, an OpenID provider, and the form playground in front: all but the ID system. */
export type Country = Awaited<ReturnType<typeof startCountry>>

/** A country with a simulated ID system. */
export type World = Awaited<ReturnType<typeof startWorld>>

/** The country with an ID system that speaks plain JSON. */
export async function startWorld() {
  const idSystem = createIdSystemSimulator()
  const idSystemUrl = await idSystem.start()
  const country = await startCountry((settings) =>
    createBasicNationalId({
      ...settings,
      idSystemUrl,
      idSystemClientId: idSystem.client.clientId,
      idSystemClientSecret: idSystem.client.clientSecret,
      callbackSecret: idSystem.callbackSecret
    })
  )
  const { core, server } = country
  idSystem.connectTo(`${server.info.uri}/national-id/confirmation`)
  return {
    ...country,
    idSystem,
    calm: () =>
      idSystem.behave({
        mode: 'asynchronous',
        decideAfterMs: 150,
        refuse: () => undefined,
        callbacks: { delivery: 'send', copies: 1 }
      }),
    voices: (references: readonly string[]) => [
      { name: 'core', entries: about(core.log.entries, references) },
      { name: 'ID system', entries: about(idSystem.log.entries, references) }
    ],
    async stop() {
      await country.stop()
      await idSystem.stop()
    }
  }
}

/** Starts the country around what `create` makes of its settings. */
export async function startCountry(
  create: (settings: CountrySettings) => NationalId
) {
  const folder = mkdtempSync(path.join(tmpdir(), 'national-id-demo-'))
  const notices: Array<{ hook: string; notice: Notice }> = []
  const tell = (hook: string) => (notice: Notice) => {
    notices.push({ hook, notice })
  }
  const clientUrl = `http://127.0.0.1:${await freePort()}`
  // Its own port, as it has its own host in a country: on the client's, OpenCRVS's service worker answers every visit.
  const serverPort = await freePort()
  const publicUrl = `http://127.0.0.1:${serverPort}`
  const provider = createOpenIdProviderSimulator({
    people: residents,
    clients: [
      {
        name: 'Civil registry of Farajaland',
        redirectUris: [`${publicUrl}/national-id/authentication/callback`]
      }
    ]
  })
  const cards = createCredentialIssuer()
  const corePort = await freePort()
  const coreUrl = `http://127.0.0.1:${corePort}`
  const issuer = await provider.start()
  const [signInClient] = provider.clients
  const nationalId = create({
    publicUrl,
    clientUrl,
    gatewayUrl: coreUrl,
    authUrl: coreUrl,
    systemClient: SYSTEM_CLIENT,
    signIn: {
      issuer,
      clientId: signInClient?.clientId ?? '',
      clientKey: signInClient?.clientKey ?? ''
    },
    cardIssuer: cards.trusted,
    encryptionKey: 'only-for-the-demo-0123456789-abcdefgh',
    databasePath: path.join(folder, 'national-id.db'),
    hooks: { onRejected: tell('onRejected'), onParked: tell('onParked') },
    quiet: true,
    hurry: true
  })
  const pages = birthPages(nationalId)
  const core = createCoreSimulator({
    port: corePort,
    systemClients: [SYSTEM_CLIENT],
    eventConfigurations: withFormFields(pages)
  })
  await core.start()
  const server = await startServer(nationalId, coreUrl, serverPort)
  core.connectTo(server.info.uri)
  const playground = createPlayground({
    port: Number(new URL(clientUrl).port),
    title: 'Birth declaration',
    pages,
    registrarToken: () => core.userToken(),
    countryConfigUrl: server.info.uri,
    people: residents,
    qrCodes: await cardsOf(cards),
    createEvent: () => core.createEvent('birth'),
    declare: (declared) => declare(core, declared)
  })
  await playground.start()
  return {
    core,
    provider,
    server,
    clientUrl,
    publicUrl,
    notices,
    async stop() {
      await playground.stop()
      await server.stop({ timeout: 500 })
      await provider.stop()
      await core.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

async function startServer(
  nationalId: NationalId,
  authUrl: string,
  port: number
) {
  const server = await createCountryConfig({ authUrl, nationalId, port })
  await server.start()
  return server
}

/** What the playground does with a declaration: core takes it, and shows what the record says then. */
async function declare(
  core: CoreSimulator,
  {
    eventId,
    declaration
  }: { eventId: string; declaration: Record<string, unknown> }
) {
  const answer = await core.declare(
    eventId,
    // As it goes over the wire.
    JSON.parse(JSON.stringify(declaration)) as Parameters<
      CoreSimulator['declare']
    >[1]
  )
  const record = core.index(eventId)
  return {
    status: answer.status,
    ...('error' in answer ? { error: answer.error } : {}),
    record: record === undefined ? null : record.declaration
  }
}

async function cardsOf(signer: ReturnType<typeof createCredentialIssuer>) {
  const [one, another] = residents
  if (one === undefined || another === undefined) return []
  const signed = await Promise.all(
    residents.map(async (person) => ({
      label: person.name,
      remark: 'card with a signed credential',
      content: (await qrCodeOf(person, { signer })).content
    }))
  )
  const forged = await qrCodeOf(another, { signer, flaw: 'forged' })
  return [
    {
      label: one.name,
      remark: 'unsigned',
      content: (await qrCodeOf(one)).content
    },
    { label: another.name, remark: 'forged', content: forged.content },
    ...signed
  ]
}

/** A port for a server whose address must be known before it starts. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
