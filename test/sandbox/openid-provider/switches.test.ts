import { createHash, createPrivateKey } from 'node:crypto'
import { compactDecrypt, decodeProtectedHeader } from 'jose'
import { createOpenIdProviderSimulator } from '../../../src/sandbox/openid-provider/create-open-id-provider-simulator'
import type { OpenIdProviderProcess } from '../../../src/sandbox/openid-provider/start-open-id-provider-process'
import { createBrowser } from './browser'
import { startProvider } from './provider-process'
import {
  ASSERTION_TYPE,
  createDpopKey,
  createTestClient,
  type TestClient
} from './test-client'

const REDIRECT_URI = 'http://127.0.0.1:3999/callback'
const LEOPOLD = '3185069274'
const clients = [{ clientId: 'registry', redirectUris: [REDIRECT_URI] }]

function clientOf(provider: OpenIdProviderProcess): TestClient {
  return createTestClient(provider.url, provider.clients[0]!, REDIRECT_URI)
}

describe('the strictest provider: eSignet 2.0 with PAR, DPoP and FAPI audiences', () => {
  let provider: OpenIdProviderProcess
  let client: TestClient

  beforeAll(async () => {
    provider = await startProvider({
      clients,
      paths: '2.0',
      signingAlgorithm: 'PS256',
      requirePar: true,
      dpop: true,
      assertionAudience: 'issuer',
      names: 'parts',
      birthdates: 'iso'
    })
    client = clientOf(provider)
  })

  afterAll(() => provider.stop())

  async function push(changes: Record<string, string> = {}) {
    const { query, begun } = client.parameters()
    const endpoint = (await client.metadata())[
      'pushed_authorization_request_endpoint'
    ]!
    const response = await fetch(endpoint, {
      method: 'POST',
      body: new URLSearchParams({
        ...query,
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: await client.assertion({}, undefined, provider.url),
        ...changes
      })
    })
    return { begun, answer: (await response.json()) as Record<string, string> }
  }

  async function signedIn() {
    const { begun, answer } = await push()
    const browser = createBrowser(provider.url)
    const { authorization_endpoint } = await client.metadata()
    const page = await browser.open(
      `${authorization_endpoint}?client_id=registry&request_uri=${answer['request_uri']}`
    )
    const query = await client.signIn({ ...begun, browser, page }, LEOPOLD)
    return { begun, code: query.get('code')! }
  }

  async function assertionForIssuer() {
    return {
      client_assertion: await client.assertion({}, undefined, provider.url)
    }
  }

  it('says so in its discovery document', async () => {
    expect(await client.metadata()).toMatchObject({
      authorization_endpoint: `${provider.url}/oauth2/authorize`,
      token_endpoint: `${provider.url}/oauth2/token`,
      userinfo_endpoint: `${provider.url}/oauth2/userinfo`,
      jwks_uri: `${provider.url}/oauth2/jwks`,
      pushed_authorization_request_endpoint: `${provider.url}/oauth2/par`,
      require_pushed_authorization_requests: true,
      dpop_signing_alg_values_supported: expect.arrayContaining(['ES256']),
      id_token_signing_alg_values_supported: ['PS256']
    })
  })

  it('refuses a request that was not pushed', async () => {
    const { page } = await client.begin()
    expect(page.status).toBe(303)
    const { searchParams } = new URL(page.url)
    expect(searchParams.get('error')).toBe('invalid_request')
    expect(searchParams.get('error_description')).toContain('Pushed')
  })

  it('refuses to take a request from who does not prove to be the client', async () => {
    const { answer } = await push({
      client_assertion: await client.assertion(
        { jti: undefined },
        undefined,
        provider.url
      )
    })
    expect(answer['error']).toBe('invalid_client')
    const toEndpoint = await push({
      client_assertion: await client.assertion()
    })
    expect(toEndpoint.answer['error']).toBe('invalid_client')
  })

  it('takes a pushed request once, and refuses the first proof with a nonce to use', async () => {
    const { begun, code } = await signedIn()
    const { token_endpoint, userinfo_endpoint } = await client.metadata()
    const key = await createDpopKey()
    const first = await client.exchange(
      begun,
      code,
      await assertionForIssuer(),
      { dpop: await key.proof('POST', token_endpoint!) }
    )
    expect(first.body['error']).toBe('use_dpop_nonce')
    const nonce = first.headers.get('dpop-nonce')!

    const second = await client.exchange(
      begun,
      code,
      await assertionForIssuer(),
      { dpop: await key.proof('POST', token_endpoint!, { nonce }) }
    )
    expect(second.status).toBe(200)
    expect(second.body['token_type']).toBe('DPoP')
    const token = second.body['access_token']!

    expect((await client.userInfo(token)).status).toBe(401)
    const ath = createHash('sha256').update(token).digest('base64url')
    const proof = await key.proof('GET', userinfo_endpoint!, { nonce, ath })
    const answer = await fetch(userinfo_endpoint!, {
      headers: { authorization: `DPoP ${token}`, dpop: proof }
    })
    expect(answer.status).toBe(200)
    const jwt = await answer.text()
    expect(decodeProtectedHeader(jwt).alg).toBe('PS256')
    expect(await client.verify(jwt)).toMatchObject({
      name: 'Léopold Ngoma Mukendi',
      given_name: 'Léopold',
      middle_name: 'Ngoma',
      family_name: 'Mukendi',
      birthdate: '1987-09-30'
    })
  })

  it('gives no token to who has no proof', async () => {
    const { begun, code } = await signedIn()
    const { status, body } = await client.exchange(
      begun,
      code,
      await assertionForIssuer()
    )
    expect(status).toBe(400)
    expect(body['error']).toBe('invalid_grant')
  })
})

describe('a provider that encrypts and signs with ES256', () => {
  let provider: OpenIdProviderProcess
  let client: TestClient

  beforeAll(async () => {
    provider = await startProvider({
      clients,
      userInfo: 'encrypted',
      signingAlgorithm: 'ES256'
    })
    client = clientOf(provider)
  })

  afterAll(() => provider.stop())

  async function encrypted(): Promise<string> {
    const begun = await client.begin()
    const query = await client.signIn(begun, LEOPOLD)
    const { body } = await client.exchange(begun, query.get('code')!)
    return (await client.userInfo(body['access_token']!)).text()
  }

  it('gives a JWE for the client, and in it a JWS that verifies', async () => {
    const jwe = await encrypted()
    const key = createPrivateKey(provider.clients[0]!.decryptionKey!)
    const { plaintext, protectedHeader } = await compactDecrypt(jwe, key)
    expect(protectedHeader).toMatchObject({
      alg: 'RSA-OAEP-256',
      enc: 'A256GCM',
      cty: 'JWT'
    })
    const jwt = Buffer.from(plaintext).toString()
    expect(decodeProtectedHeader(jwt).alg).toBe('ES256')
    expect(await client.verify(jwt)).toMatchObject({
      name: 'Léopold Ngoma Mukendi'
    })
  })

  it('gives a JWE that does not open when a forgery is asked for', async () => {
    await provider.forge('userInfo.signature')
    const key = createPrivateKey(provider.clients[0]!.decryptionKey!)
    await expect(compactDecrypt(await encrypted(), key)).rejects.toThrow()
  })
})

describe('a provider with plain JSON, codes of its own and no need for PKCE', () => {
  let provider: OpenIdProviderProcess

  beforeAll(async () => {
    provider = await startProvider({
      clients,
      userInfo: 'json',
      requirePkce: false,
      oneTimeCode: '424242'
    })
  })

  afterAll(() => provider.stop())

  it('gives UserInfo as JSON, and takes a request without a code challenge', async () => {
    const client = clientOf(provider)
    const begun = await client.begin({
      code_challenge: undefined,
      code_challenge_method: undefined
    })
    const query = await client.signIn(begun, LEOPOLD, { code: '424242' })
    const code = query.get('code')!
    const { body } = await client.exchange({ codeVerifier: '' }, code)
    const answer = await client.userInfo(body['access_token']!)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(await answer.json()).toMatchObject({
      name: 'Léopold Ngoma Mukendi'
    })
  })
})

describe('the simulator in our own process', () => {
  it('says what to install when the library is not there', async () => {
    jest.doMock('oidc-provider', () => {
      throw new Error('no such package')
    })
    await expect(createOpenIdProviderSimulator().start()).rejects.toMatchObject(
      {
        code: 'ERR_SANDBOX_DEPENDENCY',
        message: expect.stringContaining('npm install --save-dev oidc-provider')
      }
    )
  })

  it('has no URL before it was started', () => {
    expect(() => createOpenIdProviderSimulator().url).toThrow('not started')
  })
})

describe('the process', () => {
  it('says why it does not start', async () => {
    const first = await startProvider()
    const port = Number(new URL(first.url).port)
    await expect(startProvider({ port })).rejects.toThrow(/EADDRINUSE/)
    await first.stop()
    await expect(first.log()).rejects.toMatchObject({
      code: 'ERR_SANDBOX_PROCESS'
    })
  })
})
