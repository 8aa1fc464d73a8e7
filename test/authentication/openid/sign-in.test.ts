import { decodeJwt, decodeProtectedHeader } from 'jose'
import {
  encryptTo,
  newSigner,
  NOW,
  signClaims,
  startProvider,
  type Claims,
  type LoopbackProvider
} from './loopback-provider'
import {
  CLIENT_ID,
  meet,
  newEcKey,
  newEncryptionKey,
  REDIRECT_URI,
  signIn,
  type Meeting
} from './signing-in'

let meeting: Meeting | undefined

async function met(...given: Parameters<typeof meet>): Promise<Meeting> {
  meeting = await meet(...given)
  return meeting
}

afterEach(async () => {
  await meeting?.close()
  meeting = undefined
})

test('a sign-in gives what the provider vouches for', async () => {
  const result = await signIn(await met())
  expect(result).toEqual({
    issuer: meeting!.provider.issuer,
    subject: 'pairwise-1',
    assurance: 'mosip:idp:acr:generated-code',
    data: {
      name: {
        firstname: 'Amina',
        middlename: 'Rose',
        surname: 'Samplefamily'
      },
      // It came as one text, so where its parts end is our guess.
      nameAsOneText: true,
      dateOfBirth: '1994-05-17',
      attributes: {}
    }
  })
})

test('nothing is fetched before somebody signs in', async () => {
  const { provider } = await met()
  expect(provider.seen).toEqual([])
})

test('the request asks for what the country wants, with PKCE, state and nonce', async () => {
  const { party } = await met({
    scopes: ['openid', 'profile'],
    acrValues: ['strong', 'weak'],
    claims: { userinfo: { name: { essential: true } }, id_token: {} },
    display: 'popup',
    uiLocales: ['en'],
    languages: ['fr', 'en'],
    maxAgeSeconds: 60
  })
  const { transaction, url } = await party.begin({
    redirectUri: REDIRECT_URI,
    locale: 'fr'
  })
  const query = Object.fromEntries(new URL(url).searchParams)
  expect(query).toMatchObject({
    response_type: 'code',
    client_id: CLIENT_ID,
    redirect_uri: REDIRECT_URI,
    scope: 'openid profile',
    acr_values: 'strong weak',
    claims: '{"userinfo":{"name":{"essential":true}},"id_token":{}}',
    claims_locales: 'fr en',
    ui_locales: 'fr en',
    prompt: 'login',
    display: 'popup',
    max_age: '60',
    state: transaction.state,
    nonce: transaction.nonce,
    code_challenge_method: 'S256'
  })
  expect(url).not.toContain(transaction.codeVerifier)
})

test('each sign-in has a state, a nonce and a verifier of its own', async () => {
  const { party } = await met()
  const request = { redirectUri: REDIRECT_URI }
  const [one, two] = await Promise.all([
    party.begin(request),
    party.begin(request)
  ])
  const secrets = [one, two].flatMap(({ transaction }) => [
    transaction.state,
    transaction.nonce,
    transaction.codeVerifier
  ])
  expect(new Set(secrets).size).toBe(6)
})

test('the client assertion is for the token endpoint, short-lived and never the same twice', async () => {
  const met1 = await met({ keyId: 'registry-key-1' })
  await signIn(met1)
  await signIn(met1)
  const assertions = met1.provider
    .calls('/token')
    .map(({ form }) => form.get('client_assertion') ?? '')
  const claims = assertions.map((each) => decodeJwt(each))
  expect(decodeProtectedHeader(assertions[0]!)).toEqual({
    alg: 'RS256',
    kid: 'registry-key-1'
  })
  const { exp, iat, ...named } = claims[0]!
  expect(named).toEqual({
    iss: CLIENT_ID,
    sub: CLIENT_ID,
    aud: `${met1.provider.issuer}/token`,
    jti: expect.any(String)
  })
  // The two clocks may tick between two readings.
  expect(Math.abs(iat! - NOW / 1000)).toBeLessThanOrEqual(1)
  expect(exp! - iat!).toBe(60)
  expect(claims[1]?.jti).not.toBe(claims[0]?.jti)
})

test('the assertion is for the issuer where the provider is strict', async () => {
  const met1 = await met({ assertionAudience: 'issuer' })
  await signIn(met1)
  const assertion = met1.provider
    .calls('/token')[0]!
    .form.get('client_assertion')
  expect(decodeJwt(assertion!).aud).toBe(met1.provider.issuer)
})

test('we sign with what the provider announces', async () => {
  const met1 = await met()
  met1.provider.behaviour.metadata = {
    token_endpoint_auth_signing_alg_values_supported: ['PS256', 'ES256']
  }
  await signIn(met1)
  const assertion = met1.provider
    .calls('/token')[0]!
    .form.get('client_assertion')
  expect(decodeProtectedHeader(assertion!).alg).toBe('PS256')
})

test('a JWK’s own kid and alg are used', async () => {
  const { privateJwk, publicJwk } = newEcKey()
  const provider = await startProvider({ id: CLIENT_ID, publicJwk })
  const { party } = await withOptions(provider, {
    clientKey: JSON.stringify({ ...privateJwk, kid: 'ec-1', alg: 'ES256' })
  })
  await signIn({ party, provider })
  const [call] = provider.calls('/token')
  const assertion = call?.form.get('client_assertion')
  expect(decodeProtectedHeader(assertion!)).toEqual({
    alg: 'ES256',
    kid: 'ec-1'
  })
  await provider.close()
})

test('a client with a secret proves itself with HTTP Basic', async () => {
  const met1 = await met({
    clientAuthentication: 'client_secret_basic',
    clientSecret: () => 'client-secret'
  })
  await expect(signIn(met1)).resolves.toMatchObject({ subject: 'pairwise-1' })
  expect(met1.provider.calls('/token')[0]!.form.has('client_secret')).toBe(
    false
  )
})

test.each(['RS256', 'PS256', 'ES256'])(
  'what is signed with %s is verified',
  async (alg) => {
    const met1 = await met()
    const signer = await newSigner(alg, `op-${alg}`)
    Object.assign(met1.provider.behaviour, { published: [signer], signer })
    await expect(signIn(met1)).resolves.toMatchObject({ subject: 'pairwise-1' })
  }
)

test('a key that appears with a rotation is found at once', async () => {
  const met1 = await met()
  const { behaviour } = met1.provider
  await signIn(met1)
  const next = await newSigner('RS256', 'op-2')
  Object.assign(behaviour, {
    published: [...behaviour.published, next],
    signer: next
  })
  await expect(signIn(met1)).resolves.toMatchObject({ subject: 'pairwise-1' })
  expect(met1.provider.calls('/jwks')).toHaveLength(2)
})

test('keys and metadata are fetched once for many sign-ins', async () => {
  const met1 = await met()
  await Promise.all([signIn(met1), signIn(met1)])
  await signIn(met1)
  expect(met1.provider.calls('/jwks').length).toBe(1)
  expect(met1.provider.calls('/.well-known/openid-configuration')).toHaveLength(
    1
  )
})

test('a signature without kid is tried with each key of its kind', async () => {
  const met1 = await met()
  const { behaviour } = met1.provider
  const other = await newSigner('RS256', 'op-2')
  behaviour.published = [other, behaviour.signer]
  const { kid: _kid, ...publicJwk } = behaviour.signer.publicJwk
  behaviour.signer = { ...behaviour.signer, publicJwk }
  await expect(signIn(met1)).resolves.toMatchObject({ subject: 'pairwise-1' })
})

test('the request is pushed where the provider announces that', async () => {
  const met1 = await met()
  met1.provider.behaviour.metadata = {
    pushed_authorization_request_endpoint: `${met1.provider.issuer}/par`
  }
  const { transaction, url } = await met1.party.begin({
    redirectUri: REDIRECT_URI
  })
  expect([...new URL(url).searchParams.keys()].sort()).toEqual([
    'client_id',
    'request_uri'
  ])
  const { form } = met1.provider.calls('/par')[0]!
  expect(form.get('state')).toBe(transaction.state)
  expect(decodeJwt(form.get('client_assertion')!).aud).toBe(
    `${met1.provider.issuer}/par`
  )
  const parameters = met1.provider.signIn(url)
  await expect(
    met1.party.complete({ parameters, redirectUri: REDIRECT_URI, transaction })
  ).resolves.toMatchObject({ subject: 'pairwise-1' })
})

test('the request is not pushed where the country does not want it', async () => {
  const met1 = await met({ pushedAuthorization: false })
  met1.provider.behaviour.metadata = {
    pushed_authorization_request_endpoint: `${met1.provider.issuer}/par`
  }
  await signIn(met1)
  expect(met1.provider.calls('/par')).toEqual([])
})

test.each([
  { announced: ['RS256', 'PS256'], used: 'PS256', keeps: false },
  { announced: ['PS256', 'ES256'], used: 'ES256', keeps: true }
])(
  'tokens are bound with $used, and a nonce is given when it is asked for',
  async ({ announced, keeps, used }) => {
    const met1 = await met()
    const { behaviour, issuer } = met1.provider
    behaviour.metadata = {
      dpop_signing_alg_values_supported: announced,
      pushed_authorization_request_endpoint: `${issuer}/par`
    }
    behaviour.wantsDpopNonce = true
    const { transaction, url } = await met1.party.begin({
      redirectUri: REDIRECT_URI
    })
    expect(transaction.dpopKey !== undefined).toBe(keeps)
    // Small enough for a cookie, beside all else.
    expect(JSON.stringify(transaction).length).toBeLessThan(600)
    const { form } = met1.provider.calls('/par')[0]!
    expect(form.has('dpop_jkt')).toBe(keeps)
    // The browser may come back to another process.
    const kept = JSON.parse(JSON.stringify(transaction)) as typeof transaction
    const parameters = met1.provider.signIn(url)
    await met1.party.complete({
      parameters,
      redirectUri: REDIRECT_URI,
      transaction: kept
    })
    const proofs = ['/token', '/userinfo'].flatMap((path) =>
      met1.provider.calls(path).map(({ headers }) => String(headers.dpop))
    )
    expect(proofs).toHaveLength(4)
    const keys = proofs.map((each) =>
      JSON.stringify(decodeProtectedHeader(each).jwk)
    )
    expect(new Set(keys).size).toBe(1)
    expect(decodeProtectedHeader(proofs[0]!).alg).toBe(used)
    expect(met1.provider.calls('/userinfo')[1]?.headers.authorization).toMatch(
      /^DPoP at-/
    )
  }
)

test('a nested JWE is opened and the signature inside is verified', async () => {
  const key = await newEncryptionKey('enc-1')
  const old = await newEncryptionKey('enc-0')
  const met1 = await met({
    userInfo: 'encrypted',
    decryptionKeys: [old.privateJwk, () => key.privateJwk]
  })
  met1.provider.behaviour.userInfo = async (claims, signer) => ({
    headers: { 'content-type': 'application/jwt;charset=UTF-8' },
    body: await encryptTo(key.publicJwk, await signClaims(claims, signer))
  })
  await expect(signIn(met1)).resolves.toMatchObject({
    data: { dateOfBirth: '1994-05-17' }
  })
})

test('an ID Token that is encrypted to us is opened', async () => {
  const key = await newEncryptionKey('enc-1')
  const met1 = await met({ decryptionKeys: key.privateJwk })
  met1.provider.behaviour.sign = async (claims, signer) =>
    encryptTo(key.publicJwk, await signClaims(claims, signer), 'RSA-OAEP')
  await expect(signIn(met1)).resolves.toMatchObject({ subject: 'pairwise-1' })
})

test('an ID Token that is not encrypted is good where keys for it are there', async () => {
  const key = await newEncryptionKey('enc-1')
  const met1 = await met({ decryptionKeys: [key.privateJwk] })
  await expect(signIn(met1)).resolves.toMatchObject({ subject: 'pairwise-1' })
})

test('UserInfo is taken as JSON where the country says so', async () => {
  const met1 = await met({ userInfo: 'json' })
  met1.provider.behaviour.userInfo = async (claims) => ({
    body: JSON.stringify(claims)
  })
  await expect(signIn(met1)).resolves.toMatchObject({
    data: { name: { surname: 'Samplefamily' } }
  })
})

test('the signed UserInfo is kept where the country wants it, and only there', async () => {
  const kept = await met({ keepUserInfo: true })
  const result = await signIn(kept)
  expect(decodeJwt(result.userInfo!)).toMatchObject({ sub: 'pairwise-1' })
  await kept.close()
  const notKept = await met()
  expect(await signIn(notKept)).not.toHaveProperty('userInfo')
})

test('without a discovery document, the addresses of the options are used', async () => {
  const met1 = await met()
  met1.provider.behaviour.instead['/.well-known/openid-configuration'] =
    () => ({ status: 404, body: '' })
  const { issuer } = met1.provider
  const { party } = await withOptions(met1.provider, {
    discovery: false,
    endpoints: {
      authorization: `${issuer}/authorize`,
      token: `${issuer}/token`,
      userInfo: `${issuer}/userinfo`,
      jwks: `${issuer}/jwks`
    }
  })
  await expect(
    signIn({ party, provider: met1.provider })
  ).resolves.toMatchObject({ subject: 'pairwise-1' })
})

test('an address of the options goes before that of the document, and the audience stays', async () => {
  const met1 = await met()
  const { issuer, behaviour } = met1.provider
  behaviour.metadata = { token_endpoint: 'https://id.example.org/token' }
  behaviour.instead['/token'] = () => undefined
  const { party } = await withOptions(met1.provider, {
    endpoints: { token: `${issuer}/token` }
  })
  await signIn({ party, provider: met1.provider }).catch(() => undefined)
  const assertion = met1.provider
    .calls('/token')[0]!
    .form.get('client_assertion')
  expect(decodeJwt(assertion!).aud).toBe('https://id.example.org/token')
})

test('tokens may name another issuer where the country says so (eSignet up to 1.7)', async () => {
  const met1 = await met()
  const tokenIssuer = `${met1.provider.issuer}/v1/esignet`
  const { party } = await withOptions(met1.provider, { tokenIssuer })
  met1.provider.behaviour.idToken = (claims) => ({
    ...claims,
    iss: tokenIssuer
  })
  const result = await signIn({ party, provider: met1.provider }, (query) => {
    // The redirect names the provider as the document does.
    query.set('iss', met1.provider.issuer)
    return query
  })
  expect(result.issuer).toBe(tokenIssuer)
})

test('two relying parties do not know of each other', async () => {
  const one = await met()
  const two = await meet()
  try {
    const begun = await one.party.begin({ redirectUri: REDIRECT_URI })
    const parameters = one.provider.signIn(begun.url)
    await expect(
      two.party.complete({
        parameters,
        redirectUri: REDIRECT_URI,
        transaction: begun.transaction
      })
    ).rejects.toMatchObject({ problem: 'expired' })
  } finally {
    await two.close()
  }
})

test('a function maps the claims where the country gives one', async () => {
  const met1 = await met({
    mapping: (claims) => ({
      identifier: JSON.stringify(claims.sub),
      attributes: { city: claims.city ?? null }
    })
  })
  met1.provider.behaviour.person = { city: 'Ibombo' } satisfies Claims
  await expect(signIn(met1)).resolves.toMatchObject({
    data: { identifier: '"pairwise-1"', attributes: { city: 'Ibombo' } }
  })
})

/** Another relying party for the same provider and client. */
async function withOptions(
  provider: LoopbackProvider,
  options: Parameters<typeof meet>[0]
): Promise<Pick<Meeting, 'party'>> {
  const twin = await meet({ issuer: provider.issuer, ...options })
  await twin.provider.close()
  return twin
}
