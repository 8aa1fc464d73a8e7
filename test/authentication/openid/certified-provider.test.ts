import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import * as path from 'node:path'
import { createInterface } from 'node:readline'
import { decodeJwt } from 'jose'
import {
  openIdConnect,
  type OpenIdConnectOptions
} from '../../../src/authentication/openid'
import { systemClock } from '../../../src/internal/clock'
import {
  CLIENT_ID,
  failureOf,
  newClientKey,
  newEncryptionKey,
  REDIRECT_URI
} from './signing-in'

/** oidc-provider 9, which the OpenID Foundation has certified. */
type Certified = { issuer: string; stop(): void }

const clientKey = newClientKey()
const running: ChildProcess[] = []

afterEach(() => {
  for (const child of running.splice(0)) child.kill()
})

async function startCertified(
  client: Record<string, unknown> = {},
  ...keys: object[]
): Promise<Certified> {
  const script = path.join(__dirname, 'certified-provider.mjs')
  const given = {
    client_id: CLIENT_ID,
    redirect_uris: [REDIRECT_URI],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    subject_type: 'pairwise',
    token_endpoint_auth_method: 'private_key_jwt',
    id_token_signed_response_alg: 'PS256',
    userinfo_signed_response_alg: 'PS256',
    dpop_bound_access_tokens: true,
    jwks: { keys: [{ ...clientKey.publicJwk, use: 'sig' }, ...keys] },
    ...client
  }
  const child = spawn(
    process.execPath,
    [script, JSON.stringify({ client: given })],
    { stdio: ['ignore', 'pipe', 'ignore'] }
  )
  running.push(child)
  const lines = createInterface(child.stdout)
  const [line] = (await once(lines, 'line')) as [string]
  const { issuer } = JSON.parse(line) as { issuer: string }
  return { issuer, stop: () => child.kill() }
}

/** A browser, as far as a sign-in without pages needs one: redirects and cookies. */
async function browse(url: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let next = url
  for (let step = 0; step < 10; step += 1) {
    const response = await fetch(next, {
      redirect: 'manual',
      headers: {
        cookie: [...cookies]
          .map(([name, value]) => `${name}=${value}`)
          .join('; ')
      }
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (location === null) throw new Error(await response.text())
    next = new URL(location, next).href
    if (next.startsWith(REDIRECT_URI)) return new URL(next)
  }
  throw new Error('too many redirects')
}

function partyAt(
  { issuer }: Certified,
  options: Partial<OpenIdConnectOptions> = {}
) {
  return openIdConnect({
    issuer,
    clientId: CLIENT_ID,
    clientKey: clientKey.pem,
    scopes: ['openid', 'profile'],
    acrValues: ['urn:example:strong'],
    claims: { id_token: { acr: null } },
    ...options
  }).create({ clock: systemClock })
}

async function signInAt(
  certified: Certified,
  options: Partial<OpenIdConnectOptions> = {}
) {
  const party = partyAt(certified, options)
  const { transaction, url } = await party.begin({ redirectUri: REDIRECT_URI })
  const back = await browse(url)
  try {
    return await party.complete({
      parameters: back.searchParams,
      redirectUri: REDIRECT_URI,
      transaction
    })
  } finally {
    party.stop?.()
  }
}

const VOUCHED_FOR = {
  subject: `amina-at-${CLIENT_ID}`,
  assurance: 'urn:example:strong',
  data: {
    name: { firstname: 'Amina', middlename: 'Rose', surname: 'Samplefamily' },
    dateOfBirth: '1994-05-17',
    sex: 'female',
    attributes: {}
  }
}

test('a certified provider that demands PAR, DPoP with nonces and private_key_jwt signs people in', async () => {
  const result = await signInAt(await startCertified(), { keepUserInfo: true })
  expect(result).toMatchObject(VOUCHED_FOR)
  expect(decodeJwt(result.userInfo!)).toMatchObject({
    aud: CLIENT_ID,
    sub: VOUCHED_FOR.subject
  })
})

test('a certified provider’s encrypted UserInfo and ES256 ID Token are taken', async () => {
  const { privateJwk, publicJwk } = await newEncryptionKey('enc-1')
  const certified = await startCertified(
    {
      id_token_signed_response_alg: 'ES256',
      userinfo_encrypted_response_alg: 'RSA-OAEP-256',
      userinfo_encrypted_response_enc: 'A256GCM'
    },
    { ...publicJwk, use: 'enc', alg: 'RSA-OAEP-256' }
  )
  const result = await signInAt(certified, {
    userInfo: 'encrypted',
    decryptionKeys: privateJwk
  })
  expect(result).toMatchObject(VOUCHED_FOR)
})

test('a certified provider takes no code twice, and no client with another key', async () => {
  const certified = await startCertified()
  const party = partyAt(certified)
  const { transaction, url } = await party.begin({ redirectUri: REDIRECT_URI })
  const answer = {
    parameters: (await browse(url)).searchParams,
    redirectUri: REDIRECT_URI,
    transaction
  }
  await party.complete(answer)
  const again = await failureOf(party.complete(answer))
  expect(again).toMatchObject({ code: 'ERR_SIGN_IN_CODE', problem: 'expired' })
  party.stop?.()

  const stranger = partyAt(certified, { clientKey: newClientKey().pem })
  const error = await failureOf(stranger.begin({ redirectUri: REDIRECT_URI }))
  expect(error).toMatchObject({
    code: 'ERR_PROVIDER_REFUSED',
    problem: 'refused'
  })
  expect(error.message).toContain('invalid_client')
  stranger.stop?.()
})
