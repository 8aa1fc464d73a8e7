import nock from 'nock'
import {
  createOpenCrvsCore,
  OpenCrvsError,
  type OpenCrvsCoreOptions
} from 'opencrvs-national-id/opencrvs'
import { startBrokenServer } from './broken-server'
import {
  ACTION_ID,
  EVENT_ID,
  heldClock,
  newKeys,
  NOW,
  recordClaims,
  signToken
} from './issued-tokens'
import { readFixture } from './recorded'

const AUTH_URL = 'http://auth.test:4040'
const keys = newKeys()
const target = { eventId: EVENT_ID, actionId: ACTION_ID }
const recordToken = signToken(keys, recordClaims())
const clientToken = signToken(
  keys,
  recordClaims({
    eventId: undefined,
    actionId: undefined,
    userType: 'system',
    exp: NOW / 1000 + 600
  })
)

beforeAll(() => {
  nock.disableNetConnect()
  nock.enableNetConnect('127.0.0.1')
})
afterEach(() => {
  expect(nock.pendingMocks()).toEqual([])
  nock.cleanAll()
})
afterAll(() => nock.restore())

function coreWith(options: Partial<OpenCrvsCoreOptions> = {}) {
  const clock = heldClock()
  const core = createOpenCrvsCore({
    gatewayUrl: 'http://gateway.test',
    authUrl: AUTH_URL,
    clock,
    ...options
  })
  return { clock, core }
}

const systemClient = { clientId: 'client-1', clientSecret: () => 'hush' }

function systemTokens() {
  const { clock, core } = coreWith({ systemClient })
  const fetchToken = core.tokenFromSystemClient
  if (fetchToken === undefined) throw new Error('no system client')
  return { clock, fetchToken }
}

type TokenRequest = { path: string; body: Record<string, string> }

/** Answers the next token request, and keeps what it said. */
function tokenAnswer(status: number, body: object): TokenRequest[] {
  const sent: TokenRequest[] = []
  nock(AUTH_URL)
    .post(/^\/token/)
    .reply(function (path, form) {
      const text = typeof form === 'string' ? form : ''
      sent.push({ path, body: Object.fromEntries(new URLSearchParams(text)) })
      return [status, body]
    })
  return sent
}

function giving(token: string): TokenRequest[] {
  return tokenAnswer(200, { access_token: token, token_type: 'Bearer' })
}

async function failureOf(work: Promise<unknown>): Promise<OpenCrvsError> {
  const error: unknown = await work.catch((reason: unknown) => reason)
  if (error instanceof OpenCrvsError) return error
  throw new Error('it did not fail as expected')
}

/** The parameters that the recorded exchange sent, with our ids and token. */
function recordedParameters(name: string, subjectToken: string): object {
  const { request } = readFixture<{ request: { body: string } }>(name)
  return {
    ...Object.fromEntries(new URLSearchParams(request.body)),
    event_id: EVENT_ID,
    action_id: ACTION_ID,
    subject_token: subjectToken
  }
}

describe('renewing a record token', () => {
  it('sends what the recorded exchange sent, in the body', async () => {
    const fresh = signToken(keys, recordClaims({ exp: NOW / 1000 + 700_000 }))
    const sent = giving(fresh)
    const renewed = await coreWith().core.renewToken(target, recordToken)
    expect(renewed).toEqual({ token: fresh, expiresAt: NOW + 700_000_000 })
    expect(sent).toEqual([
      {
        path: '/token',
        body: recordedParameters(
          'token-exchange-record-token-form.json',
          recordToken
        )
      }
    ])
  })

  it('uses the query on OpenCRVS 1.9, which reads nothing else', async () => {
    const sent = giving(recordToken)
    await coreWith({ version: '1.9' }).core.renewToken(target, recordToken)
    const recorded = new URL(
      readFixture<{ request: { url: string } }>(
        'token-exchange-record-token-query.json'
      ).request.url
    ).searchParams
    recorded.set('event_id', EVENT_ID)
    recorded.set('action_id', ACTION_ID)
    recorded.set('subject_token', recordToken)
    const { searchParams } = new URL(sent[0]?.path ?? '', AUTH_URL)
    expect(Object.fromEntries(searchParams)).toEqual(
      Object.fromEntries(recorded)
    )
    expect(sent[0]?.body).toEqual({})
  })

  it('is unauthorized once the token has ended', async () => {
    const { response } = readFixture<{
      response: { status: number; body: object }
    }>('token-exchange-error-expired-subject.json')
    tokenAnswer(response.status, response.body)
    const error = await failureOf(
      coreWith().core.renewToken(target, recordToken)
    )
    expect(error).toMatchObject({ failure: 'unauthorized', status: 401 })
  })

  it.each([
    ['no token', { token_type: 'Bearer' }],
    ['something that is not a token', { access_token: 'abc' }],
    [
      'a token for another action',
      { access_token: signToken(keys, recordClaims({ actionId: 'x' })) }
    ],
    [
      'a token for another record',
      { access_token: signToken(keys, recordClaims({ eventId: 'x' })) }
    ],
    ['a plain token', { access_token: clientToken }]
  ])('does not take %s', async (_, body) => {
    tokenAnswer(200, body)
    const error = await failureOf(
      coreWith().core.renewToken(target, recordToken)
    )
    expect(error).toMatchObject({
      failure: 'transient',
      code: 'ERR_CORE_ANSWER'
    })
  })

  it.each(['1.9', '2'] as const)(
    'tells no token when it fails, on %s',
    async (version) => {
      const server = await startBrokenServer()
      const { core } = coreWith({ version, authUrl: server.url })
      const error = await failureOf(core.renewToken(target, recordToken))
      await server.close()
      expect(error.failure).toBe('transient')
      expect(error.cause).toBeUndefined()
      expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(
        recordToken
      )
    }
  )
})

describe('a record token by way of the system client', () => {
  it('is not offered where there is no system client', () => {
    expect(coreWith().core.tokenFromSystemClient).toBeUndefined()
  })

  it("is exchanged from the client's own token", async () => {
    const first = giving(clientToken)
    const second = giving(recordToken)
    expect(await systemTokens().fetchToken(target)).toEqual({
      token: recordToken,
      expiresAt: NOW + 604_800_000
    })
    expect(first[0]).toEqual({
      path: '/token',
      body: {
        grant_type: 'client_credentials',
        client_id: 'client-1',
        client_secret: 'hush'
      }
    })
    expect(second[0]?.body).toEqual(
      recordedParameters('token-exchange-record-token-form.json', clientToken)
    )
  })

  it("keeps the client's token, for less than it lasts", async () => {
    const { clock, fetchToken } = systemTokens()
    const grants = async () => {
      const sent = giving(recordToken)
      await fetchToken(target)
      return sent[0]?.body.subject_token
    }
    giving(clientToken)
    await grants()
    clock.advance(539_000)
    expect(await grants()).toBe(clientToken)
    clock.advance(1_000)
    const later = giving(
      signToken(keys, recordClaims({ exp: NOW / 1000 + 1200 }))
    )
    await grants()
    expect(later[0]?.body.grant_type).toBe('client_credentials')
  })

  it("keeps the client's token for nine minutes at most, whatever it says", async () => {
    const { clock, fetchToken } = systemTokens()
    giving(signToken(keys, recordClaims({ exp: NOW / 1000 + 86_400 })))
    giving(recordToken)
    await fetchToken(target)
    clock.advance(540_000)
    const later = giving(clientToken)
    giving(recordToken)
    await fetchToken(target)
    expect(later[0]?.body.grant_type).toBe('client_credentials')
  })

  it("asks once for the client's token, however many need it", async () => {
    const { fetchToken } = systemTokens()
    const first = giving(clientToken)
    giving(recordToken)
    giving(recordToken)
    await Promise.all([fetchToken(target), fetchToken(target)])
    expect(first).toHaveLength(1)
  })

  it("gets a new client's token when core no longer takes the kept one", async () => {
    const { fetchToken } = systemTokens()
    giving(clientToken)
    tokenAnswer(401, { error: 'unauthorized_client' })
    const again = giving(clientToken)
    giving(recordToken)
    expect((await fetchToken(target)).token).toBe(recordToken)
    expect(again[0]?.body.grant_type).toBe('client_credentials')
  })

  it('fails for good when core does not take the client', async () => {
    tokenAnswer(401, { error: 'invalid_client' })
    const error = await failureOf(systemTokens().fetchToken(target))
    expect(error).toMatchObject({
      failure: 'permanent',
      code: 'ERR_SYSTEM_CLIENT_REFUSED'
    })
    expect(error.message).not.toContain('hush')
  })

  it('asks again after the auth service was away', async () => {
    const { fetchToken } = systemTokens()
    tokenAnswer(503, {})
    expect((await failureOf(fetchToken(target))).failure).toBe('transient')
    giving(clientToken)
    giving(recordToken)
    expect((await fetchToken(target)).token).toBe(recordToken)
  })
})
