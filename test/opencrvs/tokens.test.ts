import { createHmac } from 'node:crypto'
import nock from 'nock'
import {
  AuthenticationError,
  createTokenVerifier,
  hasScope,
  verifyRecordToken,
  type TokenVerifierOptions
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
const otherKeys = newKeys()

beforeAll(() => {
  nock.disableNetConnect()
  nock.enableNetConnect('127.0.0.1')
})
afterEach(() => {
  expect(nock.pendingMocks()).toEqual([])
  nock.cleanAll()
})
afterAll(() => nock.restore())

function keyRequest(): nock.Interceptor {
  return nock(AUTH_URL).get('/.well-known')
}

function verifierWith(options: Partial<TokenVerifierOptions> = {}) {
  const clock = heldClock()
  const verifier = createTokenVerifier({
    authUrl: AUTH_URL,
    publicKey: keys.pem,
    clock,
    ...options
  })
  return { clock, verifier }
}

/** A verifier that reads its key from the auth service. */
function fetchingVerifier() {
  const clock = heldClock()
  return { clock, verifier: createTokenVerifier({ authUrl: AUTH_URL, clock }) }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    if (error instanceof AuthenticationError) return error.code
    throw error
  }
  return 'none'
}

function claimsOf(which: 'recordToken' | 'userToken' | 'anonymousToken') {
  return readFixture<Record<string, { claims: object }>>('token-claims.json')[
    which
  ]?.claims
}

const action = { eventId: EVENT_ID, actionId: ACTION_ID }

describe('checking a token', () => {
  it('gives what a record token says', async () => {
    const { verifier } = verifierWith()
    const claims = await verifier.verify(
      signToken(keys, claimsOf('recordToken') ?? {})
    )
    expect(claims).toEqual({
      sub: '55555555-5555-4555-8555-555555555555',
      scopes: [
        'type=record.confirm-registration',
        'type=record.reject-registration',
        'type=record.read',
        'type=record.reject'
      ],
      userType: 'user',
      eventId: EVENT_ID,
      actionId: ACTION_ID,
      expiresAt: 1_796_079_857_000
    })
  })

  it('goes by our clock', async () => {
    const { clock, verifier } = verifierWith()
    const token = signToken(keys, recordClaims({ exp: NOW / 1000 + 60 }))
    await verifier.verify(token)
    clock.advance(61_000)
    expect(await codeOf(verifier.verify(token))).toBe('ERR_TOKEN_EXPIRED')
  })

  it.each([
    ['nothing', undefined, 'ERR_TOKEN_MISSING'],
    ['an empty text', '', 'ERR_TOKEN_MISSING'],
    ['no token at all', 'a.b.c', 'ERR_TOKEN_INVALID'],
    [
      'another issuer',
      signToken(keys, recordClaims({ iss: 'x' })),
      'ERR_TOKEN_INVALID'
    ],
    [
      'another audience',
      signToken(keys, recordClaims({ aud: ['opencrvs:auth-user'] })),
      'ERR_TOKEN_INVALID'
    ],
    [
      'no subject',
      signToken(keys, recordClaims({ sub: undefined })),
      'ERR_TOKEN_INVALID'
    ],
    [
      'no end',
      signToken(keys, recordClaims({ exp: undefined })),
      'ERR_TOKEN_INVALID'
    ],
    [
      'a time before it counts',
      signToken(keys, recordClaims({ nbf: NOW / 1000 + 60 })),
      'ERR_TOKEN_INVALID'
    ],
    ['another key', signToken(otherKeys, recordClaims()), 'ERR_TOKEN_INVALID'],
    [
      'another algorithm',
      signToken(keys, recordClaims(), { algorithm: 'RS512' }),
      'ERR_TOKEN_INVALID'
    ],
    ['no signature', unsigned(), 'ERR_TOKEN_INVALID'],
    [
      'the public key used as a shared secret',
      signedWithPublicKey(),
      'ERR_TOKEN_INVALID'
    ]
  ])('refuses %s', async (_, token, code) => {
    const { verifier } = verifierWith()
    expect(await codeOf(verifier.verify(token))).toBe(code)
  })

  it('takes another issuer and audience when they are configured', async () => {
    const { verifier } = verifierWith({ issuer: 'i', audience: 'a' })
    const claims = recordClaims({ iss: 'i', aud: 'a' })
    expect((await verifier.verify(signToken(keys, claims))).eventId).toBe(
      EVENT_ID
    )
  })

  it('tells nothing of the token in its errors', async () => {
    const { verifier } = verifierWith()
    const body = Buffer.from('{"sub":"Mira"').toString('base64url')
    const token = `${Buffer.from('{"alg":"RS256"').toString('base64url')}.${body}.c`
    const error: unknown = await verifier.verify(token).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error).not.toHaveProperty('cause')
    expect(String(error)).not.toContain(body)
  })
})

describe('the key', () => {
  it('is read from the auth service when first needed, and once', async () => {
    keyRequest().reply(200, keys.pem, {
      'content-type': 'application/octet-stream'
    })
    const { verifier } = fetchingVerifier()
    const token = signToken(keys, recordClaims())
    await Promise.all([verifier.verify(token), verifier.verify(token)])
    await verifier.check()
    expect((await verifier.verify(token)).actionId).toBe(ACTION_ID)
  })

  it('is read again when a signature does not fit, and the token then counts', async () => {
    keyRequest().reply(200, otherKeys.pem)
    keyRequest().reply(200, keys.pem)
    const { verifier } = fetchingVerifier()
    const token = signToken(keys, recordClaims())
    const all = await Promise.all([
      verifier.verify(token),
      verifier.verify(token)
    ])
    expect(all.map((claims) => claims.eventId)).toEqual([EVENT_ID, EVENT_ID])
  })

  it('is read again at most once a minute, however many tokens are forged', async () => {
    let reads = 0
    const scope = keyRequest().times(3)
    scope.reply(() => {
      reads += 1
      return [200, keys.pem]
    })
    const { clock, verifier } = fetchingVerifier()
    const forged = signToken(otherKeys, recordClaims())
    for (let i = 0; i < 3; i += 1) {
      expect(await codeOf(verifier.verify(forged))).toBe('ERR_TOKEN_INVALID')
    }
    expect(reads).toBe(2)
    clock.advance(60_000)
    expect(await codeOf(verifier.verify(forged))).toBe('ERR_TOKEN_INVALID')
    expect(reads).toBe(3)
  })

  it('stays in use while the auth service is away', async () => {
    keyRequest().reply(200, keys.pem)
    const { verifier } = fetchingVerifier()
    await verifier.check()
    keyRequest().reply(503)
    const forged = signToken(otherKeys, recordClaims())
    expect(await codeOf(verifier.verify(forged))).toBe('ERR_TOKEN_INVALID')
    expect(
      (await verifier.verify(signToken(keys, recordClaims()))).eventId
    ).toBe(EVENT_ID)
  })

  it('is asked for again after it could not be had', async () => {
    keyRequest().reply(503)
    const { clock, verifier } = fetchingVerifier()
    const unavailable = { code: 'ERR_KEY_UNAVAILABLE', retryable: true }
    await expect(verifier.check()).rejects.toMatchObject(unavailable)
    // Not at once, however many calls need it: nock has no second answer.
    await expect(verifier.check()).rejects.toMatchObject(unavailable)
    clock.advance(1_000)
    keyRequest().reply(200, keys.pem)
    await verifier.check()
  })

  it.each([
    ['a page instead of a key', () => keyRequest().reply(200, '<html>')],
    ['a redirect', () => keyRequest().reply(302, '', { location: 'http://x/' })]
  ])('cannot be had from %s', async (_, arrange) => {
    arrange()
    expect(await codeOf(fetchingVerifier().verifier.check())).toBe(
      'ERR_KEY_UNAVAILABLE'
    )
  })

  it('cannot be had when the connection breaks', async () => {
    const server = await startBrokenServer()
    const verifier = createTokenVerifier({ authUrl: server.url })
    const error: unknown = await verifier.check().catch((e: unknown) => e)
    await server.close()
    expect(error).toMatchObject({ code: 'ERR_KEY_UNAVAILABLE' })
    expect(error).not.toHaveProperty('cause')
  })

  it('may be configured as a function, which is called again after a rotation', async () => {
    const pems = [otherKeys.pem, keys.pem]
    const { verifier } = verifierWith({ publicKey: () => pems.shift() ?? '' })
    const claims = await verifier.verify(signToken(keys, recordClaims()))
    expect(claims.eventId).toBe(EVENT_ID)
  })

  it('cannot be had from a function that fails', async () => {
    const { verifier } = verifierWith({
      publicKey: () => Promise.reject(new Error('vault closed'))
    })
    expect(await codeOf(verifier.check())).toBe('ERR_KEY_UNAVAILABLE')
  })
})

describe('a record token', () => {
  const check = (claims: object | undefined, about = action) =>
    codeOf(
      verifyRecordToken(verifierWith().verifier, {
        token: signToken(keys, claims ?? {}),
        ...about
      })
    )

  it('as core gives it is taken', async () => {
    expect(await check(claimsOf('recordToken'))).toBe('none')
  })

  it('is taken with plain scopes, and with encoded ones that have options', async () => {
    const plain = ['record.confirm-registration', 'record.reject-registration']
    const options = [
      'type=record.confirm-registration&event=birth',
      'event=birth&type=record.reject-registration'
    ]
    expect(await check(recordClaims({ scope: plain }))).toBe('none')
    expect(await check(recordClaims({ scope: options }))).toBe('none')
  })

  it('needs both scopes', async () => {
    const scopes = [
      ['type=record.confirm-registration'],
      ['record.reject-registration'],
      ['record.confirm-registration-not', 'record.reject-registration'],
      'record.confirm-registration record.reject-registration'
    ]
    for (const scope of scopes) {
      expect(await check(recordClaims({ scope }))).toBe('ERR_TOKEN_SCOPE')
    }
  })

  it("is not a user's own token, nor the anonymous one", async () => {
    expect(await check(claimsOf('userToken'))).toBe('ERR_TOKEN_SCOPE')
    expect(await check(claimsOf('anonymousToken'))).toBe('ERR_TOKEN_SCOPE')
  })

  it("is not a system client's own token, even with both scopes", async () => {
    const { claims } = readFixture<{ claims: { claims: object } }>(
      'token-client-credentials.json'
    )
    expect(await check(claims.claims)).toBe('ERR_TOKEN_FOREIGN')
  })

  it('is for this record and this action only', async () => {
    const claims = recordClaims()
    expect(await check(claims, { ...action, eventId: 'x' })).toBe(
      'ERR_TOKEN_FOREIGN'
    )
    expect(await check(claims, { ...action, actionId: 'x' })).toBe(
      'ERR_TOKEN_FOREIGN'
    )
  })

  it('that proves who, but not the right, is met with 403', async () => {
    const { verifier } = verifierWith()
    const foreign = verifyRecordToken(verifier, {
      token: signToken(keys, recordClaims()),
      eventId: 'x',
      actionId: 'y'
    })
    await expect(foreign).rejects.toMatchObject({ status: 403 })
    const none = verifyRecordToken(verifier, { token: undefined, ...action })
    await expect(none).rejects.toMatchObject({ status: 401 })
  })
})

describe('scopes', () => {
  const held = {
    scopes: [
      'record.register',
      'type=record.search',
      'type=record.custom-action&customActionTypes=VALIDATE,ESCALATE'
    ]
  }

  it.each([
    ['record.register', true],
    ['type=record.register', true],
    ['record.search', true],
    ['type=record.search', true],
    ['record.custom-action', true],
    ['type=record.custom-action&customActionTypes=ESCALATE', true],
    ['type=record.custom-action&customActionTypes=REVOKE', false],
    ['type=record.search&event=birth', false],
    ['record.sear', false],
    ['', false]
  ])('%s is held: %s', (scope, expected) => {
    expect(hasScope(held, scope)).toBe(expected)
  })
})

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function unsigned(): string {
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(recordClaims())}.`
}

function signedWithPublicKey(): string {
  const content = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(recordClaims())}`
  const mac = createHmac('sha256', keys.pem).update(content)
  return `${content}.${mac.digest('base64url')}`
}
