import { generateKeyPair } from 'jose'
import { sandboxPeople } from '../../../src/sandbox/people/sandbox-people'
import type { OpenIdProviderProcess } from '../../../src/sandbox/openid-provider/start-open-id-provider-process'
import { createBrowser } from './browser'
import { startProvider } from './provider-process'
import {
  createTestClient,
  offeredClaims,
  type Changes,
  type TestClient
} from './test-client'

const REDIRECT_URI = 'http://127.0.0.1:3999/callback'
const AMARA = '2047381956'
const RAHIMA = '6418203957'
const ONE_TIME = 'mosip:idp:acr:generated-code'
const STATIC = 'mosip:idp:acr:static-code'

let provider: OpenIdProviderProcess
let client: TestClient

beforeAll(async () => {
  provider = await startProvider({
    clients: [{ name: 'Civil <Registry>', redirectUris: [REDIRECT_URI] }]
  })
  client = createTestClient(provider.url, provider.clients[0]!, REDIRECT_URI)
})

afterAll(() => provider.stop())

async function signedIn(
  extra: Record<string, string> = {},
  how: { step?: string; claims?: string[] } = {},
  person = AMARA
) {
  const begun = await client.begin(extra)
  const query = await client.signIn(begun, person, how)
  const { body } = await client.exchange(begun, query.get('code')!)
  const answer = await client.userInfo(body['access_token']!)
  return {
    begun,
    query,
    answer,
    idToken: await client.verify(body['id_token']!),
    userInfo: await client.verify(await answer.text())
  }
}

describe('the discovery document', () => {
  it('names endpoints with the paths of eSignet 1.x and what it can do', async () => {
    expect(await client.metadata()).toMatchObject({
      issuer: provider.url,
      authorization_endpoint: `${provider.url}/authorize`,
      token_endpoint: `${provider.url}/oauth/v2/token`,
      userinfo_endpoint: `${provider.url}/oidc/userinfo`,
      pushed_authorization_request_endpoint: `${provider.url}/oauth/par`,
      jwks_uri: `${provider.url}/.well-known/jwks.json`,
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      subject_types_supported: ['pairwise'],
      grant_types_supported: ['authorization_code'],
      id_token_signing_alg_values_supported: ['RS256'],
      acr_values_supported: [ONE_TIME, STATIC]
    })
  })
})

describe('a sign-in', () => {
  it('gives an ID token that says who and how, and nothing about the person', async () => {
    const { idToken, begun, query } = await signedIn()
    expect(query.get('state')).toBe(begun.state)
    expect(query.get('iss')).toBe(provider.url)
    expect(idToken).toMatchObject({ nonce: begun.nonce, acr: ONE_TIME })
    expect(Object.keys(idToken).sort()).toEqual(
      'acr at_hash aud auth_time exp iat iss nonce sub'.split(' ')
    )
    expect(idToken.sub).not.toContain(AMARA)
  })

  it('gives a signed UserInfo answer in the shapes of eSignet', async () => {
    const { userInfo, idToken, answer } = await signedIn({
      claims: JSON.stringify({
        userinfo: { individual_id: null, phone_number: { essential: true } }
      })
    })
    expect(answer.headers.get('content-type')).toMatch(/^application\/jwt/)
    expect(userInfo).toMatchObject({
      sub: idToken.sub,
      name: 'Amara Nkemelu',
      birthdate: '1991/04/12',
      gender: 'female',
      individual_id: AMARA,
      phone_number: '+15550100'
    })
    expect(userInfo).not.toHaveProperty('given_name')
    expect(userInfo).not.toHaveProperty('picture')
    expect(userInfo).not.toHaveProperty('email')
  })

  it('gives the same subject each time, and nobody else gets it', async () => {
    const [first, again, other] = [
      await signedIn(),
      await signedIn(),
      await signedIn({}, {}, RAHIMA)
    ]
    expect(again.idToken.sub).toBe(first.idToken.sub)
    expect(other.idToken.sub).not.toBe(first.idToken.sub)
  })

  it('tells only what was allowed; what is required cannot be refused', async () => {
    const { userInfo } = await signedIn(
      {
        scope: 'openid',
        claims: JSON.stringify({
          userinfo: {
            name: { essential: true },
            email: null,
            gender: null,
            birthdate: null
          }
        })
      },
      { claims: ['gender'] }
    )
    expect(userInfo).toMatchObject({ name: 'Amara Nkemelu', gender: 'female' })
    expect(userInfo).not.toHaveProperty('email')
    expect(userInfo).not.toHaveProperty('birthdate')
  })

  it('gives names by language when they are asked for by tag', async () => {
    const { userInfo } = await signedIn(
      {
        scope: 'openid',
        claims: JSON.stringify({
          userinfo: { 'name#bn': null, 'name#fr': null }
        })
      },
      {},
      RAHIMA
    )
    expect(userInfo['name#bn']).toBe('রাহিমা আক্তার খাতুন')
    expect(userInfo).not.toHaveProperty('name#fr')
    expect(userInfo).not.toHaveProperty('name')
  })

  it('gives names in each of several languages asked for with claims_locales', async () => {
    const { userInfo } = await signedIn({ claims_locales: 'bn en' }, {}, RAHIMA)
    expect(userInfo).toMatchObject({
      'name#bn': 'রাহিমা আক্তার খাতুন',
      'name#en': 'Rahima Akter Khatun'
    })
  })

  it('says so when the weaker code was used', async () => {
    const { idToken } = await signedIn(
      { acr_values: ONE_TIME },
      { step: 'static-code' }
    )
    expect(idToken).toMatchObject({ acr: STATIC })
  })

  it('asks again when the same browser comes for the next person', async () => {
    const browser = createBrowser(provider.url)
    const mother = await client.begin({}, browser)
    await client.signIn(mother, AMARA)
    const father = await client.begin({}, browser)
    expect(father.page.text).toContain('name="individual_id"')
    const query = await client.signIn(father, RAHIMA)
    const { body } = await client.exchange(father, query.get('code')!)
    const answer = await client.userInfo(body['access_token']!)
    expect(await client.verify(await answer.text())).toMatchObject({
      name: 'Rahima Akter Khatun'
    })
  })

  it('keeps two sign-ins of one browser apart', async () => {
    const browser = createBrowser(provider.url)
    const [mother, father] = [
      await client.begin({}, browser),
      await client.begin({}, browser)
    ]
    const fathers = await client.signIn(father, RAHIMA)
    const mothers = await client.signIn(mother, AMARA)
    expect(fathers.get('state')).toBe(father.state)
    expect(mothers.get('state')).toBe(mother.state)
    const { body } = await client.exchange(mother, mothers.get('code')!)
    const answer = await client.userInfo(body['access_token']!)
    expect(await client.verify(await answer.text())).toMatchObject({
      name: 'Amara Nkemelu'
    })
  })
})

describe('the pages', () => {
  it('say that this is no national ID system, and load nothing from elsewhere', async () => {
    const { page } = await client.begin()
    expect(page.text).toContain('Development provider')
    expect(page.text).toContain('fictitious')
    expect(page.text).not.toMatch(/https?:\/\//)
    expect(page.text).not.toMatch(/<script|<img|<iframe|style=/)
    expect(page.headers.get('content-security-policy')).toContain(
      "default-src 'none'"
    )
    expect(page.headers.get('cache-control')).toContain('no-store')
  })

  it('list everybody, and write the name of the client without its markup', async () => {
    const { page } = await client.begin()
    for (const { individualId } of sandboxPeople) {
      expect(page.text).toContain(individualId)
    }
    expect(page.text).toContain('Civil &#60;Registry&#62;')
    expect(page.text).not.toContain('<Registry>')
  })

  it('refuse an individual ID that nobody has', async () => {
    const { browser, page } = await client.begin()
    const next = await browser.post(page, {
      step: 'one-time-code',
      individual_id: '<b>1</b>'
    })
    expect(next.text).toContain('Nobody here has this individual ID.')
    expect(next.text).not.toContain('<b>1')
  })

  it('refuse a wrong code, and take the right one afterwards', async () => {
    const { browser, page } = await client.begin()
    const sent = await browser.post(page, {
      step: 'one-time-code',
      individual_id: AMARA
    })
    expect(sent.text).toContain('111111')
    const wrong = await browser.post(page, { step: 'verify', code: '999999' })
    expect(wrong.text).toContain('This is not the code.')
    const right = await browser.post(page, { step: 'verify', code: '111111' })
    expect(offeredClaims(right.text)).toEqual([
      'name',
      'gender',
      'birthdate',
      'locale'
    ])
  })

  it('let nobody through who skipped the code', async () => {
    const { browser, page } = await client.begin()
    expect((await browser.post(page, { step: 'allow' })).url).toBe(page.url)
    await browser.post(page, { step: 'one-time-code', individual_id: AMARA })
    const skipped = await browser.post(page, { step: 'allow', claim: 'name' })
    expect(skipped.url).toBe(page.url)
    expect(skipped.text).toContain('One-time code')
  })

  it('take the person back with access_denied who cancels, at each of them', async () => {
    for (const steps of [0, 1, 2]) {
      const { browser, page, state } = await client.begin()
      const before = [
        { step: 'one-time-code', individual_id: AMARA },
        { step: 'verify', code: '111111' }
      ].slice(0, steps)
      for (const fields of before) await browser.post(page, fields)
      const end = await browser.post(page, { step: 'cancel' })
      const { searchParams } = new URL(end.url)
      expect(end.url.startsWith(REDIRECT_URI)).toBe(true)
      expect(searchParams.get('error')).toBe('access_denied')
      expect(searchParams.get('state')).toBe(state)
      expect(searchParams.has('code')).toBe(false)
    }
  })

  it('are closed to another browser', async () => {
    const { page } = await client.begin()
    const other = await createBrowser(provider.url).open(page.url)
    expect(other.status).toBe(400)
    expect(other.text).toContain('begun in another browser')
  })

  it('show why a request cannot go back to who sent it', async () => {
    const { page } = await client.begin({
      redirect_uri: 'https://elsewhere.example/'
    })
    expect(page.status).toBe(400)
    expect(page.text).toContain('invalid_redirect_uri')
  })
})

describe('the token endpoint', () => {
  async function codeFor() {
    const begun = await client.begin()
    return { begun, code: (await client.signIn(begun, AMARA)).get('code')! }
  }

  async function refusal(changes: Record<string, string>) {
    const { begun, code } = await codeFor()
    const { status, body } = await client.exchange(begun, code, changes)
    expect(status).toBeGreaterThanOrEqual(400)
    return body['error']
  }

  const bad: Array<[string, Changes]> = [
    ['has no jti', { jti: undefined }],
    ['has no iat', { iat: undefined }],
    ['has ended', { exp: 1_000 }],
    ['is for somebody else', { aud: 'https://elsewhere.example/token' }],
    ['is for the issuer and not for the endpoint', { aud: 'ISSUER' }],
    ['is about another client', { iss: 'another' }]
  ]

  it.each(bad)('refuses an assertion that %s', async (_what, changes) => {
    const isIssuer = changes.aud === 'ISSUER'
    const assertion = await client.assertion(
      isIssuer ? { aud: provider.url } : changes
    )
    expect(await refusal({ client_assertion: assertion })).toBe(
      'invalid_client'
    )
  })

  it('refuses an assertion signed with another key', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    const assertion = await client.assertion({}, privateKey)
    expect(await refusal({ client_assertion: assertion })).toBe(
      'invalid_client'
    )
  })

  it('refuses an assertion that it saw before', async () => {
    const assertion = await client.assertion()
    const { begun, code } = await codeFor()
    const first = await client.exchange(begun, code, {
      client_assertion: assertion
    })
    expect(first.status).toBe(200)
    expect(await refusal({ client_assertion: assertion })).toBe(
      'invalid_client'
    )
  })

  it('refuses a secret instead of an assertion', async () => {
    const { begun, code } = await codeFor()
    const { token_endpoint } = await client.metadata()
    const response = await fetch(token_endpoint!, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        code_verifier: begun.codeVerifier,
        redirect_uri: REDIRECT_URI,
        client_id: provider.clients[0]!.clientId,
        client_secret: 'guess'
      })
    })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ error: 'invalid_client' })
  })

  it('refuses a code that was used, and one with another verifier', async () => {
    const { begun, code } = await codeFor()
    expect((await client.exchange(begun, code)).status).toBe(200)
    expect((await client.exchange(begun, code)).body['error']).toBe(
      'invalid_grant'
    )
    expect(await refusal({ code_verifier: 'a'.repeat(43) })).toBe(
      'invalid_grant'
    )
  })

  it('refuses a request without a code challenge at the start', async () => {
    const { page } = await client.begin({
      code_challenge: undefined,
      code_challenge_method: undefined
    })
    expect(new URL(page.url).searchParams.get('error')).toBe('invalid_request')
  })
})

describe('a second relying party', () => {
  it('gets other subjects under another host, and the same under the same', async () => {
    async function subjectFor(redirectUri: string) {
      const registered = await provider.register({
        redirectUris: [redirectUri]
      })
      const other = createTestClient(provider.url, registered, redirectUri)
      const begun = await other.begin()
      const query = await other.signIn(begun, AMARA)
      const { body } = await other.exchange(begun, query.get('code')!)
      return (await other.verify(body['id_token']!)).sub
    }
    const first = (await signedIn()).idToken.sub
    expect(await subjectFor('http://127.0.0.1:3999/other')).toBe(first)
    expect(await subjectFor('http://127.0.0.1:3998/callback')).not.toBe(first)
  })
})

describe('the exchange log', () => {
  it('names the calls and holds nothing that was in them', async () => {
    const { begun, query } = await signedIn()
    const log = await provider.log()
    expect(log.slice(-4).map(({ kind, status }) => [kind, status])).toEqual([
      ['token', 200],
      ['userinfo', 200],
      ['jwks', 200],
      ['jwks', 200]
    ])
    const text = JSON.stringify(log)
    for (const secret of [
      begun.state,
      begun.nonce,
      begun.codeVerifier,
      query.get('code')!,
      new URL(begun.page.url).pathname.split('/').pop()!,
      AMARA,
      'Amara'
    ]) {
      expect(text).not.toContain(secret)
    }
  })
})
