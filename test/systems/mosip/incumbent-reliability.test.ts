import { NEWBORN, answersTo, eventually } from '../../integration/environment'
import { call, pendingRegistration, trigger } from '../../integration/attacker'
import {
  acceptances,
  expectAllRegistered,
  held,
  hubAnswers,
  openCountry,
  registerBirths,
  subscribed,
  type Country,
  type CountryOptions
} from './country'

// The reliability probes of the integration that countries have today, at their own size: what was lost, doubled or
// ended there. test/systems/mosip/incumbent.ts says which probe is shown where.

let country: Country & { close(): Promise<void> }

afterEach(() => country.close())

async function start(options: CountryOptions = {}): Promise<void> {
  country = await openCountry(options)
  await subscribed(country)
}

/** So many births whose credentials the hub holds back. */
async function waitingBirths(count: number): Promise<string[]> {
  country.mosip.behave({ callbacks: { delivery: 'hold' } })
  const { eventIds, statuses } = await registerBirths(country, count)
  expect(statuses).toEqual([202])
  await held(country, count)
  return eventIds
}

const release = () => country.mosip.releaseMessages()

/** Nothing needs a person, and nothing that is ours has failed in an unknown way. */
function expectNoPerson(): void {
  const { lines } = country.environment
  const text = JSON.stringify(lines)
  expect(text).not.toContain('delivery needs a person')
  expect(text).not.toContain('ERR_UNEXPECTED')
}

async function isAlive(): Promise<boolean> {
  const path = '/national-id/health/live'
  const { status } = await call(country.environment, path, { method: 'GET' })
  return status === 200
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 300))

describe('confirmations', () => {
  it('100 that come while core is down are all stored, told so to the hub, and all reach core', async () => {
    await start()
    const eventIds = await waitingBirths(100)
    await country.core.disappear()
    await release()
    await eventually(
      () => hubAnswers(country).length,
      (count) => count === 100
    )
    expect(new Set(hubAnswers(country))).toEqual(new Set([200]))
    await settled()
    expect(acceptances(country)).toBe(0)
    expect(await isAlive()).toBe(true)
    await country.core.start()
    await expectAllRegistered(country, eventIds)
    expect(acceptances(country)).toBe(100)
    expectNoPerson()
  })

  it('100 that core answers with 500 all reach it once it works again', async () => {
    await start()
    const eventIds = await waitingBirths(100)
    country.core.faults.add('accept', { kind: 'status', status: 500 }, Infinity)
    await release()
    await eventually(
      () => country.core.log.of('accept').length,
      (tries) => tries >= 100,
      30_000
    )
    expect(new Set(hubAnswers(country))).toEqual(new Set([200]))
    expect(await isAlive()).toBe(true)
    country.core.faults.clear()
    // Core says 500 as well for a number that another record has; but ours is in the packet, and stays.
    await expectAllRegistered(country, eventIds)
    expect(acceptances(country)).toBe(100)
    expectNoPerson()
  })

  it('50 for a core that takes a second for each do not keep the hub waiting', async () => {
    await start()
    const eventIds = await waitingBirths(50)
    country.core.faults.add('accept', { kind: 'delay', ms: 1_000 }, 50)
    await release()
    await expectAllRegistered(country, eventIds)
    const waits = country.mosip.log
      .of('delivery')
      .map(({ at, endedAt }) => endedAt - at)
      .toSorted((a, b) => a - b)
    expect(waits).toHaveLength(50)
    expect(waits[25]).toBeLessThan(250)
    expect(acceptances(country)).toBe(50)
  })

  it('100 that come twice, and once more byte for byte, register 100 records once', async () => {
    await start()
    country.mosip.behave({ callbacks: { copies: 2 } })
    const { eventIds } = await registerBirths(country, 100)
    await expectAllRegistered(country, eventIds)
    for (const applicationId of country.mosip.applicationIds) {
      expect(await country.mosip.replayCredential(applicationId)).toBe(200)
    }
    await settled()
    expect(hubAnswers(country)).toHaveLength(300)
    expect(new Set(hubAnswers(country))).toEqual(new Set([200]))
    expect(acceptances(country)).toBe(100)
  })

  it('50 about packets that nobody sent are asked for again, and change nothing', async () => {
    await start()
    for (let count = 0; count < 50; count += 1) {
      const id = `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`
      expect(await country.mosip.sendCredential(id)).toBe(404)
    }
    expect(acceptances(country)).toBe(0)
    const { eventIds } = await registerBirths(country, 1)
    await expectAllRegistered(country, eventIds)
  })

  it('60 that overtake the workflow’s own answer find their registrations', async () => {
    await start()
    country.mosip.behave({ callbacks: { delivery: 'early' } })
    const { eventIds } = await registerBirths(country, 60)
    await expectAllRegistered(country, eventIds)
    expectNoPerson()
  })
})

describe('a MOSIP in trouble', () => {
  it('that answers 100 packets with 500 costs no registration and no refusal', async () => {
    await start()
    country.mosip.faults.add(
      'createPacket',
      { kind: 'status', status: 500 },
      100
    )
    const { eventIds, statuses } = await registerBirths(country, 100)
    expect(statuses).toEqual([202])
    await expectAllRegistered(country, eventIds)
    expectNoPerson()
  })

  it('that answers 100 packets with 200 and errors is not believed, and starts no workflow for them', async () => {
    await start()
    country.mosip.errors.add('createPacket', { code: 'KER-PUT-013' }, 100)
    const { eventIds, statuses } = await registerBirths(country, 100)
    expect(statuses).toEqual([202])
    await expectAllRegistered(country, eventIds)
    // One for each packet that there really is.
    expect(country.mosip.log.of('workflow')).toHaveLength(100)
    expect(country.mosip.log.of('createPacket')).toHaveLength(200)
  })

  it('that refuses 50 workflows gets the same 50 packets again, under the ids that it has', async () => {
    await start()
    country.mosip.errors.add('workflow', { code: 'RPR-WIN-002' }, 50)
    const { eventIds, statuses } = await registerBirths(country, 50)
    expect(statuses).toEqual([202])
    await expectAllRegistered(country, eventIds)
    expect(country.mosip.log.of('workflow')).toHaveLength(100)
  })

  it('that hangs keeps no registrar waiting, and gets the same packets once it answers', async () => {
    await start({ system: { timeoutMs: 500 } })
    country.mosip.faults.add('createPacket', { kind: 'hang' }, 10)
    const { eventIds, slowestMs, statuses } = await registerBirths(country, 10)
    expect(statuses).toEqual([202])
    expect(slowestMs).toBeLessThan(500)
    await expectAllRegistered(country, eventIds)
  })

  it('that is down for 50 registrations has them all once it is up', async () => {
    await start()
    await country.mosip.disappear()
    const { eventIds, slowestMs, statuses } = await registerBirths(country, 50)
    expect(statuses).toEqual([202])
    expect(slowestMs).toBeLessThan(2_000)
    await settled()
    expect(country.mosip.applicationIds).toEqual([])
    await country.mosip.start()
    await expectAllRegistered(country, eventIds)
    expectNoPerson()
  })
})

describe('tokens', () => {
  it('that end while 30 births wait are replaced, and all 30 are registered', async () => {
    const client = { clientId: 'national-id', clientSecret: 'the client’s own' }
    await start({
      country: {
        core: { recordTokenSeconds: 2, systemClients: [client] },
        opencrvs: { systemClient: client },
        delivery: {
          retry: { initialMs: 20, maxMs: 100, maxAttempts: 1_000 },
          pollMs: 25,
          renewTokenBeforeMs: 200
        }
      }
    })
    const eventIds = await waitingBirths(30)
    // As an outage of the auth service that outlasts the tokens: none is renewed in time.
    country.core.faults.add('token', { kind: 'status', status: 503 }, Infinity)
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    country.core.faults.clear()
    await release()
    await expectAllRegistered(country, eventIds)
    expect(country.core.log.of('token').length).toBeGreaterThanOrEqual(30)
  })

  it('that come twice, and other ones for the same registration, ask for one identity', async () => {
    await start()
    const { core, environment } = country
    const asked = await pendingRegistration(environment, NEWBORN)
    const token = core.recordToken(asked.target)
    const answers = await Promise.all([
      trigger(environment, asked, { token }),
      trigger(environment, asked, { token }),
      trigger(environment, asked)
    ])
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202])
    await expectAllRegistered(country, [asked.event.id])
    expect(answersTo(core, asked.event.id, 'REGISTER')).toHaveLength(1)
  })
})

describe('a start', () => {
  it('with a hub that answers 500 stands, takes registrations, and is subscribed later', async () => {
    country = await openCountry()
    country.mosip.faults.add('hub', { kind: 'status', status: 500 }, 2)
    const { eventIds, statuses } = await registerBirths(country, 3)
    expect(statuses).toEqual([202])
    await eventually(
      () => country.mosip.log.of('hub').length,
      (calls) => calls >= 2
    )
    expect(country.mosip.log.of('hub').map(({ status }) => status)).toEqual([
      500, 500
    ])
    expect(await isAlive()).toBe(true)
    await subscribed(country)
    await expectAllRegistered(country, eventIds)
  })

  it('with MOSIP down stands, takes registrations, and is subscribed later', async () => {
    country = await openCountry({ isMosipDown: true })
    const { eventIds, statuses } = await registerBirths(country, 3)
    expect(statuses).toEqual([202])
    await settled()
    expect(await isAlive()).toBe(true)
    await country.mosip.start()
    await expectAllRegistered(country, eventIds)
  })
})
