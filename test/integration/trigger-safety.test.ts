import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import type { JsonObject } from 'opencrvs-national-id'
import {
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

const FIXTURES = path.join(__dirname, '../fixtures/opencrvs')

async function start(changes: Changes = {}): Promise<void> {
  system = scriptedSystem()
  environment = await startEnvironment(system, {
    operations: { scope: 'record.reject' },
    ...changes
  })
}

afterEach(() => environment.stop())

function recordedTrigger() {
  const file = path.join(FIXTURES, 'trigger-birth-REGISTER.json')
  const event = JSON.parse(readFileSync(file, 'utf8')) as JsonObject & {
    id: string
    actions: Array<JsonObject & { id: string }>
  }
  const pending = event.actions.at(-1)
  if (pending === undefined) throw new Error('unexpected fixture')
  return { event, target: { eventId: event.id, actionId: pending.id } }
}

async function post(
  body: string,
  token: string | undefined,
  route = '/trigger/events/birth/actions/REGISTER'
) {
  const response = await fetch(`${environment.url}${route}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` })
    },
    body
  })
  return {
    status: response.status,
    body: (await response.json()) as { code?: string; message?: string }
  }
}

async function deliveries(): Promise<unknown[]> {
  const response = await fetch(`${environment.url}/national-id/deliveries`, {
    headers: { authorization: `Bearer ${environment.core.userToken()}` }
  })
  const body = (await response.json()) as { deliveries: unknown[] }
  return body.deliveries
}

describe('a trigger from core', () => {
  it('is taken with a record token for just this record and action', async () => {
    await start()
    const { event, target } = recordedTrigger()
    const { status } = await post(
      JSON.stringify(event),
      environment.core.recordToken(target)
    )
    expect(status).toBe(202)
    expect(await deliveries()).toHaveLength(1)
  })

  it('that comes again is answered the same and asks the system once', async () => {
    await start()
    const { event, target } = recordedTrigger()
    const token = environment.core.recordToken(target)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post(JSON.stringify(event), token))
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    await eventually(
      () => system.requests.length,
      (n) => n > 0
    )
    expect(await deliveries()).toHaveLength(1)
    expect(system.requests).toHaveLength(1)
  })
})

describe('a call that is not from core', () => {
  const foreign: Array<
    [string, string, (core: Environment['core']) => string | undefined]
  > = [
    ['without a token', 'ERR_TOKEN_MISSING', () => undefined],
    ['with a text that is no token', 'ERR_TOKEN_INVALID', () => 'a.b.c'],
    [
      "with a user's session token",
      'ERR_TOKEN_SCOPE',
      (core) => core.userToken()
    ],
    [
      'with the anonymous token',
      'ERR_TOKEN_SCOPE',
      (core) => core.anonymousToken()
    ],
    [
      'with a token for another record',
      'ERR_TOKEN_FOREIGN',
      (core) =>
        core.recordToken({
          eventId: '11111111-1111-4111-8111-111111111111',
          actionId: recordedTrigger().target.actionId
        })
    ],
    [
      'with a token for another action',
      'ERR_TOKEN_FOREIGN',
      (core) =>
        core.recordToken({
          eventId: recordedTrigger().target.eventId,
          actionId: '11111111-1111-4111-8111-111111111111'
        })
    ],
    [
      'with a token that another key signed',
      'ERR_TOKEN_INVALID',
      () => {
        const { header, payload } = {
          header: { alg: 'none' },
          payload: { sub: 'x' }
        }
        const part = (value: object) =>
          Buffer.from(JSON.stringify(value)).toString('base64url')
        return `${part(header)}.${part(payload)}.`
      }
    ]
  ]

  it.each(foreign)(
    '%s is refused with %s, and leaves a trace',
    async (_what, code, token) => {
      await start()
      const { event } = recordedTrigger()
      const answer = await post(JSON.stringify(event), token(environment.core))
      expect(answer.status).toBe(400)
      expect(answer.body.code).toBe(code)
      expect(await deliveries()).toEqual([])
      expect(system.requests).toEqual([])
      const trace = environment.lines.find(
        ({ message }) => message === 'call refused'
      )
      expect(trace).toMatchObject({ route: 'trigger', code })
    }
  )

  it('with an expired token is refused', async () => {
    await start({ core: { recordTokenSeconds: -10 } })
    const { event, target } = recordedTrigger()
    const answer = await post(
      JSON.stringify(event),
      environment.core.recordToken(target)
    )
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'ERR_TOKEN_EXPIRED' }
    })
  })
})

describe('a trigger that makes no sense', () => {
  async function sent(
    change: (event: ReturnType<typeof recordedTrigger>['event']) => unknown
  ) {
    await start()
    const { event, target } = recordedTrigger()
    return post(
      JSON.stringify(change(event)),
      environment.core.recordToken(target)
    )
  }

  it('because it is no event is answered 400', async () => {
    expect(await sent(() => ({ hello: 'world' }))).toMatchObject({
      status: 400,
      body: { code: 'ERR_EVENT_SHAPE' }
    })
  })

  it('because it is no object is answered 400', async () => {
    expect(await sent(() => [1, 2, 3])).toMatchObject({ status: 400 })
  })

  it('because nothing is pending is answered 400', async () => {
    const answer = await sent((event) => ({
      ...event,
      actions: event.actions.slice(0, -1)
    }))
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'ERR_NO_PENDING_ACTION' }
    })
  })

  it('because two actions are pending is answered 400', async () => {
    const answer = await sent((event) => ({
      ...event,
      actions: [
        ...event.actions,
        { ...event.actions.at(-1), id: '11111111-1111-4111-8111-111111111111' }
      ]
    }))
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'ERR_SEVERAL_PENDING_ACTIONS' }
    })
  })

  it('because the path is for another action is answered 400', async () => {
    await start()
    const { event, target } = recordedTrigger()
    const token = environment.core.recordToken(target)
    const answer = await post(
      JSON.stringify(event),
      token,
      '/trigger/events/birth/actions/DECLARE'
    )
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'ERR_PATH_MISMATCH' }
    })
  })

  it('because it is no JSON is answered 400, not what hapi would say', async () => {
    await start()
    const { target } = recordedTrigger()
    const answer = await post('{"id":', environment.core.recordToken(target))
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'ERR_BODY_MALFORMED' }
    })
  })

  it('because the route takes no body of 5 MB is answered 400, and the route is named at start', async () => {
    await start({ maxBytes: 1024 * 1024 })
    const { event, target } = recordedTrigger()
    const large = { ...event, padding: 'x'.repeat(5 * 1024 * 1024) }
    const answer = await post(
      JSON.stringify(large),
      environment.core.recordToken(target)
    )
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'ERR_BODY_TOO_LARGE' }
    })
    expect(environment.lines.map(({ message }) => message).join()).toContain(
      'maxBytes'
    )
  })

  it('of 5 MB is taken where the route allows it', async () => {
    await start()
    const { event, target } = recordedTrigger()
    const reads = Array.from({ length: 6_000 }, (_, index) => ({
      id: `11111111-1111-4111-8111-${String(index).padStart(12, '0')}`,
      transactionId: 'x'.repeat(800),
      type: 'READ',
      status: 'Accepted',
      createdAt: '2026-11-23T22:56:29.752Z',
      createdBy: '55555555-5555-4555-8555-555555555555',
      createdByUserType: 'user',
      declaration: {}
    }))
    const large = { ...event, actions: [...reads, ...event.actions] }
    expect(JSON.stringify(large).length).toBeGreaterThan(5 * 1024 * 1024)
    const answer = await post(
      JSON.stringify(large),
      environment.core.recordToken(target)
    )
    expect(answer.status).toBe(202)
  })

  it('because its event type is unknown is answered 400 where nobody else speaks for it', async () => {
    const death = { subject: 'deceased', rules: {} }
    await start({ events: { death } })
    const { event, target } = recordedTrigger()
    const marriage = { ...event, type: 'marriage' }
    const answer = await post(
      JSON.stringify(marriage),
      environment.core.recordToken(target),
      '/trigger/events/marriage/actions/REGISTER'
    )
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'ERR_EVENT_UNKNOWN' }
    })
  })
})

describe('a trigger about which nothing can be decided or stored', () => {
  it('is answered 400 when a rule fails, and says which', async () => {
    await start({
      events: {
        birth: {
          subject: 'child',
          rules: {
            REGISTER: [
              {
                name: 'a broken rule',
                when: () => {
                  throw new Error('Juno is not to be seen')
                },
                then: { kind: 'registerOnly' }
              }
            ]
          }
        }
      }
    })
    const { event, target } = recordedTrigger()
    const answer = await post(
      JSON.stringify(event),
      environment.core.recordToken(target)
    )
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'ERR_RULE_FAILED' }
    })
    expect(answer.body.message).toContain('a broken rule')
    expect(JSON.stringify(answer)).not.toContain('Juno')
    expect(JSON.stringify(environment.lines)).not.toContain('Juno')
  })

  it('is answered 400 when the public key of core cannot be had', async () => {
    await start()
    environment.core.faults.add(
      'key',
      { kind: 'status', status: 503 },
      Infinity
    )
    const { event, target } = recordedTrigger()
    const answer = await post(
      JSON.stringify(event),
      environment.core.recordToken(target)
    )
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'ERR_KEY_UNAVAILABLE' }
    })
  })
})

describe('what is logged', () => {
  it('holds no personal data and no token, whatever happens', async () => {
    await start()
    system.script({
      outcome: 'refused',
      code: 'NO',
      reason: 'Juno is a duplicate of 9000000001'
    })
    const { core } = environment
    const eventId = await core.createDeclaredEvent('birth', NEWBORN)
    await core.register(eventId)
    const text = await eventually(
      () => JSON.stringify(environment.lines),
      (lines) => lines.includes('delivery ended')
    )
    for (const secret of [
      'Juno',
      'Exampleson',
      NEWBORN['child.dob'],
      '9000000001',
      'eyJ'
    ]) {
      expect(text).not.toContain(secret)
    }
  })
})
