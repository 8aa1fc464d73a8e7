/**
 * Runs a part of examples/basic/demo.ts as it stands, in a process of its own, and writes a report of all that was
 * written down and of all that must not stand there. Arguments: the part, and the file of the report.
 *
 *   DEMO_SEED=1 node --require <register-typescript.js> <this file> http report.json
 */
import { subscribe } from 'node:diagnostics_channel'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import Module, { createRequire } from 'node:module'
import * as path from 'node:path'
import type * as Hapi from '@hapi/hapi'
import Database from 'better-sqlite3'
import pino from 'pino'
import type * as MadeUp from '../../examples/basic/made-up'
import type * as OsiaWorld from '../../examples/osia/world'
import type * as NationalIdPackage from '../../src'
import type * as SandboxPackage from '../../src/sandbox'

/** All but `received` and `addresses` may hold nothing that is in `personal` or `secret`. */
export type WatchReport = {
  /** By where it was written: log, events, errors, metrics, deliveries, audit. */
  written: Record<string, string>
  /** The database's files, byte for byte, before the server was stopped. */
  disk: string
  /** Everything that was asked for over HTTP, of whomever. */
  addresses: Array<{ ofCountry: boolean; method: string; address: string }>
  /** Bodies that were sent to the simulators. */
  received: string
  personal: string[]
  secret: string[]
}

const need = createRequire(__filename)
const [part = '', file = ''] = process.argv.splice(2)
process.argv.push(part)

const root = path.join(__dirname, '../..')
const written: Record<string, string[]> = {}
const disk: string[] = []
const received: string[] = []
const addresses: Array<{ port: number; method: string; address: string }> = []
const countryPorts = new Set<number>()
const databases: string[] = []
const personal = new Set<string>()
const secret = new Set<string>()
/** Asked in the end, when the ledgers are full. */
const issued: Array<() => string[]> = []

function write(where: string, text: string): void {
  ;(written[where] ??= []).push(text)
}

function errorIn(error: unknown): string {
  return error instanceof Error
    ? `${error.stack ?? ''} ${JSON.stringify(error)} ${errorIn(error.cause)}`
    : JSON.stringify(error ?? null)
}

/** Texts of an object that are secrets or keys, whatever they are called. */
function secretsIn(value: unknown, name = ''): string[] {
  if (typeof value === 'string') {
    if (!/secret|key|token|encryption/i.test(name)) return []
    return value.includes('PRIVATE KEY')
      ? value.split('\n').slice(1, 3)
      : value.startsWith('-----')
        ? []
        : [value]
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) =>
    secretsIn(each, /^\d+$/.test(key) ? name : key)
  )
}

function addSecrets(value: unknown): void {
  for (const each of secretsIn(value)) secret.add(each)
}

/** Every request that any server of this process gets, before anybody else sees it. */
function watchRequest(request: IncomingMessage): void {
  const { authorization, cookie } = request.headers
  const [, token] = (authorization ?? '').split(' ')
  if (token !== undefined) secret.add(token)
  for (const pair of (cookie ?? '').split(/; */)) {
    const value = pair.slice(pair.indexOf('=') + 1)
    // MOSIP takes its tokens in a cookie; the rest are ours and the provider's.
    if (value.length > 20) secret.add(value)
  }
  const { method = '', url = '' } = request
  const port = request.socket.localPort ?? 0
  addresses.push({ port, method, address: url })
  const query = new URLSearchParams(url.split('?', 2)[1] ?? '')
  for (const name of ['ticket', 'code', 'state', 'nonce', 'code_challenge']) {
    const value = query.get(name)
    if (value !== null && value.length > 20) secret.add(value)
  }
  if (countryPorts.has(port)) return
  const push = request.push.bind(request)
  request.push = (chunk: Buffer | null, ...rest) => {
    if (chunk !== null) received.push(chunk.toString('utf8'))
    return push(chunk, ...rest)
  }
}

function watchServer(server: Hapi.Server): Hapi.Server {
  server.ext('onPreStart', () => {
    countryPorts.add(Number(server.settings.port))
  })
  server.ext('onPreStop', () => lookAround(server))
  const told = (event: { error?: unknown }) =>
    write('events', `${JSON.stringify(event)} ${errorIn(event.error)}`)
  server.events.on({ name: 'request' }, (_request, event) => told(event))
  server.events.on('log', told)
  server.events.on('response', ({ method, response, url, path: page }) => {
    write('events', `${method} ${page}${url.search}`)
    const { statusCode, source, headers } = response as Hapi.ResponseObject
    if (statusCode >= 400)
      write(
        'errors',
        `${page} ${statusCode} ${JSON.stringify([headers, source])}`
      )
  })
  return server
}

/** What an operator and a scraper see in the end, with the database. */
async function lookAround(server: Hapi.Server): Promise<void> {
  const ask = async (where: string, page: string, token: string) => {
    const url = `/national-id${page}`
    const headers = { authorization: `Bearer ${token}` }
    const { payload, statusCode } = await server.inject({ url, headers })
    if (statusCode !== 200) throw new Error(`${url}: ${statusCode}`)
    write(where, payload)
    return payload
  }
  await ask('metrics', '/metrics', 'scraper-token')
  const token = operator()
  const list = await ask('deliveries', '/deliveries?limit=200', token)
  const { deliveries } = JSON.parse(list) as { deliveries: { id: string }[] }
  for (const { id } of deliveries)
    await ask('deliveries', `/deliveries/${id}`, token)
  for (const name of databases) {
    const database = new Database(name, { readonly: true })
    const rows = database.prepare('select * from national_id_audit').all()
    database.close()
    write('audit', JSON.stringify(rows))
    const folder = path.dirname(name)
    for (const each of readdirSync(folder))
      disk.push(readFileSync(path.join(folder, each), 'latin1'))
  }
}

let operator = () => ''

const log = pino(
  { level: 'trace' },
  { write: (line: string) => write('log', line) }
)

type NationalIdModule = typeof NationalIdPackage
type Sandbox = typeof SandboxPackage

function watchPackage(real: NationalIdModule): NationalIdModule {
  return {
    ...real,
    sqlite(options) {
      databases.push(options.path)
      return real.sqlite(options)
    },
    createNationalId(options) {
      const { metrics, opencrvs, registrationNumber, secrets } = options
      addSecrets({ metrics, opencrvs, secrets })
      return real.createNationalId({
        ...options,
        logger: log,
        ...(registrationNumber === undefined
          ? {}
          : {
              async registrationNumber(request) {
                const number = await registrationNumber(request)
                personal.add(number)
                return number
              }
            })
      })
    }
  }
}

function watchSandbox(real: Sandbox): Sandbox {
  return {
    ...real,
    createCoreSimulator(options) {
      const core = real.createCoreSimulator(options)
      operator = () => core.userToken()
      return core
    },
    createIdSystemSimulator(options) {
      const system = real.createIdSystemSimulator(options)
      addSecrets({ client: system.client, secret: system.callbackSecret })
      issued.push(() =>
        system.ledger.entries.flatMap(({ identifier = [] }) => identifier)
      )
      return system
    },
    createMosipSimulator(options) {
      const system = real.createMosipSimulator(options)
      issued.push(() => {
        const { client, ida, websub } = system.connection
        const { domainUri: _uri, environment: _place, ...keys } = ida
        addSecrets({ client, keys, websub })
        return system.ledger.entries.flatMap(({ psut, uin, vid }) => [
          psut,
          uin,
          vid
        ])
      })
      return system
    },
    createOsiaSimulator(options) {
      const system = real.createOsiaSimulator(options)
      issued.push(() => {
        addSecrets(system.connection.authentication)
        // A person who waits for a number goes by a tracking id, which is no secret.
        const uins = system.ledger.entries.map(({ uin }) => uin)
        return uins.filter((uin) => /^\d+$/.test(uin))
      })
      return system
    },
    createOpenIdProviderSimulator(options) {
      const provider = real.createOpenIdProviderSimulator(options)
      issued.push(() => {
        addSecrets(provider.clients)
        return []
      })
      return provider
    }
  }
}

// Node's own loader of CommonJS, which its types do not show.
type Loader = {
  _load(
    request: string,
    parent: { filename?: string } | undefined,
    main: boolean
  ): unknown
}
const loader = Module as unknown as Loader
const load = loader._load.bind(loader)
const watched = new Map<string, unknown>()

function once(name: string, make: () => unknown): unknown {
  if (!watched.has(name)) watched.set(name, make())
  return watched.get(name)
}

loader._load = (request, parent, main) => {
  const asking = parent?.filename ?? ''
  if (!asking.startsWith(path.join(root, 'examples')))
    return load(request, parent, main)
  const from = (place: string) => load(path.join(root, place), parent, main)
  switch (request) {
    case 'opencrvs-national-id':
      return once(request, () =>
        watchPackage(from('src/index.ts') as NationalIdModule)
      )
    case 'opencrvs-national-id/sandbox':
      return once(request, () =>
        watchSandbox(from('src/sandbox/index.ts') as Sandbox)
      )
    case '@hapi/hapi': {
      const real = load(request, parent, main) as typeof Hapi
      return {
        ...real,
        server: (options: Hapi.ServerOptions) =>
          watchServer(real.server(options))
      }
    }
    default:
      return load(request, parent, main)
  }
}

subscribe('http.server.request.start', (message) => {
  // What Node's documentation says is in it.
  watchRequest((message as { request: IncomingMessage }).request)
})

process.on('exit', () => {
  const { madeUp } = need('../../examples/basic/made-up') as typeof MadeUp
  const { NOTIFY_SECRET } = need(
    '../../examples/osia/world'
  ) as typeof OsiaWorld
  secret.add(NOTIFY_SECRET)
  for (const value of [...madeUp(), ...issued.flatMap((list) => list())])
    personal.add(value)
  const report: WatchReport = {
    written: Object.fromEntries(
      Object.entries(written).map(([where, texts]) => [where, texts.join('\n')])
    ),
    disk: disk.join('\n'),
    addresses: addresses.map(({ port, ...rest }) => ({
      ofCountry: countryPorts.has(port),
      ...rest
    })),
    received: received.join('\n'),
    personal: [...personal],
    secret: [...secret]
  }
  writeFileSync(file, JSON.stringify(report))
})

// It plays when it is loaded; nothing of it may be before the watching.
need('../../examples/basic/demo')
