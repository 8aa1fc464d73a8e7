import { SystemError } from 'opencrvs-national-id'
import type { Delivery } from 'opencrvs-national-id'
import {
  answersTo,
  eventually,
  NEWBORN,
  scriptedSystem,
  startEnvironment,
  type Changes,
  type Environment,
  type ScriptedSystem
} from './environment'

let environment: Environment
let system: ScriptedSystem

async function start(changes: Changes = {}): Promise<void> {
  system = scriptedSystem()
  environment = await startEnvironment(system, {
    operations: { scope: 'record.reject' },
    metrics: { token: 'the scraper knows this' },
    ...changes
  })
}

afterEach(() => environment.stop())

async function call(
  path: string,
  options: { token?: string; body?: object } = {}
) {
  const token = options.token ?? environment.core.userToken()
  const response = await fetch(`${environment.url}/national-id${path}`, {
    method: options.body === undefined ? 'GET' : 'POST',
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(options.body === undefined
        ? {}
        : { 'content-type': 'application/json' })
    },
    ...(options.body === undefined
      ? {}
      : { body: JSON.stringify(options.body) })
  })
  const text = await response.text()
  return {
    status: response.status,
    text,
    json: () => JSON.parse(text) as never
  }
}

async function list(query = ''): Promise<Delivery[]> {
  const answer: { deliveries: Delivery[] } = (
    await call(`/deliveries${query}`)
  ).json()
  return answer.deliveries
}

async function registered(): Promise<string> {
  const eventId = await environment.core.createDeclaredEvent('birth', NEWBORN)
  await environment.core.register(eventId)
  return eventId
}

const permanent = new SystemError('no such person schema', {
  code: 'ERR_SCHEMA',
  system: 'scripted'
})

describe('the operations API', () => {
  it('is closed to everybody without the scope', async () => {
    await start()
    const { core } = environment
    const [delivery] = await registered().then(() => list())
    const record = core.recordToken({
      eventId: delivery?.event.id ?? '',
      actionId: delivery?.action.id ?? ''
    })
    const calls: Array<[string, number]> = [
      ['', 401],
      ['garbage', 401],
      [core.anonymousToken(), 403],
      [record, 403]
    ]
    for (const [token, status] of calls) {
      const path = `/deliveries/${delivery?.id}`
      expect((await call('/deliveries', { token })).status).toBe(status)
      expect((await call(path, { token })).status).toBe(status)
      expect(
        (await call(`${path}/send-again`, { token, body: {} })).status
      ).toBe(status)
      expect(
        (await call(`${path}/reject`, { token, body: { reason: 'because' } }))
          .status
      ).toBe(status)
    }
    expect((await list())[0]?.state).not.toBe('cancelled')
  })

  it('does not exist where the country has not named a scope', async () => {
    environment = await startEnvironment(scriptedSystem())
    expect((await call('/deliveries')).status).toBe(404)
  })

  it('finds a delivery by its record, and tells its story in names and codes', async () => {
    await start()
    const eventId = await registered()
    const trackingId = environment.core.event(eventId)?.trackingId ?? ''
    const [delivery] = await eventually(
      () => list(`?trackingId=${trackingId}`),
      (found) => found[0]?.state === 'submitted'
    )
    const { text } = await call(`/deliveries/${delivery?.id}`)
    const { timeline } = JSON.parse(text) as {
      timeline: Array<{ kind: string; details?: unknown }>
    }
    expect(timeline.map(({ kind }) => kind)).toEqual([
      'decision.taken',
      'delivery.submitted'
    ])
    expect(timeline[0]?.details).toMatchObject({
      rule: 'child under ten',
      considered: [{ held: true, fields: ['child.dob'] }]
    })
    for (const personal of [
      'Juno',
      'Exampleson',
      NEWBORN['child.dob'],
      'eyJ'
    ]) {
      expect(text).not.toContain(personal)
    }
  })

  it('filters, pages, and says what is wrong with a query', async () => {
    await start()
    for (let i = 0; i < 3; i += 1) await registered()
    const first: { deliveries: Delivery[]; next: string } = (
      await call('/deliveries?limit=2')
    ).json()
    expect(first.deliveries).toHaveLength(2)
    const second: { deliveries: Delivery[]; next?: string } = (
      await call(`/deliveries?limit=2&after=${encodeURIComponent(first.next)}`)
    ).json()
    expect(second.deliveries).toHaveLength(1)
    expect(second.next).toBeUndefined()
    expect(await list('?state=parked&state=refused')).toEqual([])
    const wrong = await call('/deliveries?limit=1000&state=lost')
    expect(wrong.status).toBe(400)
    expect(wrong.json()).toMatchObject({ code: 'ERR_QUERY' })
  })

  it('sends a parked delivery again once its cause is mended', async () => {
    await start()
    system.script(permanent)
    const eventId = await registered()
    const [parked] = await eventually(
      list,
      (found) => found[0]?.state === 'parked'
    )
    expect(parked?.lastCode).toBe('ERR_SCHEMA')
    system.script({ outcome: 'accepted', identifier: '1' })
    const answer = await call(`/deliveries/${parked?.id}/send-again`, {
      body: {}
    })
    expect(answer.status).toBe(200)
    await eventually(
      () => answersTo(environment.core, eventId, 'REGISTER'),
      (rows) => rows.length > 0
    )
    expect(answersTo(environment.core, eventId, 'REGISTER')).toEqual([
      'Accepted'
    ])
    const again = await eventually(
      () => call(`/deliveries/${parked?.id}/send-again`, { body: {} }),
      ({ status }) => status === 409
    )
    expect(again.json()).toMatchObject({ code: 'ERR_DELIVERY_STATE' })
  })

  it('rejects in the place of the system, with a reason for the hook and not for the trail', async () => {
    const told: unknown[] = []
    await start({ hooks: { onRejected: (notice) => void told.push(notice) } })
    const eventId = await registered()
    const [delivery] = await eventually(
      list,
      (found) => found[0]?.state === 'submitted'
    )
    const path = `/deliveries/${delivery?.id}`
    expect((await call(`${path}/reject`, { body: {} })).json()).toMatchObject({
      code: 'ERR_BODY'
    })
    expect(
      (await call(`${path}/reject`, { body: { reason: 'Registered twice' } }))
        .status
    ).toBe(200)
    await eventually(
      () => told.length,
      (n) => n === 1
    )
    expect(answersTo(environment.core, eventId, 'REGISTER')).toEqual([
      'Rejected'
    ])
    expect(told[0]).toMatchObject({
      code: 'OPERATOR',
      reason: 'Registered twice'
    })
    const { text } = await call(path)
    expect(text).toContain('operator.rejected')
    expect(text).toContain('user:55555555-5555-4555-8555-555555555555')
    expect(text).not.toContain('Registered twice')
  })

  it('knows nothing of a delivery that does not exist', async () => {
    await start()
    expect((await call('/deliveries/no-such-delivery')).status).toBe(404)
  })
})

describe('health and metrics', () => {
  it('says that it is ready while core and the store can be reached', async () => {
    await start()
    expect((await call('/health/live', { token: '' })).status).toBe(200)
    const ready = await call('/health/ready', { token: '' })
    expect(ready.status).toBe(200)
    expect(ready.json()).toEqual({
      status: 'ok',
      checks: { store: 'ok', opencrvs: 'ok', system: 'ok' }
    })
  })

  it('is not ready without the key that triggers are checked with', async () => {
    await start()
    await environment.core.disappear()
    const ready = await call('/health/ready', { token: 'x' })
    expect(ready.status).toBe(503)
    expect(ready.json()).toMatchObject({ checks: { opencrvs: 'failing' } })
    await environment.core.start()
  })

  it('shows metrics to whoever has the token, and to nobody else', async () => {
    await start()
    await registered()
    await eventually(list, (found) => found[0]?.state === 'submitted')
    expect((await call('/metrics', { token: '' })).status).toBe(401)
    expect((await call('/metrics')).status).toBe(401)
    const { status, text } = await call('/metrics', {
      token: 'the scraper knows this'
    })
    expect(status).toBe(200)
    expect(text).toContain('national_id_deliveries{state="submitted"} 1')
    expect(text).toContain(
      'national_id_triggers_total{event="birth",action="REGISTER",decision="createIdentity",status="202"} 1'
    )
  })

  it('reports what is open for too long, once', async () => {
    const stalled: unknown[] = []
    await start({
      hooks: { onStalled: (notice) => void stalled.push(notice) },
      delivery: { stalledAfterMs: 50 }
    })
    const eventId = await registered()
    await eventually(
      () => stalled.length,
      (n) => n === 1
    )
    expect(stalled[0]).toMatchObject({ event: { id: eventId } })
    expect(await list('?stalled=true')).toHaveLength(1)
  })
})
