import { OptionsError } from '../../domain/errors'
import { isRecord } from '../../internal/json'
import type {
  NationalIdSystem,
  SystemDependencies,
  SystemFactory
} from '../system'
import { createTokenSource, type TokenSource } from './auth-manager'
import { createCaller } from './caller'
import { capabilitiesOf, weakeningsOf } from './capabilities'
import { certificatesOf, watchCertificates } from './certificates'
import {
  createConnection,
  type Connection
} from '../../internal/peer-connection'
import { flowsOf } from './flows'
import { createHub } from './hub'
import { readIdSchema, type IdSchema } from './id-schema'
import { idaKeys } from './ida-keys'
import { inspect } from './inspect'
import { issuesOf, withDefaults, type ReadSchema } from './option-issues'
import type { CheckedMosipOptions, MosipClient, MosipOptions } from './options'
import { withHost } from './packet'
import { askStatus } from './status-query'
import { submit } from './submit'
import { verify } from './verify'
import { isViaMosipApi, type MosipApiOptions } from './via-mosip-api/options'
import { viaMosipApi } from './via-mosip-api/via-mosip-api'

/**
 * MOSIP, spoken directly: identities at birth, updates of infants, deaths
 * flagged, and the answers of its WebSub hub.
 *
 * ```ts
 * system: mosip({
 *   baseUrl: 'https://api-internal.mosip.example.org',
 *   client: { clientId: 'mosip-crvs1-client', secretKey: readPacketSecret },
 *   office: { centreId: '10001', machineId: '10004', officerId: 'crvs1' },
 *   idSchema: { version: '0.500', schema: idSchema },
 *   createIdentity: {},
 *   websub: { ... }
 * })
 * ```
 *
 * Nothing is checked or opened here: mistakes are reported with those of the
 * other options. docs/systems/mosip.md has every option and the wire.
 *
 * With `via: 'mosip-api'` an existing mosip-api stands in between, for a country
 * that moves in steps: docs/migrating-from-opencrvs-mosip.md.
 */
export function mosip(options: MosipOptions | MosipApiOptions): SystemFactory {
  // A country may write JavaScript, so the type proves nothing.
  const given: unknown = options
  const readSchema = remembered(readIdSchema)
  if (isViaMosipApi(given)) return viaMosipApi(given, nameOf(given), readSchema)
  return {
    name: nameOf(given),
    capabilities: capabilitiesOf(given),
    issues: (path) => issuesOf(given, path, readSchema),
    weakenings: (path) => weakeningsOf(given, path),
    create: (dependencies) => createSystem(given, dependencies, readSchema)
  }
}

function nameOf(options: unknown): string {
  const name = isRecord(options) ? options.name : undefined
  return typeof name === 'string' && name !== '' ? name : 'mosip'
}

/** An id schema takes long to compile, and is looked at when options are checked and when the system is made. */
function remembered(read: ReadSchema): ReadSchema {
  let held: IdSchema | undefined
  return (option) => (held ??= read(option))
}

/** @throws OptionsError when the options have mistakes */
function createSystem(
  given: unknown,
  dependencies: SystemDependencies,
  readSchema: ReadSchema
): NationalIdSystem {
  const issues = issuesOf(given, 'system', readSchema)
  if (issues.length > 0) throw new OptionsError(issues)
  const options = withDefaults(given)
  const { name, timeoutMs } = options
  const { clock } = dependencies
  const connection = createConnection(options.tls)
  const tokens = tokenSources(options, connection, dependencies)
  const schema = readSchema(options.idSchema)
  const flows = flowsOf(options, schema.required)
  const calls = { connection, tokens: tokens.packets, clock, timeoutMs }
  const caller = createCaller(calls)
  const hub = createHub(options, {
    flows,
    connection,
    tokens: tokens.websub,
    dependencies
  })
  const certificates = certificatesOf(options)
  const watch = watchCertificates(certificates, {
    system: name,
    ...dependencies
  })
  const office = withHost(options.office)
  const asked = { options, office, schema, flows, caller, clock }
  const looked = {
    ...asked,
    certificates,
    tokens: tokens.byOption,
    subscriptions: hub?.subscriptions
  }
  return {
    name,
    capabilities: capabilitiesOf(given),
    submit: (request, context) => submit(asked, request, context),
    ...(options.status
      ? { status: (query, context) => askStatus(asked, query, context) }
      : {}),
    ...verification(options, connection, dependencies),
    ...(hub === undefined
      ? {}
      : { readCallback: hub.readCallback, routes: hub.routes }),
    check: ({ signal }) => inspect(looked, signal),
    async start() {
      hub?.subscriptions.start()
      watch.start()
    },
    async stop() {
      await Promise.all([hub?.subscriptions.stop(), watch.stop()])
      connection.close()
    }
  }
}

function verification(
  { ida, language, name, timeoutMs }: CheckedMosipOptions,
  connection: Connection,
  { clock }: SystemDependencies
): Pick<NationalIdSystem, 'verify'> {
  if (ida === undefined) return {}
  const keys = idaKeys(ida)
  const parts = { system: name, ida, language, connection, keys, clock }
  return {
    verify: (request, context) =>
      verify({ ...parts, timeoutMs }, request, context)
  }
}

/** Packets and the hub have a client each (FACTS 1). */
function tokenSources(
  options: CheckedMosipOptions,
  connection: Connection,
  { clock }: SystemDependencies
): {
  packets: TokenSource
  websub: TokenSource
  byOption: ReadonlyMap<string, TokenSource>
} {
  const { baseUrl, client, name, paths, timeoutMs, websub } = options
  const source = (of: Required<MosipClient>, option: string) =>
    createTokenSource(of, {
      system: name,
      connection,
      clock,
      timeoutMs,
      url: `${baseUrl}${paths.token}`,
      option
    })
  const packets = source(client, 'client')
  if (websub === undefined) {
    const byOption = new Map([['client', packets]])
    return { packets, websub: packets, byOption }
  }
  const ofHub = source(websub.client, 'websub.client')
  const byOption = new Map([
    ['client', packets],
    ['websub.client', ofHub]
  ])
  return { packets, websub: ofHub, byOption }
}
