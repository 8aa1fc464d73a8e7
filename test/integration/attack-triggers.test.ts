import { gzipSync } from 'node:zlib'
import type { Lifecycle } from '@hapi/hapi'
import * as jwt2 from 'hapi-auth-jwt2'
import { when } from 'opencrvs-national-id'
import type { Delivery, Rule } from 'opencrvs-national-id'
import {
  call,
  pendingAction,
  pendingRegistration,
  raw,
  recordedTrigger,
  refusalsIn,
  trigger,
  TRIGGER
} from './attacker'
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

afterEach(async () => {
  jest.restoreAllMocks()
  await environment.stop()
})

function births(action: string, ...rules: Rule[]): Changes {
  return { events: { birth: { subject: 'child', rules: { [action]: rules } } } }
}

async function deliveries(): Promise<Delivery[]> {
  const { text } = await call(environment, '/national-id/deliveries', {
    method: 'GET',
    token: environment.core.userToken()
  })
  return (JSON.parse(text) as { deliveries: Delivery[] }).deliveries
}

const codeOf = (text: string) => (JSON.parse(text) as { code?: string }).code

/** A timer that a test cannot wait for ends at once. */
function hasten(delayMs: number): void {
  const real = setTimeout
  jest
    .spyOn(globalThis, 'setTimeout')
    .mockImplementation((run: () => void, ms?: number) =>
      real(run, ms === delayMs ? 30 : ms)
    )
}

describe('a body that is meant to hurt', () => {
  const { event, target } = recordedTrigger()
  const core = JSON.stringify(event)
  const mebibyte = 1024 * 1024
  const bodies: Array<
    [string, () => string | Uint8Array<ArrayBuffer>, Record<string, string>]
  > = [
    ['nests 100,000 levels', () => '['.repeat(100_000), {}],
    [
      'nests 100,000 levels inside a field',
      () =>
        core.replace(
          /"declaration":\{\}/,
          `"declaration":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
        ),
      {}
    ],
    [
      'reaches for the prototype of all objects',
      () => core.replace('{', '{"__proto__":{"polluted":true},'),
      {}
    ],
    [
      'has 200,000 rows of nothing',
      () => `{"id":"a","actions":[${'0,'.repeat(200_000)}0]}`,
      {}
    ],
    ['is larger than the route allows', () => 'x'.repeat(21 * mebibyte), {}],
    [
      'swells when it is unpacked',
      () => new Uint8Array(gzipSync(' '.repeat(60 * mebibyte))),
      { 'content-encoding': 'gzip' }
    ],
    ['is not packed as it says', () => core, { 'content-encoding': 'gzip' }],
    ['is a form', () => 'id=1', { 'content-type': 'text/xml' }],
    ['has several parts', () => 'x', { 'content-type': 'multipart/form-data' }],
    ['is null', () => 'null', {}],
    ['is empty', () => '', {}]
  ]

  it.each(bodies)(
    '(%s) is answered 400 even with a good token, and the next trigger as usual',
    async (_what, body, headers) => {
      await start()
      const token = environment.core.recordToken(target)
      const hurt = await call(environment, TRIGGER, {
        token,
        body: body(),
        headers
      })
      expect(hurt.status).toBe(400)
      expect(codeOf(hurt.text)).toMatch(/^ERR_(BODY|EVENT)_/)
      expect({}).not.toHaveProperty('polluted')
      expect(refusalsIn(environment, 'trigger')).toBe(1)
      expect((await trigger(environment, recordedTrigger())).status).toBe(202)
      expect(await deliveries()).toHaveLength(1)
    }
  )

  it('is not even read for a caller without a record token', async () => {
    const parsed = jest.spyOn(JSON, 'parse')
    await start()
    const { core: opencrvs } = environment
    const body = `{"never":"parsed",${'"a":"b",'.repeat(100_000)}"c":1}`
    const tokens = [undefined, opencrvs.anonymousToken(), opencrvs.userToken()]
    for (const token of tokens) {
      const { status } = await call(environment, TRIGGER, { token, body })
      expect(status).toBe(400)
    }
    const isRead = () =>
      parsed.mock.calls.some(([text]) => text.includes('never'))
    expect(isRead()).toBe(false)
    await call(environment, TRIGGER, {
      token: opencrvs.recordToken(target),
      body
    })
    expect(isRead()).toBe(true)
  })

  it('that trickles in holds up nobody else, and nothing at all without a record token', async () => {
    await start()
    const head = (token: string) =>
      `POST ${TRIGGER} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nauthorization: Bearer ${token}\r\ncontent-length: 5000\r\n\r\n{"id":`
    const slow = Array.from({ length: 30 }, () =>
      raw(environment, head(environment.core.recordToken(target)))
    )
    expect((await trigger(environment, recordedTrigger())).status).toBe(202)
    expect(
      await raw(environment, head(environment.core.anonymousToken()))
    ).toMatch(/^HTTP\/1.1 400 [^]*ERR_TOKEN_SCOPE/)
    await Promise.all(slow)
    expect(await deliveries()).toHaveLength(1)
  })

  it('is taken in pieces, since HTTP allows that', async () => {
    await start()
    const token = environment.core.recordToken(target)
    const answer = await raw(
      environment,
      `POST ${TRIGGER} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\nauthorization: Bearer ${token}\r\ntransfer-encoding: chunked\r\n\r\n${core.length.toString(16)}\r\n${core}\r\n0\r\n\r\n`
    )
    expect(answer).toMatch(/^HTTP\/1.1 202 /)
  })
})

describe('a request that is meant to confuse', () => {
  const { event, target } = recordedTrigger()
  const body = JSON.stringify(event)

  const routes = [
    '/trigger/events/birth/actions/REGISTER%2F..%2FDECLARE',
    '/trigger/events/birth/actions/%52EGISTER%00',
    '/trigger/events/death/actions/REGISTER',
    '/trigger/events/__proto__/actions/constructor',
    `/trigger/events/birth/actions/${'R'.repeat(5_000)}`
  ]
  it.each(routes)('by its path (%#) is refused', async (route) => {
    await start()
    const token = environment.core.recordToken(target)
    const answer = await call(environment, route, { token, body })
    expect(answer.status).toBe(400)
    expect(codeOf(answer.text)).toBe('ERR_PATH_MISMATCH')
    expect(await deliveries()).toEqual([])
  })

  it('by a path that hapi does not know, or by another verb, reaches nothing', async () => {
    await start()
    const token = environment.core.recordToken(target)
    for (const route of [
      '/trigger/events/birth/actions/REGISTER/',
      '/trigger//events/birth/actions/REGISTER',
      '/trigger/events/birth%2Factions/REGISTER',
      '/trigger/events/birth/actions/%E0%A4%A'
    ]) {
      const { status } = await call(environment, route, { token, body })
      expect([400, 404]).toContain(status)
    }
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await call(environment, TRIGGER, {
        method,
        token
      })
      expect(status).toBe(404)
      expect(headers.get('access-control-allow-origin')).toBeNull()
    }
    expect(await deliveries()).toEqual([])
  })

  it('by two tokens, or a token elsewhere than in its header, is refused', async () => {
    await start()
    const good = environment.core.recordToken(target)
    const bad = environment.core.anonymousToken()
    const query = await call(environment, `${TRIGGER}?token=${good}`, { body })
    expect(codeOf(query.text)).toBe('ERR_TOKEN_MISSING')
    const cookie = await call(environment, TRIGGER, {
      body,
      headers: { cookie: `token=${good}` }
    })
    expect(codeOf(cookie.text)).toBe('ERR_TOKEN_MISSING')
    const twice = await raw(
      environment,
      `POST ${TRIGGER} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\nauthorization: Bearer ${bad}\r\nauthorization: Bearer ${good}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
    )
    expect(twice).toMatch(/^HTTP\/1.1 400 /)
    expect(await deliveries()).toEqual([])
    expect(JSON.stringify(environment.lines)).not.toContain(good)
  })

  it('by a flood of headers is refused before it costs anything', async () => {
    await start()
    const flood = Array.from({ length: 5_000 }, (_, n) => `x-${n}: y`)
    const answer = await raw(
      environment,
      `POST ${TRIGGER} HTTP/1.1\r\nhost: x\r\n${flood.join('\r\n')}\r\n\r\n`
    )
    expect(answer).toMatch(/^HTTP\/1.1 4/)
    expect(refusalsIn(environment, 'trigger')).toBe(0)
  })

  it.each(['constructor', 'toString', 'hasOwnProperty'])(
    'by an event type that every object has (%s) is an unknown one',
    async (type) => {
      await start()
      const asked = recordedTrigger()
      asked.event.type = type
      expect(await trigger(environment, asked)).toMatchObject({
        status: 400,
        body: { code: 'ERR_EVENT_UNKNOWN' }
      })
    }
  )

  it('by made-up types leaves no mark of its own in the metrics', async () => {
    await start({ otherwise: () => ({}) })
    for (let n = 0; n < 5; n += 1) {
      const asked = recordedTrigger()
      const pending = asked.event.actions.at(-1)
      if (pending !== undefined) pending.type = `MADE-UP-${n}`
      await trigger(environment, asked)
      asked.event.type = `made-up-${n}`
      await trigger(environment, asked)
    }
    const { text } = await call(environment, '/national-id/metrics', {
      method: 'GET',
      token: 'the scraper knows this'
    })
    expect(text.toLowerCase()).not.toContain('made-up')
  })
})

describe('a flood of refused calls', () => {
  it('is counted whole, and written down and logged up to a bound', async () => {
    await start()
    const calls = Array.from({ length: 300 }, () => call(environment, TRIGGER))
    await Promise.all(calls)
    // Those of two minutes, should the test meet the end of one.
    expect(refusalsIn(environment, 'trigger')).toBeLessThanOrEqual(240)
    const { text } = await call(environment, '/national-id/metrics', {
      method: 'GET',
      token: 'the scraper knows this'
    })
    expect(text).toContain(
      'calls_refused_total{route="trigger",code="ERR_TOKEN_MISSING"} 300'
    )
    // What happens at another entry is not hidden by it.
    await call(environment, '/national-id/confirmation', { body: 'x' })
    expect(refusalsIn(environment, 'confirmation')).toBe(1)
  })
})

describe("a trigger route with the country's own authentication", () => {
  const strategy: Changes = {
    async prepare(server) {
      await server.register(jwt2)
      server.auth.strategy('jwt', 'jwt', {
        key: () => ({ key: environmentKey() }),
        verifyOptions: { algorithms: ['RS256'] },
        validate: (credentials: object) => ({ isValid: true, credentials })
      })
      server.auth.default('jwt')
    }
  }
  const environmentKey = () => environment.core.publicKey()

  it('leaves its 401 alone', async () => {
    await start(strategy)
    expect((await call(environment, TRIGGER)).status).toBe(401)
    expect((await call(environment, TRIGGER, { token: 'a.b.c' })).status).toBe(
      401
    )
  })

  it('is refused by us, unread, where it lets any OpenCRVS token in', async () => {
    await start(strategy)
    const token = environment.core.anonymousToken()
    const routes = [TRIGGER, `${TRIGGER}?token=${token}`]
    for (const route of routes) {
      const answer = await call(environment, route, {
        ...(route === TRIGGER ? { token } : {}),
        body: '{"this is": no JSON'
      })
      expect(answer.status).toBe(400)
      expect(codeOf(answer.text)).toMatch(/^ERR_TOKEN_/)
    }
  })

  it('lets core through', async () => {
    await start(strategy)
    expect((await trigger(environment, recordedTrigger())).status).toBe(202)
  })
})

describe("the country's own handler and checks", () => {
  const asDeclared = (handler: Lifecycle.Method): Changes => ({
    ...births('DECLARE'),
    otherwise: handler
  })

  async function declared() {
    const eventId = environment.core.createEvent('birth')
    await environment.core.declare(eventId, NEWBORN, {
      answeredWith: { status: 500 }
    })
    return trigger(environment, pendingAction(environment, eventId))
  }

  const handlers: Array<[string, Lifecycle.Method, number, object]> = [
    ['says nothing', (_request, h) => h.response(), 200, {}],
    ['says null', () => null, 200, {}],
    ['says 204', (_request, h) => h.response().code(204), 200, {}],
    ['defers', (_request, h) => h.response({ a: 1 }).code(202), 202, { a: 1 }],
    [
      'adds values',
      () => ({ declaration: { a: 1 } }),
      200,
      { declaration: { a: 1 } }
    ],
    [
      'says 201',
      (_request, h) => h.response({}).code(201),
      400,
      { code: 'ERR_REFUSED' }
    ],
    [
      'sends core elsewhere',
      (_request, h) => h.redirect('https://elsewhere.example.org'),
      400,
      { code: 'ERR_REFUSED' }
    ],
    [
      'says 401',
      (_request, h) => h.response('no').code(401),
      400,
      { code: 'ERR_REFUSED' }
    ],
    [
      'says 503 in its own words',
      (_request, h) => h.response('no').code(503),
      400,
      { code: 'ERR_HANDLER_FAILED' }
    ],
    [
      'throws',
      () => {
        throw new Error('Juno is not to be seen')
      },
      400,
      { code: 'ERR_HANDLER_FAILED' }
    ],
    [
      'throws no error',
      () => {
        throw 'Juno is not to be seen'
      },
      400,
      { code: 'ERR_HANDLER_FAILED' }
    ],
    [
      'forgets to answer',
      () => undefined as never,
      400,
      { code: 'ERR_HANDLER_FAILED' }
    ],
    [
      'gives values that are none',
      () => ({ declaration: 'Juno' }),
      400,
      { code: 'ERR_HANDLER_ANSWER' }
    ]
  ]

  it.each(handlers)(
    'that %s is answered for so that the record is not stuck',
    async (_what, handler, status, body) => {
      await start(asDeclared(handler))
      const answer = await declared()
      expect(answer.status).toBe(status)
      expect(answer.body).toMatchObject(body)
      expect(JSON.stringify(answer)).not.toContain('not to be seen')
      expect(JSON.stringify(environment.lines)).not.toContain('Juno')
    }
  )

  const registrations: Array<[string, Lifecycle.Method, number]> = [
    ['a number', () => ({ registrationNumber: 'B1' }), 200],
    ['a number as text', () => '{"registrationNumber":"B1"}', 200],
    [
      'a number in a buffer',
      () => Buffer.from('{"registrationNumber":"B1"}'),
      200
    ],
    ['no number', () => ({}), 400],
    ['nothing', () => null, 400],
    ['text', () => 'registered', 400],
    ['an empty number', () => ({ registrationNumber: ' ' }), 400],
    ['a number that is one', () => ({ registrationNumber: 17 }), 400]
  ]

  it.each(registrations)(
    'that registers with %s is passed on only if core can take it',
    async (_what, handler, status) => {
      await start({ ...births('REGISTER'), otherwise: handler })
      const asked = await pendingRegistration(environment, NEWBORN)
      expect((await trigger(environment, asked)).status).toBe(status)
    }
  )

  it('may check the request before us, and core still gets what it knows', async () => {
    const refusing: Lifecycle.Method[] = [
      () => {
        throw new Error('checks are broken')
      },
      (_request, h) => h.response('unprocessable').code(422).takeover()
    ]
    for (const failAction of refusing) {
      await start({
        triggerRoute: {
          validate: {
            payload: () => {
              throw new Error('Juno is not to be seen')
            },
            failAction
          }
        }
      })
      const answer = await trigger(environment, recordedTrigger())
      expect(answer.status).toBe(400)
      expect(JSON.stringify(answer)).not.toContain('Juno')
      if (failAction !== refusing.at(-1)) await environment.stop()
    }
  })
})

describe('rules and generators that misbehave', () => {
  it('are given up when they do not end', async () => {
    const never = () => new Promise<boolean>(() => undefined)
    await start(
      births('REGISTER', {
        name: 'never ends',
        when: never,
        then: when.registerOnly()
      })
    )
    hasten(6_000)
    expect(await trigger(environment, recordedTrigger())).toMatchObject({
      status: 400,
      body: { code: 'ERR_RULE_TIMEOUT' }
    })
    expect(await deliveries()).toEqual([])
  })

  const generators: Array<[string, () => string | Promise<string>]> = [
    [
      'throws',
      () => {
        throw new Error('Juno is not to be seen')
      }
    ],
    ['gives nothing', () => ''],
    ['gives spaces', () => '  '],
    ['gives a number', () => 17 as never],
    ['never ends', () => new Promise<string>(() => undefined)]
  ]

  it.each(generators)(
    'leave the registration to be tried again when the generator %s',
    async (_what, registrationNumber) => {
      await start({
        ...births('REGISTER', { name: 'all', then: when.registerOnly() }),
        registrationNumber
      })
      hasten(10_000)
      const answer = await trigger(environment, recordedTrigger())
      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'ERR_REGISTRATION_NUMBER' }
      })
      expect(JSON.stringify([answer, environment.lines])).not.toContain('Juno')
      expect(await deliveries()).toEqual([])
    }
  )

  it('defer a registration, and do not lose its identifier, when the generator fails in sync mode', async () => {
    let broken = true
    await start({
      ...births('REGISTER', {
        name: 'all',
        then: when.createIdentity({ mode: 'sync' })
      }),
      registrationNumber: () => (broken ? '' : 'RN-1')
    })
    system.script({ outcome: 'accepted', identifier: '9000000042' })
    const asked = await pendingRegistration(environment, NEWBORN)
    expect((await trigger(environment, asked)).status).toBe(202)
    broken = false
    await eventually(
      () => answersTo(environment.core, asked.target.eventId, 'REGISTER'),
      (rows) => rows.length > 0
    )
    const state = environment.core.state(asked.target.eventId)
    expect(state?.declaration['child.nid']).toBe('9000000042')
    expect(system.requests).toHaveLength(1)
  })
})

describe('decisions about other actions', () => {
  it('are taken for a custom action by its own rules first', async () => {
    await start({
      events: {
        birth: {
          subject: 'child',
          rules: {
            CUSTOM: [{ name: 'any other', then: when.registerOnly() }],
            'CUSTOM:VALIDATE': [
              { name: 'not this one', then: when.reject('not this one') }
            ]
          }
        }
      }
    })
    const asked = recordedTrigger('birth-CUSTOM')
    const pending = asked.event.actions.at(-1) ?? {}
    Object.assign(pending, { customActionType: 'SOMETHING' })
    expect(await trigger(environment, asked)).toEqual({ status: 200, body: {} })
    Object.assign(pending, { customActionType: 'VALIDATE' })
    asked.target.actionId = '12121212-1212-4212-8212-121212121212'
    Object.assign(pending, { id: asked.target.actionId })
    expect(await trigger(environment, asked)).toMatchObject({
      status: 400,
      body: { code: 'RULE', message: 'not this one' }
    })
  })

  it('refuse a correction at once in sync mode, while core can still take a refusal', async () => {
    const then = when.updateIdentity({ mode: 'sync' })
    await start({
      ...births('APPROVE_CORRECTION', { name: 'all', then }),
      policies: { updates: { allowAdults: true } }
    })
    system.script({ outcome: 'refused', code: 'NO', reason: 'no' })
    const answer = await trigger(
      environment,
      recordedTrigger('birth-APPROVE_CORRECTION')
    )
    expect(answer).toMatchObject({ status: 400, body: { code: 'NO' } })
    expect(system.requests).toHaveLength(1)
  })

  it("tell the registrar why a policy keeps an adult's update from being sent", async () => {
    await start({
      ...births('APPROVE_CORRECTION', {
        name: 'all',
        then: when.updateIdentity()
      }),
      policies: { updates: { enrolled: () => true } },
      reasons: { annotation: 'national-id-note' }
    })
    const answer = await trigger(
      environment,
      recordedTrigger('birth-APPROVE_CORRECTION')
    )
    expect(answer.status).toBe(200)
    expect(JSON.stringify(answer.body)).toContain('national-id-note')
    expect(system.requests).toEqual([])
  })
})
