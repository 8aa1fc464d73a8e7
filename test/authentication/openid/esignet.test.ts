import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import { decodeJwt, decodeProtectedHeader, type JWK } from 'jose'
import {
  esignet,
  type EsignetOptions
} from '../../../src/authentication/openid'
import { clock, meet, newClientKey, REDIRECT_URI, signIn } from './signing-in'

const FIXTURES = path.join(__dirname, '../../fixtures/openid')

function recorded(name: string): unknown {
  return JSON.parse(readFileSync(path.join(FIXTURES, name), 'utf8'))
}

const clientKey = newClientKey().pem

function begin(options: Partial<EsignetOptions>) {
  return esignet({
    issuer: 'https://esignet.example.org',
    clientId: 'civil-registry',
    clientKey,
    discovery: false,
    pushedAuthorization: false,
    ...options
  })
    .create({ clock })
    .begin({ redirectUri: REDIRECT_URI })
}

test('the preset asks for the minimum, with consent, and for no weak proof', async () => {
  const query = new URL((await begin({})).url).searchParams
  expect(query.get('scope')).toBe('openid')
  expect(query.get('prompt')).toBe('consent')
  expect(query.get('acr_values')).toBe(
    'mosip:idp:acr:biometrics mosip:idp:acr:generated-code mosip:idp:acr:linked-wallet'
  )
  expect(JSON.parse(query.get('claims')!)).toEqual({
    userinfo: {
      name: { essential: true },
      birthdate: { essential: true },
      gender: { essential: true }
    },
    id_token: {}
  })
})

test.each([
  ['1.8', 'https://esignet.example.org/authorize'],
  ['1.7', 'https://esignet.example.org/authorize'],
  ['2.0', 'https://esignet.example.org/v1/esignet/oauth2/authorize']
] as const)(
  'without discovery, %s is at its own paths',
  async (release, at) => {
    expect((await begin({ release })).url.split('?')[0]).toBe(at)
  }
)

test('an address that the country gives goes before the usual one', async () => {
  const endpoints = { authorization: 'https://login.example.org/authorize' }
  const { url } = await begin({ endpoints })
  expect(url.split('?')[0]).toBe('https://login.example.org/authorize')
})

test.each(['1.8', '1.7'] as const)(
  'a sign-in with %s is accepted, and what it vouches for is named as eSignet names it',
  async (release) => {
    const meeting = await meet({}, (options) =>
      esignet({ ...options, release })
    )
    const { behaviour, issuer } = meeting.provider
    const tokenIssuer = release === '1.7' ? `${issuer}/v1/esignet` : issuer
    behaviour.metadata = {
      authorization_response_iss_parameter_supported: true
    }
    behaviour.idToken = (claims) => ({ ...claims, iss: tokenIssuer })
    behaviour.person = {
      name: 'Amina Rose Samplefamily',
      birthdate: '1994/05/17',
      gender: 'Female',
      individual_id: '8267411571'
    }
    const result = await signIn(meeting, (query) => {
      query.set('iss', issuer)
      return query
    })
    expect(result).toEqual({
      issuer: tokenIssuer,
      subject: 'pairwise-1',
      assurance: 'mosip:idp:acr:generated-code',
      data: {
        name: {
          firstname: 'Amina',
          middlename: 'Rose',
          surname: 'Samplefamily'
        },
        nameAsOneText: true,
        dateOfBirth: '1994-05-17',
        sex: 'female',
        identifier: '8267411571',
        attributes: {}
      }
    })
    await meeting.close()
  }
)

test('a password is refused by the preset', async () => {
  const meeting = await meet({}, esignet)
  meeting.provider.behaviour.acr = 'mosip:idp:acr:password'
  await expect(signIn(meeting)).rejects.toMatchObject({ problem: 'assurance' })
  await meeting.close()
})

test('2.0 is met with PS256, which is what it takes', async () => {
  const meeting = await meet({}, (options) =>
    esignet({
      ...options,
      release: '2.0',
      discovery: false,
      endpoints: {
        token: `${options.issuer}/token`,
        userInfo: `${options.issuer}/userinfo`,
        jwks: `${options.issuer}/jwks`
      },
      pushedAuthorization: false
    })
  )
  await signIn(meeting)
  const [call] = meeting.provider.calls('/token')
  const assertion = call?.form.get('client_assertion') ?? ''
  expect(decodeProtectedHeader(assertion).alg).toBe('PS256')
  await meeting.close()
})

test('a recorded UserInfo is verified and mapped', async () => {
  const { jwt, payload, publicJwk } = recorded(
    'esignet-userinfo-signed.json'
  ) as {
    jwt: string
    payload: { sub: string; iat: number }
    publicJwk: JWK
  }
  const meeting = await meet(
    { mapping: { attributes: { city: ['address', 'locality'] } } },
    esignet,
    payload.iat * 1000
  )
  const { behaviour } = meeting.provider
  behaviour.published.push({ ...behaviour.signer, publicJwk })
  behaviour.idToken = (claims) => ({ ...claims, sub: payload.sub })
  behaviour.userInfo = async () => ({
    // As it was recorded.
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: jwt
  })
  const result = await signIn(meeting)
  expect(result.data).toEqual({
    name: { firstname: 'Amina', middlename: 'Rose', surname: 'Samplefamily' },
    dateOfBirth: '1994-05-17',
    sex: 'female',
    attributes: { city: 'Sampleville' }
  })
  behaviour.published.pop()
  await meeting.close()
})

test('our client assertion has all that the recorded one has, and the jti that eSignet demands since 1.7', async () => {
  const { header, payload } = recorded('esignet-client-assertion.json') as {
    header: object
    payload: object
  }
  const meeting = await meet({}, esignet)
  await signIn(meeting)
  const [call] = meeting.provider.calls('/token')
  const assertion = call?.form.get('client_assertion') ?? ''
  expect(Object.keys(decodeJwt(assertion)).sort()).toEqual(
    [...Object.keys(payload), 'jti'].sort()
  )
  expect(decodeProtectedHeader(assertion)).toMatchObject(
    // `typ` is optional (RFC 7523, 3).
    Object.fromEntries(Object.entries(header).filter(([key]) => key === 'alg'))
  )
  await meeting.close()
})
