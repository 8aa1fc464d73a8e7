import jwt from 'jsonwebtoken'
import { createCoreSimulator } from '../../../src/sandbox'
import { recording, type Recorded } from '../recording'

const CLIENT = { clientId: 'country-client', clientSecret: 'open sesame' }
const TARGET = {
  eventId: '11111111-1111-4111-8111-111111111111',
  actionId: '22222222-2222-4222-8222-222222222222'
}
const EXCHANGE = {
  grant_type: 'urn:opencrvs:oauth:grant-type:token-exchange',
  subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  requested_token_type: 'urn:opencrvs:oauth:token-type:single_record_token',
  event_id: TARGET.eventId,
  action_id: TARGET.actionId
}

const now = { ms: Date.parse('2026-11-24T00:00:00Z') }
const core = createCoreSimulator({
  systemClients: [CLIENT],
  clock: { now: () => now.ms }
})
let url: string

beforeAll(async () => {
  url = await core.start()
})
afterAll(() => core.stop())

async function askForm(path: string, parameters: Record<string, string>) {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    body: new URLSearchParams(parameters)
  })
  const body: Recorded = await response.json()
  return { status: response.status, body }
}

function claimsOf(token: string): Record<string, unknown> {
  return jwt.verify(token, core.publicKey(), {
    algorithms: ['RS256'],
    clockTimestamp: now.ms / 1000
  }) as Record<string, unknown>
}

function withoutTimes(claims: Record<string, unknown>) {
  const { iat: _, exp: __, ...rest } = claims
  return rest
}

describe('the token endpoint', () => {
  const subject = () => core.recordToken(TARGET)

  test.each(['/token', '/auth/token'])(
    '%s exchanges a record token for a fresh week, in a form, a query and JSON',
    async (path) => {
      const parameters = { ...EXCHANGE, subject_token: subject() }
      const asQuery = `${url}${path}?${new URLSearchParams(parameters)}`
      const answers = await Promise.all([
        fetch(`${url}${path}`, {
          method: 'POST',
          body: new URLSearchParams(parameters)
        }),
        fetch(asQuery, { method: 'POST' }),
        fetch(`${url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(parameters)
        })
      ])
      const recorded = recording('token-exchange-record-token-form')
      for (const answer of answers) {
        expect(answer.status).toBe(recorded.response.status)
        const body: Recorded = await answer.json()
        expect(Object.keys(body)).toEqual(Object.keys(recorded.response.body))
        const claims = claimsOf(body.access_token)
        expect(withoutTimes(claims)).toEqual({
          ...withoutTimes(recorded.newTokenClaims),
          ...TARGET
        })
        expect(Number(claims.exp) - Number(claims.iat)).toBe(604_800)
      }
    }
  )

  test('refuses an expired subject as recorded', async () => {
    const { response } = recording('token-exchange-error-expired-subject')
    const answer = await askForm('/token', {
      ...EXCHANGE,
      subject_token: core.recordToken(TARGET, { lifetimeSeconds: -1 })
    })
    expect(answer).toMatchObject({
      status: response.status,
      body: response.body
    })
  })

  test('refuses the anonymous token and a missing field', async () => {
    const anonymous = core.anonymousToken()
    const { event_id: _, ...without } = EXCHANGE
    expect(
      (await askForm('/token', { ...EXCHANGE, subject_token: anonymous }))
        .status
    ).toBe(401)
    expect(
      await askForm('/token', { ...without, subject_token: subject() })
    ).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    expect((await askForm('/token', {})).status).toBe(400)
  })

  test('gives a system client ten minutes, which it can exchange for a week', async () => {
    const recorded = recording('token-client-credentials-search-only')
    const own = await askForm('/token', {
      grant_type: 'client_credentials',
      client_id: CLIENT.clientId,
      client_secret: CLIENT.clientSecret
    })
    const claims = claimsOf(own.body.access_token)
    expect(own.status).toBe(200)
    expect(Number(claims.exp) - Number(claims.iat)).toBe(600)
    expect(Object.keys(claims).toSorted()).toEqual(
      Object.keys(recorded.claims.claims).toSorted()
    )
    const exchanged = await askForm('/token', {
      ...EXCHANGE,
      subject_token: own.body.access_token
    })
    expect(claimsOf(exchanged.body.access_token)).toMatchObject({
      ...TARGET,
      sub: CLIENT.clientId,
      userType: 'system'
    })
  })

  test('refuses a wrong client secret', async () => {
    const answer = await askForm('/token', {
      grant_type: 'client_credentials',
      client_id: CLIENT.clientId,
      client_secret: 'close sesame'
    })
    expect(answer.status).toBe(401)
  })
})

describe('minting', () => {
  test('gives user, anonymous and record tokens with the recorded claims', () => {
    const recorded = recording('token-claims')
    const user = claimsOf(core.userToken())
    expect(Object.keys(user).toSorted()).toEqual(
      Object.keys(recorded.userToken.claims).toSorted()
    )
    expect(withoutTimes(claimsOf(core.anonymousToken()))).toEqual(
      withoutTimes(recorded.anonymousToken.claims)
    )
    expect(withoutTimes(claimsOf(core.recordToken(TARGET)))).toEqual({
      ...withoutTimes(recorded.recordToken.claims),
      ...TARGET
    })
  })

  test('changes and takes away claims, and lasts as long as it is told', () => {
    const claims = claimsOf(
      core.recordToken(TARGET, {
        claims: { eventId: undefined, extra: 1 },
        lifetimeSeconds: 5
      })
    )
    expect(claims).not.toHaveProperty('eventId')
    expect(claims).toMatchObject({ extra: 1, exp: now.ms / 1000 + 5 })
    core.setRecordTokenSeconds(60)
    expect(claimsOf(core.recordToken(TARGET)).exp).toBe(now.ms / 1000 + 60)
    core.setRecordTokenSeconds(604_800)
  })

  test.each(['foreign', 'none', 'publicKeyAsSecret'] as const)(
    'a token signed with %s is no proof',
    async (signedWith) => {
      const token = core.userToken({ signedWith })
      expect(token.split('.')).toHaveLength(3)
      const answer = await fetch(`${url}/events/event.config.get`, {
        headers: { authorization: `Bearer ${token}` }
      })
      expect(answer.status).toBe(401)
    }
  )

  test('a rotated key is published, and the tokens of the last one are refused', async () => {
    const before = core.userToken()
    const oldKey = await (await fetch(`${url}/.well-known`)).text()
    core.rotateKey()
    const published = await fetch(`${url}/auth/.well-known`)
    const newKey = await published.text()
    expect(published.headers.get('content-type')).toContain('octet-stream')
    expect(newKey).toMatch(/^-----BEGIN PUBLIC KEY-----/)
    expect(newKey).not.toBe(oldKey)
    expect(newKey).toBe(core.publicKey())
    const late = core.userToken({ signedWith: 'previous' })
    expect(
      jwt.verify(late, oldKey, { clockTimestamp: now.ms / 1000 })
    ).toBeTruthy()
    for (const [token, status] of [
      [before, 401],
      [late, 401],
      [core.userToken(), 200]
    ] as const) {
      const answer = await fetch(`${url}/events/event.config.get`, {
        headers: { authorization: `Bearer ${token}` }
      })
      expect(answer.status).toBe(status)
    }
  })

  test('a user who no longer exists is refused', async () => {
    const actor = { userType: 'user' as const, id: 'gone', scopes: [] }
    const other = createCoreSimulator({ users: [actor] })
    const otherUrl = await other.start()
    const ask = () =>
      fetch(`${otherUrl}/events/event.config.get`, {
        headers: { authorization: `Bearer ${other.userToken({ actor })}` }
      })
    expect((await ask()).status).toBe(200)
    other.removeActor('gone')
    expect((await ask()).status).toBe(401)
    await other.stop()
  })
})
