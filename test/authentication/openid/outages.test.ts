import { openIdConnect } from '../../../src/authentication/openid'
import type { Answer } from './loopback-provider'
import { NOW } from './loopback-provider'
import {
  clock,
  failureOf,
  meet,
  newClientKey,
  REDIRECT_URI,
  signIn,
  type Meeting
} from './signing-in'

let meeting: Meeting

afterEach(() => meeting.close())

const DISCOVERY = '/.well-known/openid-configuration'
const PATHS = [DISCOVERY, '/token', '/jwks', '/userinfo']

const html: Answer = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<html><body>Amina, please wait</body></html>'
}

const broken: Array<[string, Answer]> = [
  ['fails (500)', { status: 500, body: '{"error":"server_error"}' }],
  ['is not there (503, HTML)', { ...html, status: 503 }],
  ['sends an HTML page', html],
  [
    'redirects',
    {
      status: 302,
      headers: { location: 'https://elsewhere.example' },
      body: ''
    }
  ],
  ['sends nothing', { status: 200, body: '' }],
  ['sends 204', { status: 204, body: '' }],
  ['sends a list', { status: 200, body: '[]' }]
]

const cases = PATHS.flatMap((path) =>
  broken.map(([how, answer]) => ({ path, how, answer }))
)

test.each(cases)(
  'a provider whose $path $how is unavailable, and is asked again next time',
  async ({ answer, path }) => {
    meeting = await meet()
    const { behaviour } = meeting.provider
    behaviour.instead[path] = () => answer
    const error = await failureOf(signIn(meeting))
    // Broken JSON with the right type is what a proxy gives, or worse: either way nobody signs in.
    expect(['unavailable', 'unexpected']).toContain(error.problem)
    if (answer.status !== 200 || answer === html) {
      expect(error.problem).toBe('unavailable')
    }
    expect(error.message).not.toContain('Amina')
    delete behaviour.instead[path]
    await expect(signIn(meeting)).resolves.toMatchObject({
      subject: 'pairwise-1'
    })
  }
)

test('a token endpoint that redirects is not followed', async () => {
  meeting = await meet()
  const { behaviour, issuer } = meeting.provider
  behaviour.instead['/token'] = () => ({
    status: 307,
    headers: { location: `${issuer}/elsewhere` },
    body: ''
  })
  await failureOf(signIn(meeting))
  expect(meeting.provider.calls('/elsewhere')).toEqual([])
})

test.each(PATHS)(
  'a provider whose %s does not answer is given up',
  async (path) => {
    meeting = await meet({ timeoutMs: 100 })
    meeting.provider.behaviour.instead[path] = () => 'silence'
    const error = await failureOf(signIn(meeting))
    expect(error).toMatchObject({
      code: 'ERR_PROVIDER_TIMEOUT',
      problem: 'unavailable',
      retryable: true
    })
  }
)

test('an answer without end is refused', async () => {
  meeting = await meet()
  meeting.provider.behaviour.instead['/userinfo'] = () => ({
    headers: { 'content-type': 'application/jwt' },
    body: 'x'.repeat(11 * 1024 * 1024)
  })
  const error = await failureOf(signIn(meeting))
  expect(error.problem).toBe('unavailable')
})

test('a provider that is down at the start does not stop the server, and is found once it is there', async () => {
  meeting = await meet()
  const party = openIdConnect({
    issuer: 'http://127.0.0.1:1',
    clientId: 'civil-registry',
    clientKey: newClientKey().pem
  }).create({ clock })
  const error = await failureOf(party.begin({ redirectUri: REDIRECT_URI }))
  expect(error).toMatchObject({
    code: 'ERR_PROVIDER_UNREACHABLE',
    problem: 'unavailable'
  })
  expect(error.message).toContain('ECONNREFUSED')
  expect(error.message).not.toContain('127.0.0.1')
  party.stop?.()
})

test('an old discovery document serves while the provider’s new one cannot be read', async () => {
  let now = NOW
  meeting = await meet()
  const { behaviour, issuer } = meeting.provider
  const party = openIdConnect({
    issuer,
    clientId: 'civil-registry',
    clientKey: newClientKey().pem
  }).create({ clock: { now: () => now } })
  const begin = () => party.begin({ redirectUri: REDIRECT_URI })
  await begin()
  await begin()
  expect(meeting.provider.calls(DISCOVERY)).toHaveLength(1)
  behaviour.instead[DISCOVERY] = () => ({ ...html, status: 502 })
  now += 2 * 3_600_000
  await begin()
  // Not with every sign-in: that would cost each its deadline.
  await begin()
  expect(meeting.provider.calls(DISCOVERY)).toHaveLength(2)
  delete behaviour.instead[DISCOVERY]
  behaviour.metadata = { authorization_endpoint: `${issuer}/new` }
  now += 61_000
  expect((await begin()).url).toContain(`${issuer}/new?`)
  party.stop?.()
})

test.each([
  ['another issuer', { issuer: 'https://elsewhere.example' }],
  ['no token endpoint', { token_endpoint: undefined }],
  ['a token endpoint that is no address', { token_endpoint: 'token' }],
  [
    'a token endpoint behind http: on another machine',
    { token_endpoint: 'http://id.example.org/token' }
  ]
])('a discovery document with %s is not used', async (_, metadata) => {
  meeting = await meet()
  meeting.provider.behaviour.metadata = metadata
  const error = await failureOf(
    meeting.party.begin({ redirectUri: REDIRECT_URI })
  )
  expect(error).toMatchObject({
    code: 'ERR_PROVIDER_METADATA',
    problem: 'unavailable'
  })
})

test('a client that the provider does not know is refused, with what to check', async () => {
  meeting = await meet({ clientKey: newClientKey().pem })
  const error = await failureOf(signIn(meeting))
  expect(error).toMatchObject({
    code: 'ERR_PROVIDER_REFUSED',
    problem: 'refused'
  })
  expect(error.message).toContain('invalid_client')
})

test('a client assertion that the provider refuses is refused, with what to check', async () => {
  meeting = await meet({ assertionAudience: 'https://elsewhere.example' })
  const error = await failureOf(signIn(meeting))
  expect(error).toMatchObject({
    code: 'ERR_PROVIDER_REFUSED',
    problem: 'refused'
  })
  expect(error.message).toContain('assertionAudience')
})

test('UserInfo that refuses our token is a refusal, whatever the header says', async () => {
  meeting = await meet()
  meeting.provider.behaviour.instead['/userinfo'] = () => ({
    status: 401,
    headers: { 'www-authenticate': 'error="invalid_token"' },
    body: ''
  })
  const error = await failureOf(signIn(meeting))
  expect(error).toMatchObject({ problem: 'refused' })
})

test.each([
  ['fails', () => Promise.reject(new Error('the vault is closed'))],
  ['gives no key', () => 'not a key'],
  ['gives nothing', () => '']
])('a key whose function %s is named, and read again', async (_, clientKey) => {
  let good = false
  const { pem } = newClientKey()
  meeting = await meet({ clientKey: () => (good ? pem : clientKey()) })
  const error = await failureOf(
    meeting.party.begin({ redirectUri: REDIRECT_URI })
  )
  expect(error).toMatchObject({ code: 'ERR_SECRET', problem: 'unavailable' })
  expect(error.message).toContain('clientKey')
  expect(error.message).not.toMatch(/vault|not a key"/)
  good = true
  await expect(
    meeting.party.begin({ redirectUri: REDIRECT_URI })
  ).resolves.toHaveProperty('url')
})

test('a mapping function that throws is told apart, without what it says', async () => {
  meeting = await meet({
    mapping: (claims) => {
      throw new Error(`no field for ${JSON.stringify(claims)}`)
    }
  })
  const error = await failureOf(signIn(meeting))
  expect(error.code).toBe('ERR_SIGN_IN_MAPPING')
  expect(error.message).not.toContain('Amina')
})

test('a request that must be pushed is not sent where there is no address for it', async () => {
  meeting = await meet({ pushedAuthorization: true })
  const error = await failureOf(
    meeting.party.begin({ redirectUri: REDIRECT_URI })
  )
  expect(error.code).toBe('ERR_PROVIDER_METADATA')
  expect(error.message).toContain('endpoints.pushedAuthorization')
})

test('a key behind a function that cannot sign as asked is named', async () => {
  const { pem } = newClientKey()
  meeting = await meet({ clientKey: () => pem, signatureAlgorithm: 'ES256' })
  const error = await failureOf(
    meeting.party.begin({ redirectUri: REDIRECT_URI })
  )
  expect(error.code).toBe('ERR_SECRET')
  expect(error.message).toContain('signatureAlgorithm')
})

test('a refusal without a code is told as one', async () => {
  meeting = await meet()
  meeting.provider.behaviour.instead['/userinfo'] = () => ({
    status: 403,
    headers: { 'www-authenticate': 'Bearer realm="people"' },
    body: ''
  })
  const error = await failureOf(signIn(meeting))
  expect(error).toMatchObject({ problem: 'refused' })
  expect(error.message).toContain('403 with no code')
})

test('a mistake of ours is told apart from the provider’s', async () => {
  meeting = await meet()
  const error = await failureOf(meeting.party.begin({ redirectUri: 'nowhere' }))
  expect(error).toMatchObject({
    code: 'ERR_SIGN_IN_UNEXPECTED',
    problem: 'unexpected'
  })
  expect(error.message).not.toContain('nowhere')
})
