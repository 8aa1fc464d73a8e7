import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import { OptionsError } from '../../../src/domain/errors'
import {
  esignet,
  openIdConnect,
  type EsignetOptions,
  type OpenIdConnectOptions
} from '../../../src/authentication/openid'
import { keysAt } from '../../../src/authentication/openid/options-schema'
import { clock, newClientKey } from './signing-in'

const clientKey = newClientKey().pem
const good = {
  issuer: 'https://login.example.org',
  clientId: 'civil-registry',
  clientKey
}

/** The mistakes, as `option: problem`, when a country writes JavaScript. */
function problems(options: unknown, make = openIdConnect): string[] {
  const factory = make(options as OpenIdConnectOptions)
  return factory
    .issues('authentication.oidc')
    .map(({ option, problem }) => `${option}: ${problem}`)
}

function problem(options: Record<string, unknown>): string {
  const found = problems({ ...good, ...options })
  expect(found).toHaveLength(1)
  return found[0] ?? ''
}

function keyOn(curve: string): string {
  return generateKeyPairSync('ec', { namedCurve: curve })
    .privateKey.export({ format: 'pem', type: 'pkcs8' })
    .toString()
}

test('the least that a country writes is enough', () => {
  expect(problems(good)).toEqual([])
  expect(problems(good, esignet as typeof openIdConnect)).toEqual([])
})

test('every option is accepted', () => {
  const options: Required<OpenIdConnectOptions> = {
    name: 'login',
    issuer: 'https://login.example.org',
    tokenIssuer: 'https://login.example.org/tokens',
    discovery: 'https://login.example.org/well-known.json',
    endpoints: { token: 'https://inner.example.org/token?tenant=1' },
    clientId: 'civil-registry',
    clientAuthentication: 'client_secret_basic',
    clientKey: async () => clientKey,
    keyId: 'key-1',
    signatureAlgorithm: 'PS256',
    clientSecret: () => 'secret',
    assertionAudience: 'https://login.example.org/token',
    scopes: ['openid', 'profile'],
    acrValues: ['urn:example:strong'],
    claims: { userinfo: { name: null }, id_token: {} },
    prompt: 'login consent',
    display: 'popup',
    uiLocales: ['fr'],
    maxAgeSeconds: 0,
    userInfo: 'encrypted',
    decryptionKeys: [clientKey, () => clientKey],
    algorithms: ['ES256'],
    pushedAuthorization: true,
    dpop: false,
    languages: ['fr', 'en'],
    mapping: {
      name: { full: ['person', 'name'] },
      attributes: { city: ['address', 'locality'] },
      nameOrder: 'unsplit',
      dateFormats: ['dd.MM.yyyy'],
      sexWords: { H: 'male' }
    },
    keepUserInfo: true,
    clockToleranceSeconds: 0,
    timeoutMs: 500,
    tls: { ca: 'PEM', cert: 'PEM', key: () => 'PEM', passphrase: 'x' },
    allowInsecureHttp: true
  }
  expect(problems(options)).toEqual([])
})

test('all mistakes are reported at once', () => {
  const found = problems({
    isuer: 'https://login.example.org',
    clientID: 'x',
    acrValues: ['two words'],
    scopes: ['profile'],
    timeoutMs: 0,
    dpop: 'always',
    userInfo: 'encrypted',
    endpoints: { tokn: 'https://login.example.org/token' },
    mapping: { name: { givenname: 'x' }, dateFormats: ['yyyy'] }
  })
  expect(found).toEqual(
    expect.arrayContaining([
      'authentication.oidc.issuer: is missing.',
      'authentication.oidc.isuer: is not an option; did you mean `issuer`?',
      'authentication.oidc.clientId: is missing.',
      'authentication.oidc.clientID: is not an option; did you mean `clientId`?',
      'authentication.oidc.acrValues[0]: must be one word, without blanks, quotes and backslashes.',
      'authentication.oidc.scopes: must contain `openid`, or it is no OpenID Connect.',
      'authentication.oidc.timeoutMs: must be at least 1.',
      'authentication.oidc.endpoints.tokn: is not an option; did you mean `token`?',
      'authentication.oidc.mapping.dateFormats[0]: must be a date-fns pattern with year, month and day, for example `dd.MM.yyyy`.'
    ])
  )
  const wrong = found.map((each) => each.split(':')[0])
  expect(wrong).toContain('authentication.oidc.clientKey')
  expect(wrong).toContain('authentication.oidc.decryptionKeys')
  expect(wrong).toContain('authentication.oidc.dpop')
  expect(wrong).toContain('authentication.oidc.mapping.name.givenname')
})

test.each<[string, Record<string, unknown>, RegExp]>([
  ['an issuer with a query', { issuer: 'https://a.example?x' }, /before any/],
  ['an issuer that is no address', { issuer: 'login' }, /begins with https/],
  [
    'an issuer with a password',
    { issuer: 'https://a:b@login.example.org' },
    /password/
  ],
  ['an issuer behind http:', { issuer: 'http://login.example.org' }, /http:/],
  [
    'an address behind http:',
    { endpoints: { token: 'http://id.example.org' } },
    /endpoints\.token: is http:/
  ],
  ['a key that is none', { clientKey: 'hunter2-hunter2' }, /clientKey: is not/],
  ['a key that is no JWK', { clientKey: '{"kty":"RSA"}' }, /clientKey: is not/],
  ['a key on another curve', { clientKey: keyOn('secp384r1') }, /P-256/],
  [
    'a key that cannot sign so',
    { signatureAlgorithm: 'ES256' },
    /signatureAlgorithm: does not go together/
  ],
  ['a secret for nothing', { clientSecret: 'x' }, /client_secret_basic/],
  [
    'no secret where one is used',
    { clientAuthentication: 'client_secret_basic' },
    /clientSecret: is missing/
  ],
  ['a shared key’s algorithm', { algorithms: ['HS256'] }, /must be one of/],
  ['no algorithm', { algorithms: [] }, /empty list/],
  [
    'pushing without discovery, to nowhere',
    {
      discovery: false,
      pushedAuthorization: true,
      endpoints: {
        authorization: 'https://login.example.org/a',
        token: 'https://login.example.org/t',
        userInfo: 'https://login.example.org/u',
        jwks: 'https://login.example.org/k'
      }
    },
    /endpoints\.pushedAuthorization: is missing/
  ],
  ['half a certificate', { tls: { cert: 'PEM' } }, /`cert` and `key`/],
  ['an option that nothing is like', { colour: 'red' }, /There are: /]
])('%s is refused', (_, options, words) => {
  const found = problem(options)
  expect(found).toMatch(words)
  expect(found).not.toContain('hunter2')
})

test.each<[Record<string, unknown>, string]>([
  [{ clientId: 1 }, 'must be text.'],
  [{ clientId: '' }, 'is empty.'],
  [{ prompt: 'Login!' }, 'must be words with one blank between them.'],
  [{ timeoutMs: '10' }, 'must be a number.'],
  [{ timeoutMs: 1.5 }, 'must be a whole number.'],
  [{ clockToleranceSeconds: 301 }, 'must be at most 300.'],
  [{ keepUserInfo: 'yes' }, 'must be true or false.'],
  [{ acrValues: 'strong' }, 'must be a list.'],
  [{ acrValues: ['a', 'a'] }, 'is in the list already.'],
  [{ mapping: { attributes: [] } }, 'must be an object.'],
  [{ tls: { passphrase: 'x' } }, 'has a `passphrase` without'],
  [{ mapping: { dateFormats: ['yyyy-MM-nn'] } }, 'must be a date-fns pattern'],
  [{ dpop: 1 }, 'must be `auto`, true or false.'],
  [
    { assertionAudience: 'them' },
    'must be `endpoint`, `issuer`, or an address.'
  ],
  [{ name: 'two words' }, 'must be a short word'],
  [{ issuer: 'https://login.example.org#x' }, 'before any `#`'],
  [{ clientKey: { kty: 'RSA' } }, 'must be text.'],
  [{ claims: { user_info: {} } }, 'did you mean `userinfo`?']
])('%p is refused: %s', (options, words) => {
  expect(problem(options)).toContain(words)
})

test('a short RSA key is refused', () => {
  expect(problem({ clientKey: smallKey() })).toContain('less than 2048 bits')
})

function smallKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  return privateKey.export({ format: 'pem', type: 'pkcs1' }).toString()
}

test('eSignet’s options may lack what they need, and each is named', () => {
  const make = (options: object) =>
    esignet(options as EsignetOptions)
      .issues('x')
      .map(({ option }) => option)
  expect(make({ release: '1.7' })).toEqual(
    expect.arrayContaining(['x.issuer', 'x.clientId', 'x.clientKey'])
  )
  expect(make({ ...good, mapping: 'name' })).toEqual(['x.mapping'])
  expect(make({ ...good, mapping: () => ({ attributes: {} }) })).toEqual([])
  expect(
    make({
      ...good,
      release: '2.0',
      discovery: false,
      clientKey: keyOn('P-256')
    })
  ).toEqual([])
})

test('without discovery, every address that is missing is named', () => {
  const found = problems({ ...good, discovery: false })
  expect(found.map((each) => each.split(':')[0])).toEqual(
    ['authorization', 'token', 'userInfo', 'jwks'].map(
      (name) => `authentication.oidc.endpoints.${name}`
    )
  )
})

test('no options at all is one mistake', () => {
  expect(problems(undefined)).toEqual([
    'authentication.oidc: must be an object.'
  ])
  expect(problems(undefined, esignet as typeof openIdConnect)).toEqual([
    'authentication.oidc: must be an object.'
  ])
})

test('a relying party is not made from wrong options', () => {
  const factory = openIdConnect({ ...good, issuer: 'login' })
  expect(() => factory.create({ clock })).toThrow(OptionsError)
})

test('eSignet’s own mistakes are named too', () => {
  const found = esignet({
    ...good,
    acrValues: [],
    clientSecret: 'x',
    release: '3.0',
    relese: '1.8'
  } as unknown as EsignetOptions).issues('authentication.oidc')
  const said = found.map(({ option, problem }) => `${option}: ${problem}`)
  expect(said).toEqual(
    expect.arrayContaining([
      'authentication.oidc.release: must be one of `1.7`, `1.8`, `2.0`.',
      'authentication.oidc.relese: is not an option; did you mean `release`?',
      expect.stringContaining('acrValues: is an empty list'),
      expect.stringContaining('clientSecret: is not an option here')
    ])
  )
})

test('an insecure address is logged as a weakening, and loopback is not', () => {
  const effect = expect.any(String)
  const option = 'authentication.oidc.allowInsecureHttp'
  const at = (issuer: string) =>
    openIdConnect({ ...good, issuer, allowInsecureHttp: true }).weakenings(
      'authentication.oidc'
    )
  expect(at('http://login.example.org')).toEqual([{ effect, option }])
  expect(at('http://127.0.0.1:3000')).toEqual([])
  expect(at('https://login.example.org')).toEqual([])
})

test('the name is the one that the country gave, or the kind', () => {
  expect(openIdConnect(good).name).toBe('openid')
  expect(esignet(good).name).toBe('esignet')
  expect(esignet({ ...good, name: 'national-id' }).name).toBe('national-id')
})

test('every option has its place in the docs, where mistakes lead', () => {
  const page = readFileSync(
    path.join(__dirname, '../../../docs/authentication.md'),
    'utf8'
  )
  for (const key of [...keysAt([]), 'release']) {
    expect(page).toContain(`### \`${key}\``)
  }
  const { see } = openIdConnect({ ...good, issuer: 'x' }).issues('x')[0]!
  expect(see).toBe('docs/authentication.md#issuer')
})
