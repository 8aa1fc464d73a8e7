import {
  createHash,
  createPublicKey,
  type JsonWebKey,
  type KeyObject
} from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import type { OpenIdForgery } from '../../../src/sandbox/openid-provider/options'
import type { OpenIdProviderProcess } from '../../../src/sandbox/openid-provider/start-open-id-provider-process'
import { startProvider } from './provider-process'
import { createTestClient, type TestClient } from './test-client'

const REDIRECT_URI = 'http://127.0.0.1:3999/callback'
const AMARA = '2047381956'

let provider: OpenIdProviderProcess
let client: TestClient

beforeAll(async () => {
  provider = await startProvider({
    clients: [{ redirectUris: [REDIRECT_URI] }]
  })
  client = createTestClient(provider.url, provider.clients[0]!, REDIRECT_URI)
})

afterEach(async () => {
  await provider.clearFaults()
  await provider.forge()
})

afterAll(() => provider.stop())

async function answers(): Promise<{ idToken: string; userInfo: Response }> {
  const begun = await client.begin()
  const query = await client.signIn(begun, AMARA)
  const { body } = await client.exchange(begun, query.get('code')!)
  return {
    idToken: body['id_token']!,
    userInfo: await client.userInfo(body['access_token']!)
  }
}

async function forged(forgery: OpenIdForgery) {
  await provider.forge(forgery)
  const { idToken, userInfo } = await answers()
  return {
    idToken,
    userInfo: await userInfo.text(),
    type: userInfo.headers.get('content-type')
  }
}

/** The claims of a token whose signature is good, whatever it says. */
async function signedClaims(token: string) {
  const { payload } = await jwtVerify(token, await publishedKey(), {
    currentDate: new Date(decodeJwt(token).iat! * 1000)
  })
  return payload
}

async function publishedKey(): Promise<KeyObject> {
  const { jwks_uri } = await client.metadata()
  const body: unknown = await (await fetch(jwks_uri!)).json()
  // A JWK set (RFC 7517 section 5).
  const { keys } = body as { keys: JsonWebKey[] }
  return createPublicKey({ key: keys[0]!, format: 'jwk' })
}

describe('a forged ID token', () => {
  it.each<[OpenIdForgery, (claims: Record<string, unknown>) => boolean]>([
    ['idToken.audience', ({ aud }) => aud === 'another-client'],
    ['idToken.issuer', ({ iss }) => iss === 'https://other.example'],
    ['idToken.acr', ({ acr }) => acr === 'level-of-no-one'],
    ['idToken.noAcr', ({ acr }) => acr === undefined],
    ['idToken.expired', ({ exp }) => Number(exp) < Date.now() / 1000 - 1_000]
  ])('has a good signature and %s is wrong', async (forgery, isWrong) => {
    const { idToken } = await forged(forgery)
    expect(isWrong(await signedClaims(idToken))).toBe(true)
    expect(isWrong(await signedClaims((await honest()).idToken))).toBe(false)
  })

  it('has another nonce or subject when it is told so', async () => {
    const begun = await client.begin()
    const query = await client.signIn(begun, AMARA)
    await provider.forge('idToken.nonce')
    const { body } = await client.exchange(begun, query.get('code')!)
    const claims = await signedClaims(body['id_token']!)
    expect(claims['nonce']).toMatch(/./)
    expect(claims['nonce']).not.toBe(begun.nonce)

    const good = await signedClaims((await honest()).idToken)
    const other = await signedClaims((await forged('idToken.subject')).idToken)
    expect(other.sub).not.toBe(good.sub)
  })

  it('belongs to its access token, and to another when it is told so', async () => {
    for (const forgery of [undefined, 'idToken.accessToken'] as const) {
      await provider.forge(forgery)
      const begun = await client.begin()
      const query = await client.signIn(begun, AMARA)
      const { body } = await client.exchange(begun, query.get('code')!)
      const digest = createHash('sha256').update(body['access_token']!).digest()
      const hash = digest.subarray(0, 16).toString('base64url')
      const claims = await signedClaims(body['id_token']!)
      expect(claims['at_hash'] === hash).toBe(forgery === undefined)
    }
  })

  it.each<[OpenIdForgery, string]>([
    ['idToken.signature', 'RS256'],
    ['idToken.unsigned', 'none'],
    ['idToken.hmac', 'HS256'],
    ['idToken.unknownKey', 'RS256']
  ])('is refused by who verifies it: %s', async (forgery, alg) => {
    const { idToken } = await forged(forgery)
    expect(JSON.parse(head(idToken))).toMatchObject({ alg })
    await expect(client.verify(idToken)).rejects.toThrow()
  })

  it('with HS256 is good for who takes the public key for a password', async () => {
    const { idToken } = await forged('idToken.hmac')
    const pem = (await publishedKey()).export({ type: 'spki', format: 'pem' })
    const { payload } = await jwtVerify(idToken, Buffer.from(pem))
    expect(payload).toHaveProperty('sub')
  })
})

describe('a forged UserInfo answer', () => {
  it.each<[OpenIdForgery, (claims: Record<string, unknown>) => boolean]>([
    ['userInfo.audience', ({ aud }) => aud === 'another-client'],
    ['userInfo.expired', ({ exp }) => Number(exp) < Date.now() / 1000 - 1_000]
  ])('has a good signature and %s is wrong', async (forgery, isWrong) => {
    expect(isWrong(await signedClaims((await forged(forgery)).userInfo))).toBe(
      true
    )
  })

  it('is about somebody else when it is told so, with a good signature', async () => {
    const { idToken, userInfo } = await forged('userInfo.subject')
    const subject = (await signedClaims(userInfo)).sub
    expect(subject).not.toBe((await signedClaims(idToken)).sub)
  })

  it.each<OpenIdForgery>(['userInfo.signature', 'userInfo.unknownKey'])(
    'is refused by who verifies it: %s',
    async (forgery) => {
      const { userInfo, idToken } = await forged(forgery)
      await expect(client.verify(userInfo)).rejects.toThrow()
      await expect(client.verify(idToken)).resolves.toHaveProperty('sub')
    }
  )

  it('comes without a signature when it is told so', async () => {
    const { userInfo, type } = await forged('userInfo.plain')
    expect(type).toMatch(/^application\/json/)
    expect(JSON.parse(userInfo)).toMatchObject({ name: 'Amara Nkemelu' })
  })
})

async function honest() {
  await provider.forge()
  const { idToken, userInfo } = await answers()
  return { idToken, userInfo: await userInfo.text() }
}

function head(token: string): string {
  return JSON.stringify(decodeProtectedHeader(token))
}

describe('a fault', () => {
  it.each(['discovery', 'jwks', 'token', 'userinfo', 'authorize', 'par'])(
    'of the kind %s gives the status that was asked for, as often as asked',
    async (kind) => {
      const url = await urlOf(kind)
      await provider.addFault(kind, { kind: 'status', status: 500 }, 2)
      expect((await call(kind, url)).status).toBe(500)
      expect((await call(kind, url)).status).toBe(500)
      expect((await call(kind, url)).status).not.toBe(500)
    }
  )

  it('gives HTML where JSON was expected', async () => {
    const url = await urlOf('token')
    await provider.addFault('token', { kind: 'html' })
    const answer = await call('token', url)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
    expect(await answer.text()).toContain('<!doctype html>')
  })

  it('gives HTML on a page of the sign-in, with the status asked for', async () => {
    await provider.addFault('page', { kind: 'html', status: 503 })
    expect((await client.begin()).page.status).toBe(503)
  })

  it('answers late, and rightly', async () => {
    await provider.addFault('discovery', { kind: 'delay', ms: 150 })
    const before = performance.now()
    const answer = await call('discovery', await urlOf('discovery'))
    expect(performance.now() - before).toBeGreaterThanOrEqual(140)
    expect(await answer.json()).toMatchObject({ issuer: provider.url })
  })

  it('cuts the connection, before or after the work', async () => {
    const begun = await client.begin()
    const code = (await client.signIn(begun, AMARA)).get('code')!
    await provider.addFault('token', { kind: 'cut' })
    await expect(client.exchange(begun, code)).rejects.toThrow()
    await provider.addFault('token', { kind: 'cutAfter' })
    await expect(client.exchange(begun, code)).rejects.toThrow()
    // The second time the code was used up although no answer came.
    expect((await client.exchange(begun, code)).body['error']).toBe(
      'invalid_grant'
    )
    expect(
      (await provider.log()).slice(-3).map(({ status }) => status)
    ).toEqual(['cut', 'cut', 400])
  })

  it('never answers when it hangs, until the provider disappears', async () => {
    await provider.addFault('jwks', { kind: 'hang' })
    const answer = call('jwks', await urlOf('jwks'))
    await expect(
      Promise.race([answer, new Promise((ok) => setTimeout(ok, 100, 'still'))])
    ).resolves.toBe('still')
    await provider.disappear()
    await expect(answer).rejects.toThrow()
    await provider.comeBack()
  })
})

describe('a provider that disappears', () => {
  it('comes back on the same port, and sign-ins under way go on', async () => {
    const begun = await client.begin()
    await provider.disappear()
    await expect(fetch(provider.url)).rejects.toThrow()
    await provider.comeBack()
    const query = await client.signIn(begun, AMARA)
    const { status } = await client.exchange(begun, query.get('code')!)
    expect(status).toBe(200)
  })
})

describe('new keys', () => {
  it('sign from now on, beside the old one or without it', async () => {
    const before = (await answers()).idToken
    await provider.rotateKeys({ keep: true })
    const kept = (await answers()).idToken
    expect(kid(kept)).not.toBe(kid(before))
    await client.verify(kept)
    await client.verify(before)

    await provider.rotateKeys()
    const dropped = (await answers()).idToken
    await client.verify(dropped)
    await expect(client.verify(kept)).rejects.toThrow(/no applicable key/)
  })

  it('do not disturb a sign-in under way', async () => {
    const begun = await client.begin()
    await provider.rotateKeys()
    const query = await client.signIn(begun, AMARA)
    const { body } = await client.exchange(begun, query.get('code')!)
    await expect(client.verify(body['id_token']!)).resolves.toMatchObject({
      nonce: begun.nonce
    })
  })
})

function kid(token: string): unknown {
  return decodeProtectedHeader(token).kid
}

const ENDPOINTS: Record<string, string> = {
  jwks: 'jwks_uri',
  token: 'token_endpoint',
  userinfo: 'userinfo_endpoint',
  authorize: 'authorization_endpoint',
  par: 'pushed_authorization_request_endpoint'
}

async function urlOf(kind: string): Promise<string> {
  if (kind === 'discovery') {
    return `${provider.url}/.well-known/openid-configuration`
  }
  return (await client.metadata())[ENDPOINTS[kind]!]!
}

function call(kind: string, url: string): Promise<Response> {
  const isPost = kind === 'token' || kind === 'par'
  return fetch(url, { method: isPost ? 'POST' : 'GET', redirect: 'manual' })
}
