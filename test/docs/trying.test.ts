import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { runInThisContext } from 'node:vm'
import * as hapi from '@hapi/hapi'
import * as ts from 'typescript'
import * as nationalIdPackage from '../../src/index'
import * as sandbox from '../../src/sandbox'
import { startProvider } from '../sandbox/openid-provider/provider-process'

const PAGE = readFileSync(path.join(__dirname, '../../docs/trying.md'), 'utf8')

const folder = mkdtempSync(path.join(tmpdir(), 'trying-'))
const stops: Array<() => Promise<unknown>> = []

afterAll(async () => {
  for (const stop of stops.reverse()) await stop()
  rmSync(folder, { recursive: true, force: true })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Keeps what a factory makes, so that it can be stopped. */
function kept<A extends unknown[], R extends { stop(): Promise<unknown> }>(
  make: (...args: A) => R,
  into: R[] = []
): (...args: A) => R {
  return (...args) => {
    const made = make(...args)
    stops.push(() => made.stop())
    into.push(made)
    return made
  }
}

/** The same provider, in a process of its own: jest cannot load its library. */
function providerInProcess(options: sandbox.OpenIdProviderOptions) {
  let clients: readonly sandbox.RegisteredOpenIdClient[] = []
  return {
    async start() {
      const started = await startProvider(options)
      stops.push(() => started.stop())
      clients = started.clients
      return started.url
    },
    get clients() {
      return clients
    }
  }
}

/** Runs the sample on ports of our own, and gives what a country would look at. */
async function runSample() {
  const code = /^```ts\n\/\/ try-form\.ts\n([\s\S]*?)^```/m.exec(PAGE)?.[1]
  const ports = new Map<string, number>()
  for (const port of ['3000', '3040', '7070', '7080', '7090']) {
    ports.set(port, await freePort())
  }
  const moved = (code ?? '')
    .replace(/\b(3000|3040|7070|7080|7090)\b/g, (port) =>
      String(ports.get(port))
    )
    .replace('./try-form.db', path.join(folder, 'try-form.db'))
    .replace('void tryForm()', 'exports.done = tryForm()')
  const { outputText } = ts.transpileModule(moved, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true
    }
  })
  const cores: sandbox.CoreSimulator[] = []
  const playgrounds: sandbox.Playground[] = []
  const logger = { debug() {}, info() {}, warn() {}, error() {} }
  const modules: Record<string, unknown> = {
    '@hapi/hapi': { ...hapi, server: kept(hapi.server) },
    'opencrvs-national-id': {
      ...nationalIdPackage,
      createNationalId: (
        options: Parameters<typeof nationalIdPackage.createNationalId>[0]
      ) => nationalIdPackage.createNationalId({ ...options, logger })
    },
    'opencrvs-national-id/sandbox': {
      ...sandbox,
      createCoreSimulator: kept(sandbox.createCoreSimulator, cores),
      createIdSystemSimulator: kept(sandbox.createIdSystemSimulator),
      createOpenIdProviderSimulator: providerInProcess,
      createPlayground: kept(sandbox.createPlayground, playgrounds)
    }
  }
  const exports: { done?: Promise<void> } = {}
  const sample = runInThisContext(
    `(function (exports, require, console) {${outputText}\n})`
  ) as (...args: unknown[]) => void
  sample(exports, (name: string) => modules[name], { log() {} })
  await exports.done
  const [core, playground] = [cores[0], playgrounds[0]]
  if (core === undefined || playground === undefined) {
    throw new Error('the sample started no core or no playground')
  }
  const publicUrl = `http://127.0.0.1:${ports.get('3040')}`
  const issuer = `http://127.0.0.1:${ports.get('7090')}`
  return { core, playground, publicUrl, issuer }
}

test('the sample of a playground of one’s own runs as it stands', async () => {
  const { core, issuer, playground, publicUrl } = await runSample()
  const opened = await fetch(playground.url)
  expect(opened.status).toBe(200)

  // The sign-in button, on the page of a record that core knows.
  const eventId = core.createEvent('birth')
  const query = new URLSearchParams({
    person: 'mother',
    event: 'birth',
    redirect_uri: `${playground.url}/events/declare/${eventId}/pages/mother`
  }).toString()
  const start = await fetch(
    `${publicUrl}/national-id/authentication/start?${query}`,
    { redirect: 'manual' }
  )
  expect(start.status).toBe(302)
  expect(start.headers.get('location')).toMatch(`${issuer}/`)

  // Core takes the form's fields, and our answer puts right what nobody proved.
  const declared = await core.declare(eventId, {
    'mother.verified': 'authenticated',
    'mother.name': { firstname: 'Amara', surname: 'Nkemelu' },
    'mother.dob': '1991-04-12'
  })
  expect(declared.status).toBe(200)
  const record = core.index(eventId)?.declaration
  expect(record).toHaveProperty(['mother.dob'], '1991-04-12')
  expect(record).not.toHaveProperty(['mother.verified'])
}, 30_000)
