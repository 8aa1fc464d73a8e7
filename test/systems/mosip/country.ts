import { mosip, type MosipOptions } from 'opencrvs-national-id'
import {
  createMosipSimulator,
  type CoreSimulator,
  type MosipSimulator,
  type MosipSimulatorOptions
} from 'opencrvs-national-id/sandbox'
import {
  NEWBORN,
  answersTo,
  eventually,
  startEnvironment,
  type Changes,
  type Environment
} from '../../integration/environment'
import { openForwarder, type Forwarder } from './forwarder'
import { ID_SCHEMA, mosipOptions } from './made'

/** Longer than many registrations take on a busy machine. */
const PATIENCE_MS = 60_000

/** Everything of a country that uses MOSIP, on the loopback interface: core, its own server with SQLite, and MOSIP. */
export type Country = {
  readonly core: CoreSimulator
  readonly environment: Environment
  readonly mosip: MosipSimulator
  /** Where the hub reaches the country; stays when the server is started again. */
  readonly door: Forwarder
}

export type CountryOptions = {
  system?: Partial<MosipOptions>
  mosip?: MosipSimulatorOptions
  country?: Changes
  /** MOSIP cannot be reached yet. */
  isMosipDown?: boolean
}

/** What a country writes to use a simulated MOSIP. */
export function optionsFor(
  { connection }: Pick<MosipSimulator, 'connection'>,
  callbackUrl: string,
  changes: Partial<MosipOptions> = {}
): MosipOptions {
  return {
    ...mosipOptions(),
    ...connection,
    idSchema: { version: '0.100', schema: ID_SCHEMA },
    createIdentity: { mandatory: ['fullName', 'dateOfBirth', 'gender'] },
    status: true,
    websub: { ...connection.websub, callbackUrl },
    ...changes
  }
}

/** Births that ask for an identity, and tries that do not end before a test's outage does. */
const DEFAULTS: Changes = {
  events: {
    birth: {
      subject: 'child',
      people: ['mother'],
      identifierField: 'child.nid',
      rules: {
        REGISTER: [{ name: 'every birth', then: { kind: 'createIdentity' } }]
      }
    }
  },
  delivery: {
    retry: { initialMs: 50, maxMs: 500, maxAttempts: 1_000 },
    circuit: { failures: 1_000, openMs: 100 },
    pollMs: 25,
    stopTimeoutMs: 100
  }
}

/** Starts a country; `close` ends all that was started. */
export async function openCountry(
  options: CountryOptions = {}
): Promise<Country & { close(): Promise<void> }> {
  const other = createMosipSimulator({
    // Compiled once, and not anew for each packet that carries it.
    idSchema: { version: '0.100', schema: ID_SCHEMA },
    ...options.mosip
  })
  const door = await openForwarder()
  await other.start()
  // Only credentials: the statuses before them would double the traffic of a test.
  other.behave({ statuses: [], callbacks: { slowestRetryMs: 200 } })
  if (options.isMosipDown === true) await other.disappear()
  const callbackUrl = `${door.url}/national-id/confirmation`
  const system = mosip(optionsFor(other, callbackUrl, options.system))
  const changes = { ...DEFAULTS, ...options.country }
  const environment = await startEnvironment(system, changes)
  door.to(environment.url)
  return {
    environment,
    core: environment.core,
    mosip: other,
    door,
    async close() {
      await environment.stop()
      await door.close()
      await other.stop()
    }
  }
}

/** Waits for the hub's check of both subscriptions. */
export async function subscribed(country: Country): Promise<void> {
  await eventually(
    () => country.mosip.subscriptions.filter(({ isActive }) => isActive).length,
    (count) => count === 2
  )
}

/** What core was answered, one status for each trigger; and how long the slowest took. */
export type Registered = {
  eventIds: string[]
  statuses: Array<number | string>
  slowestMs: number
}

/** Registers so many births, ten at a time. */
export async function registerBirths(
  { core }: Pick<Country, 'core'>,
  count: number
): Promise<Registered> {
  const before = core.log.of('trigger').length
  const eventIds = await Promise.all(
    Array.from({ length: count }, () =>
      core.createDeclaredEvent('birth', NEWBORN)
    )
  )
  await atATime(10, eventIds, (eventId) => core.register(eventId))
  const calls = core.log.of('trigger').slice(before)
  return {
    eventIds,
    statuses: [...new Set(calls.map(({ status }) => status))],
    slowestMs: Math.max(...calls.map(({ at, endedAt }) => endedAt - at))
  }
}

/** Does the work for each item, so many at a time. */
export async function atATime<Item>(
  count: number,
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>
): Promise<void> {
  const waiting = items.values()
  async function one(): Promise<void> {
    for (const item of waiting) await work(item)
  }
  await Promise.all(Array.from({ length: count }, one))
}

/** Waits until so many credentials are held back. */
export async function held(country: Country, count: number): Promise<void> {
  await eventually(
    () => country.mosip.heldMessages.length,
    (messages) => messages >= count,
    PATIENCE_MS
  )
  expect(country.mosip.heldMessages).toHaveLength(count)
}

/** The statuses with which our server answered the hub's deliveries. */
export function hubAnswers({ mosip: other }: Country): Array<number | string> {
  return other.log.of('delivery').map(({ status }) => status)
}

/** Acceptances that core took. */
export function acceptances({ core }: Pick<Country, 'core'>): number {
  return core.log.of('accept').filter(({ status }) => status === 200).length
}

/**
 * Waits until every record is registered, and looks for what may have been lost, doubled or mixed up: one acceptance
 * and one identity each, each identity in the record whose number its packet carried, and no record that core cannot
 * show.
 */
export async function expectAllRegistered(
  country: Pick<Country, 'core' | 'mosip'>,
  eventIds: readonly string[]
): Promise<void> {
  const { core, mosip: other } = country
  const waiting = () =>
    eventIds.filter(
      (eventId) => answersTo(core, eventId, 'REGISTER').length === 0
    ).length
  await eventually(waiting, (count) => count === 0, PATIENCE_MS)
  await other.idle()
  const identities = new Map(
    other.ledger.of('issued').map(({ applicationId, vid }) => {
      const number = other.packet(applicationId)?.fields.birthCertificateNumber
      return [vid, number] as const
    })
  )
  expect(identities.size).toBe(eventIds.length)
  expect(new Set(other.applicationIds).size).toBe(eventIds.length)
  expect(other.ledger.doneTwice()).toEqual([])
  for (const eventId of eventIds) {
    expect(answersTo(core, eventId, 'REGISTER')).toEqual(['Accepted'])
    const state = core.state(eventId)
    const nid = state?.declaration['child.nid']
    const vid = typeof nid === 'string' ? nid : 'none'
    expect(state?.status).toBe('REGISTERED')
    const told = identities.get(vid)
    expect(told).toBe(state?.registrationNumber)
    expect(state?.registrationNumber).toMatch(/^RN-/)
    identities.delete(vid)
  }
  expect(core.bricked).toEqual([])
}
