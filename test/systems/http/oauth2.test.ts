import nock from 'nock'
import type { OAuth2Authentication } from '../../../src/systems/http/options'
import { callContext, systemRequest } from '../contract'
import {
  BASE_URL,
  TestClock,
  everythingIn,
  failureOf,
  httpSystem
} from './made'

beforeAll(() => nock.disableNetConnect())
afterEach(() => {
  const pending = nock.pendingMocks()
  nock.cleanAll()
  expect(pending).toEqual([])
})
afterAll(() => nock.restore())

const SECRET = 's3cret & more'

function oauthSystem(
  changes: Partial<OAuth2Authentication> = {},
  clock = new TestClock()
) {
  return httpSystem(
    {
      authentication: {
        type: 'oauth2',
        tokenUrl: 'https://login.example.org/token',
        clientId: 'civil:registry',
        clientSecret: SECRET,
        ...changes
      }
    },
    clock
  )
}

function givesToken(
  token: unknown,
  more: object = { token_type: 'Bearer', expires_in: 600 }
): nock.Scope {
  return nock('https://login.example.org')
    .post('/token')
    .reply(200, { access_token: token, ...more })
}

function takes(token: string, times = 1): nock.Scope {
  return nock(BASE_URL, { reqheaders: { authorization: `Bearer ${token}` } })
    .post('/identities')
    .times(times)
    .reply(200, { identifier: '4207' })
}

function refuses(token: string): nock.Scope {
  return nock(BASE_URL, { reqheaders: { authorization: `Bearer ${token}` } })
    .post('/identities')
    .reply(401)
}

type Submitting = ReturnType<typeof oauthSystem>

function submitted(system: Submitting, signal?: AbortSignal) {
  return system.submit(systemRequest(), callContext(signal))
}

describe('the token request', () => {
  it('proves the client by HTTP Basic, both halves form-encoded', async () => {
    const pair = Buffer.from('civil%3Aregistry:s3cret+%26+more')
    nock('https://login.example.org', {
      reqheaders: {
        authorization: `Basic ${pair.toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded'
      }
    })
      .post('/token', {
        grant_type: 'client_credentials',
        scope: 'id.write',
        audience: 'id'
      })
      .reply(200, { access_token: 'T1', token_type: 'bearer' })
    takes('T1')
    await submitted(oauthSystem({ scope: 'id.write', audience: 'id' }))
  })

  it('proves the client in the body where the server wants that', async () => {
    nock('https://login.example.org', { badheaders: ['authorization'] })
      .post('/token', {
        grant_type: 'client_credentials',
        client_id: 'civil:registry',
        client_secret: SECRET
      })
      .reply(200, { access_token: 'T1', token_type: 'Bearer' })
    takes('T1')
    await submitted(oauthSystem({ sendCredentialsIn: 'body' }))
  })

  it('keeps a token until shortly before it ends', async () => {
    const clock = new TestClock()
    const system = oauthSystem({}, clock)
    givesToken('T1')
    takes('T1', 2)
    await submitted(system)
    clock.at += 569_000
    await submitted(system)
    clock.at += 1_000
    givesToken('T2')
    takes('T2')
    await submitted(system)
  })

  it('keeps a token that does not say how long for five minutes', async () => {
    const clock = new TestClock()
    const system = oauthSystem({}, clock)
    givesToken('T1', { token_type: 'Bearer' })
    takes('T1', 2)
    await submitted(system)
    clock.at += 269_000
    await submitted(system)
    clock.at += 1_000
    givesToken('T2', { token_type: 'Bearer', expires_in: '600' })
    takes('T2')
    await submitted(system)
  })

  it('is made once for calls that wait for it together', async () => {
    const system = oauthSystem()
    givesToken('T1')
    takes('T1', 3)
    const calls = [submitted(system), submitted(system), submitted(system)]
    expect(await Promise.all(calls)).toHaveLength(3)
  })

  it('goes on for the others when one caller gives up', async () => {
    const system = oauthSystem()
    nock('https://login.example.org')
      .post('/token')
      .delay(100)
      .reply(200, { access_token: 'T1', token_type: 'Bearer' })
    takes('T1')
    const stop = new AbortController()
    const given = failureOf(submitted(system, stop.signal))
    const other = submitted(system)
    setTimeout(() => stop.abort(), 10)
    expect(await given).toMatchObject({
      code: 'ERR_SYSTEM_ABORTED',
      outcomeUnknown: false
    })
    expect(await other).toMatchObject({ outcome: 'accepted' })
  })
})

describe('a token that the system does not take', () => {
  it('is dropped, and the call is made once more with a fresh one', async () => {
    const system = oauthSystem()
    givesToken('T1')
    refuses('T1')
    givesToken('T2')
    takes('T2', 2)
    await submitted(system)
    await submitted(system)
  })

  it('ends the call when the fresh one is not taken either', async () => {
    givesToken('T1')
    refuses('T1')
    givesToken('T2')
    refuses('T2')
    expect(await failureOf(submitted(oauthSystem()))).toMatchObject({
      code: 'ERR_SYSTEM_UNAUTHORIZED',
      retryable: true
    })
  })
})

describe('failures of the token request', () => {
  it.each([400, 401])('are told apart by our client (%i)', async (status) => {
    nock('https://login.example.org')
      .post('/token')
      .reply(status, { error: 'invalid_client', error_description: SECRET })
    const failure = await failureOf(submitted(oauthSystem()))
    expect(failure).toMatchObject({
      code: 'ERR_SYSTEM_TOKEN',
      systemCode: 'invalid_client',
      status,
      retryable: true,
      outcomeUnknown: false
    })
    expect(everythingIn(failure)).not.toMatch(/s3cret|civil|Basic/)
  })

  it('wait as long as the server says', async () => {
    nock('https://login.example.org')
      .post('/token')
      .reply(429, '', { 'retry-after': '7' })
    expect(await failureOf(submitted(oauthSystem()))).toMatchObject({
      code: 'ERR_SYSTEM_BUSY',
      retryAfterMs: 7_000,
      outcomeUnknown: false
    })
  })

  it('never leave the outcome of the call itself unknown', async () => {
    nock('https://login.example.org')
      .post('/token')
      .replyWithError(Object.assign(new Error(SECRET), { code: 'ECONNRESET' }))
    const failure = await failureOf(submitted(oauthSystem()))
    expect(failure).toMatchObject({
      code: 'ERR_SYSTEM_UNREACHABLE',
      retryable: true,
      outcomeUnknown: false
    })
    expect(everythingIn(failure)).not.toMatch(/s3cret|login\.example/)
  })

  it.each<[string, unknown, object]>([
    ['no token', undefined, { token_type: 'Bearer' }],
    ['an empty token', '', { token_type: 'Bearer' }],
    ['a token with a line end', 'T1\nx: y', { token_type: 'Bearer' }],
    ['a token of another type', 'T1', { token_type: 'mac' }]
  ])('refuse %s', async (_, token, more) => {
    givesToken(token, more)
    const failure = await failureOf(submitted(oauthSystem()))
    expect(failure).toMatchObject({ code: 'ERR_SYSTEM_TOKEN' })
    expect(everythingIn(failure)).not.toContain('x: y')
  })

  it('do not stay: the next call asks again', async () => {
    const system = oauthSystem()
    nock('https://login.example.org').post('/token').reply(503)
    await failureOf(submitted(system))
    givesToken('T1')
    takes('T1')
    expect(await submitted(system)).toMatchObject({ outcome: 'accepted' })
  })
})

describe('a client secret', () => {
  it('with the line end of its file is not sent, and not told', async () => {
    const system = oauthSystem({ clientSecret: async () => `${SECRET}\n` })
    const failure = await failureOf(submitted(system))
    expect(failure).toMatchObject({ code: 'ERR_SECRET' })
    expect(everythingIn(failure)).not.toContain(SECRET)
  })
})

describe('other credentials', () => {
  it('reads a bearer token anew for every call', async () => {
    const tokens = ['A', 'B']
    const system = httpSystem({
      authentication: { type: 'bearer', token: () => tokens.shift() ?? 'C' }
    })
    takes('A')
    takes('B')
    await submitted(system)
    await submitted(system)
  })

  it('does not tell a secret that a header cannot hold', async () => {
    const system = httpSystem({
      authentication: { type: 'bearer', token: () => 'tok-9\n' }
    })
    const failure = await failureOf(submitted(system))
    expect(failure).toMatchObject({ code: 'ERR_SECRET' })
    expect(everythingIn(failure)).not.toContain('tok-9')
  })

  it('sends an API key in the header that was named, without any other', async () => {
    nock(BASE_URL, { reqheaders: { authorization: 'ApiKey key-7' } })
      .post('/identities')
      .reply(200, { identifier: '4207' })
    await submitted(
      httpSystem({
        authentication: {
          type: 'apiKey',
          header: 'Authorization',
          value: async () => 'ApiKey key-7'
        }
      })
    )
  })
})
