import { AuthenticationError, MalformedError } from 'opencrvs-national-id'
import type {
  CallbackMessage,
  Delivery,
  InboundRequest,
  NationalIdSystem
} from 'opencrvs-national-id'
import {
  call,
  pendingRegistration,
  recordedTrigger,
  refusalsIn,
  trigger
} from './attacker'
import {
  answersTo,
  eventually,
  NEWBORN,
  scriptedSystem,
  startEnvironment,
  type Changes,
  type Environment
} from './environment'

const PREFIX = '/national-id'
const SCRAPER = 'the scraper knows this'

let environment: Environment
let messages: CallbackMessage[]

/** A system that calls back with a secret word, and brings a route of its own along. */
function callingSystem(
  more: Partial<NationalIdSystem> = {}
): ReturnType<typeof scriptedSystem> {
  const prove = ({ headers }: InboundRequest) => {
    if (headers['x-word'] !== 'open sesame')
      throw new AuthenticationError('no word', { code: 'ERR_WORD' })
  }
  return scriptedSystem(
    { callback: true },
    {
      readCallback: async (request) => {
        prove(request)
        return Promise.resolve(messages)
      },
      routes: [
        {
          method: 'POST',
          path: '/handshake',
          access: 'The ID system, by its word',
          handle: async (request) => {
            prove(request)
            return Promise.resolve({
              status: 200,
              headers: { 'x-challenge': 'yes' },
              body: request.rawBody.toString()
            })
          }
        },
        {
          method: 'GET',
          path: '/persons/{id}',
          access: 'The ID system, by its word',
          handle: async (request) => {
            prove(request)
            if (request.params.id === 'bug') throw new TypeError('Juno')
            throw new MalformedError('no such person', { code: 'ERR_PERSON' })
          }
        }
      ],
      ...more
    }
  )
}

async function start(
  changes: Changes = {},
  system = callingSystem()
): Promise<void> {
  messages = []
  environment = await startEnvironment(system, {
    operations: { scope: 'record.reject' },
    metrics: { token: SCRAPER },
    ...changes
  })
}

afterEach(() => environment.stop())

const codeOf = (text: string) => (JSON.parse(text) as { code?: string }).code

describe('every route', () => {
  it('is one of these, and none is open that does not say so', async () => {
    await start()
    const routes = environment.server
      .table()
      .map(({ method, path }) => `${method} ${path}`)
    expect(routes.sort()).toEqual([
      'get /national-id/deliveries',
      'get /national-id/deliveries/{id}',
      'get /national-id/health/live',
      'get /national-id/health/ready',
      'get /national-id/metrics',
      'get /national-id/persons/{id}',
      'post /national-id/confirmation',
      'post /national-id/confirmation/',
      'post /national-id/deliveries/{id}/reject',
      'post /national-id/deliveries/{id}/send-again',
      'post /national-id/handshake',
      'post /trigger/events/{event}/actions/{action}'
    ])
  })

  it('but health is closed to everybody who is not meant', async () => {
    await start()
    const { core } = environment
    const asked = await pendingRegistration(environment, NEWBORN)
    await trigger(environment, asked)
    const id = JSON.parse(
      (
        await call(environment, `${PREFIX}/deliveries`, {
          method: 'GET',
          token: core.userToken()
        })
      ).text
    ) as { deliveries: Delivery[] }
    const delivery = `${PREFIX}/deliveries/${id.deliveries[0]?.id}`
    const strangers = {
      nobody: undefined,
      anonymous: core.anonymousToken(),
      'a user without the scope': core.userToken({ claims: { scope: [] } }),
      "another record's token": core.recordToken({
        eventId: '11111111-1111-4111-8111-111111111111',
        actionId: '22222222-2222-4222-8222-222222222222'
      }),
      "a record token with the user's scopes": core.recordToken(asked.target, {
        claims: { scope: ['record.reject'] }
      }),
      'a forger': core.userToken({ signedWith: 'foreign' }),
      'a forger without a signature': core.userToken({ signedWith: 'none' }),
      'a forger with the public key': core.userToken({
        signedWith: 'publicKeyAsSecret'
      }),
      'a user of yesterday': core.userToken({ lifetimeSeconds: -60 })
    }
    const closed: Array<[method: string, path: string]> = [
      ['POST', '/trigger/events/birth/actions/REGISTER'],
      ['GET', `${PREFIX}/deliveries`],
      ['GET', delivery],
      ['POST', `${delivery}/send-again`],
      ['POST', `${delivery}/reject`],
      ['GET', `${PREFIX}/metrics`],
      ['POST', `${PREFIX}/confirmation`],
      ['POST', `${PREFIX}/handshake`],
      ['GET', `${PREFIX}/persons/1`]
    ]
    for (const [who, token] of Object.entries(strangers)) {
      for (const [method, path] of closed) {
        const answer = await call(environment, path, {
          method,
          token,
          ...(method === 'POST' ? { body: '{"reason":"because"}' } : {})
        })
        const expected = path.startsWith('/trigger') ? [400] : [401, 403]
        expect([who, path, expected]).toEqual([
          who,
          path,
          expect.arrayContaining([answer.status])
        ])
        expect(answer.text).not.toContain('Juno')
        if (token !== undefined) expect(answer.text).not.toContain(token)
      }
    }
    for (const token of Object.values(strangers)) {
      if (token !== undefined)
        expect(JSON.stringify(environment.lines)).not.toContain(token)
    }
    expect(answersTo(core, asked.target.eventId, 'REGISTER')).toEqual([])
  })

  it('answers no other origin, and gives a proxy nothing to keep', async () => {
    await start()
    const token = environment.core.userToken()
    for (const [path, shown] of [
      [`${PREFIX}/deliveries`, token],
      [`${PREFIX}/deliveries/none`, token],
      [`${PREFIX}/deliveries`, 'garbage'],
      [`${PREFIX}/metrics`, SCRAPER],
      [`${PREFIX}/metrics`, 'garbage']
    ] as const) {
      const { headers } = await call(environment, path, {
        method: 'GET',
        token: shown,
        headers: { origin: 'https://elsewhere.example.org' }
      })
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('access-control-allow-origin')).toBeNull()
    }
    const preflight = await call(environment, `${PREFIX}/deliveries`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://elsewhere.example.org',
        'access-control-request-method': 'GET'
      }
    })
    expect(preflight.status).toBe(404)
  })

  it('wants its token in the header: a cookie, which a foreign page could make a browser send, opens nothing', async () => {
    await start()
    const token = environment.core.userToken()
    const { status } = await call(environment, `${PREFIX}/deliveries`, {
      method: 'GET',
      headers: { cookie: `opencrvs=${token}; token=${token}` }
    })
    expect(status).toBe(401)
  })

  it('stands under the prefix that the country chose, and nowhere else', async () => {
    await start({ routePrefix: '/identity/v1' })
    const live = await call(environment, '/identity/v1/health/live', {
      method: 'GET'
    })
    expect(live.status).toBe(200)
    const elsewhere = await call(environment, `${PREFIX}/health/live`, {
      method: 'GET'
    })
    expect(elsewhere.status).toBe(404)
  })
})

describe('operations', () => {
  const user = () => ({ method: 'GET', token: environment.core.userToken() })

  it('say what is wrong with a page that is none', async () => {
    await start()
    const { status, text } = await call(
      environment,
      `${PREFIX}/deliveries?after=nonsense`,
      user()
    )
    expect(status).toBe(400)
    expect(codeOf(text)).toBe('ERR_FILTER')
  })

  it('say 503, and not that the token is bad, while tokens cannot be checked', async () => {
    await start()
    environment.core.faults.add(
      'key',
      { kind: 'status', status: 503 },
      Infinity
    )
    const { status, text } = await call(
      environment,
      `${PREFIX}/deliveries`,
      user()
    )
    expect(status).toBe(503)
    expect(codeOf(text)).toBe('ERR_KEY_UNAVAILABLE')
  })

  it('take a body that is no reason, too large or no JSON for what it is', async () => {
    await start()
    const token = environment.core.userToken()
    const reject = (body: string) =>
      call(environment, `${PREFIX}/deliveries/x/reject`, { token, body })
    expect((await reject('{"reason":["a"]}')).status).toBe(400)
    expect((await reject('{"reason":"abc","more":1}')).status).toBe(400)
    expect((await reject('{')).status).toBe(400)
    expect((await reject(`"${'x'.repeat(20_000)}"`)).status).toBe(413)
  })

  it('say no more than that they failed when the store is gone', async () => {
    await start()
    const token = environment.core.userToken()
    await environment.server.stop({ timeout: 50 })
    const { statusCode, payload } = await environment.server.inject({
      url: `${PREFIX}/deliveries`,
      headers: { authorization: `Bearer ${token}` }
    })
    expect(statusCode).toBe(503)
    expect(codeOf(payload)).toBe('ERR_NOT_STARTED')
  })
})

describe('health', () => {
  it('asks core and the store once, however many ask us', async () => {
    await start()
    const { core } = environment
    core.faults.add('key', { kind: 'status', status: 503 }, Infinity)
    const before = core.log.of('key').length
    const ask = () =>
      call(environment, `${PREFIX}/health/ready`, { method: 'GET' })
    const answers = await Promise.all(Array.from({ length: 100 }, ask))
    for (let n = 0; n < 20; n += 1) answers.push(await ask())
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
    expect(core.log.of('key').length - before).toBe(1)
  })

  it('tells no more than which part works', async () => {
    await start()
    const { text } = await call(environment, `${PREFIX}/health/ready`, {
      method: 'GET'
    })
    expect(JSON.parse(text)).toEqual({
      status: 'ok',
      checks: { store: 'ok', opencrvs: 'ok', system: 'ok' }
    })
  })
})

describe('metrics', () => {
  it('are open only where the country has said so', async () => {
    await start({ metrics: { allowAnonymous: true } })
    const { status } = await call(environment, `${PREFIX}/metrics`, {
      method: 'GET'
    })
    expect(status).toBe(200)
  })

  it('are closed, not broken, when the token cannot be fetched', async () => {
    await start({
      metrics: { token: () => Promise.reject(new Error('vault: s3cr3t')) }
    })
    const { status, text } = await call(environment, `${PREFIX}/metrics`, {
      method: 'GET',
      token: 's3cr3t'
    })
    expect(status).toBe(503)
    expect(codeOf(text)).toBe('ERR_SECRET')
    expect(JSON.stringify([text, environment.lines])).not.toContain('s3cr3t')
  })
})

describe('a callback', () => {
  const proven = { headers: { 'x-word': 'open sesame' }, body: '{}' }
  const confirm = () => call(environment, `${PREFIX}/confirmation`, proven)

  async function waiting(): Promise<Delivery> {
    const asked = await pendingRegistration(environment, NEWBORN)
    await trigger(environment, asked)
    const listed = await eventually(
      async () => {
        const { text } = await call(environment, `${PREFIX}/deliveries`, {
          method: 'GET',
          token: environment.core.userToken()
        })
        return (JSON.parse(text) as { deliveries: Delivery[] }).deliveries[0]
      },
      (delivery) => delivery?.state === 'submitted'
    )
    if (listed === undefined) throw new Error('no delivery')
    return listed
  }

  it('that somebody has caught and sends on and on changes nothing and fills no disk', async () => {
    await start()
    const delivery = await waiting()
    const answer = { outcome: 'accepted', identifier: '9000000042' } as const
    messages = [{ messageId: 'm-1', reference: delivery.id, answer }]
    const answers = await Promise.all(Array.from({ length: 400 }, confirm))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    await eventually(
      () => answersTo(environment.core, delivery.event.id, 'REGISTER'),
      (rows) => rows.length > 0
    )
    expect(answersTo(environment.core, delivery.event.id, 'REGISTER')).toEqual([
      'Accepted'
    ])
    const { text } = await call(
      environment,
      `${PREFIX}/deliveries/${delivery.id}`,
      { method: 'GET', token: environment.core.userToken() }
    )
    const kinds = (
      JSON.parse(text) as { timeline: Array<{ kind: string }> }
    ).timeline.map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'callback.applied')).toHaveLength(1)
    // Those of two minutes, should the test meet the end of one.
    expect(
      kinds.filter((kind) => kind === 'callback.repeated').length
    ).toBeLessThanOrEqual(240)
  })

  it('that says "not yet" is taken and changes nothing', async () => {
    await start()
    const delivery = await waiting()
    messages = [
      {
        messageId: 'm-1',
        reference: delivery.id,
        answer: { outcome: 'pending' }
      }
    ]
    const { status, text } = await confirm()
    expect(status).toBe(200)
    expect(JSON.parse(text)).toEqual({ results: ['noted'] })
  })

  it('is refused where the system does not call back, and by an adapter that fails', async () => {
    await start({}, scriptedSystem())
    const none = await confirm()
    expect(none.status).toBe(400)
    expect(codeOf(none.text)).toBe('ERR_CALLBACK_NOT_CONFIGURED')
    await environment.stop()
    await start(
      {},
      callingSystem({ readCallback: () => Promise.reject(new Error('Juno')) })
    )
    const failed = await confirm()
    expect(failed.status).toBe(503)
    expect(failed.headers.get('retry-after')).toBe('30')
    expect(codeOf(failed.text)).toBe('ERR_UNEXPECTED')
    expect(JSON.stringify(environment.lines)).not.toContain('Juno')
  })

  it('is asked for again, and not answered, before the server has started', async () => {
    await start()
    await environment.server.stop({ timeout: 50 })
    for (const [method, path] of [
      ['POST', 'confirmation'],
      ['POST', 'handshake'],
      ['GET', 'health/ready'],
      ['GET', 'metrics']
    ] as const) {
      const { statusCode } = await environment.server.inject({
        method,
        url: `${PREFIX}/${path}`
      })
      expect(statusCode).toBe(503)
    }
    const asked = recordedTrigger()
    const { statusCode, payload } = await environment.server.inject({
      method: 'POST',
      url: '/trigger/events/birth/actions/REGISTER',
      payload: asked.event
    })
    expect(statusCode).toBe(400)
    expect(codeOf(payload)).toBe('ERR_NOT_STARTED')
  })
})

describe("a route of the system's own", () => {
  it('serves whom it means', async () => {
    await start()
    const headers = { 'x-word': 'open sesame' }
    const answer = await call(environment, `${PREFIX}/handshake`, {
      headers,
      body: 'challenge'
    })
    expect(answer).toMatchObject({ status: 200, text: 'challenge' })
    expect(answer.headers.get('x-challenge')).toBe('yes')
    const missing = await call(environment, `${PREFIX}/persons/1`, {
      method: 'GET',
      headers
    })
    expect(missing.status).toBe(400)
    const bug = await call(environment, `${PREFIX}/persons/bug`, {
      method: 'GET',
      headers
    })
    expect(bug.status).toBe(503)
    expect(refusalsIn(environment, 'system')).toBe(2)
    expect(JSON.stringify(environment.lines)).not.toContain('Juno')
  })
})
