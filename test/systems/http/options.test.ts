import { OptionsError } from '../../../src/domain/errors'
import { systemClock } from '../../../src/internal/clock'
import { http, type HttpOptions } from '../../../src/systems/http'
import { httpOptions } from './made'

const SECRET = `whsec_${Buffer.alloc(24, 1).toString('base64')}`

/** Problems by option, for options as JavaScript may give them. */
function problems(changes: object): Record<string, string> {
  const options = { ...httpOptions(), ...changes }
  return Object.fromEntries(
    http(options)
      .issues('system')
      .map(({ option, problem }) => [option, problem])
  )
}

const OAUTH = {
  type: 'oauth2',
  tokenUrl: 'https://id.example.org/token',
  clientId: 'registry',
  clientSecret: () => 'x'
}

describe('options that are right', () => {
  it.each<[string, object]>([
    ['an API key', {}],
    ['OAuth 2.0', { authentication: OAUTH }],
    [
      'mutual TLS alone',
      {
        authentication: { type: 'none' },
        tls: { cert: 'PEM', key: () => 'PEM', ca: 'PEM', passphrase: 'x' }
      }
    ],
    ['one callback secret', { callback: { secrets: SECRET } }],
    ['several callback secrets', { callback: { secrets: [SECRET, () => ''] } }],
    ['a path made by a function', { status: { path: () => '/x' } }],
    ['plain http on this machine', { baseUrl: 'http://127.0.0.1:4000' }],
    [
      'plain http where it is allowed',
      { baseUrl: 'http://id.internal', allowInsecureHttp: true }
    ],
    [
      'verification alone',
      {
        createIdentity: undefined,
        notifyDeath: undefined,
        verify: { path: '/matches' }
      }
    ]
  ])('finds nothing wrong with %s', (_, changes) => {
    expect(problems(changes)).toEqual({})
  })
})

describe('mistakes', () => {
  it('count once: a misspelt type is not also a mistake of what belongs to it', () => {
    const authentication = { type: 'apikey', header: 'x-api-key', value: 'v' }
    expect(Object.keys(problems({ authentication }))).toEqual([
      'system.authentication.type'
    ])
  })

  it('are all listed, each where it stands and without its value', () => {
    const found = problems({
      baseURL: 'https://x',
      baseUrl: 'ftp://id.example.org',
      timeoutMs: 'soon',
      authentication: { ...OAUTH, clientID: 'v4lue', clientSecret: undefined },
      createIdentity: { path: '/identities/{identifier}', methode: 'PUT' },
      callback: { secrets: 'v4lue' },
      refusalStatuses: [200]
    })
    expect(Object.keys(found).sort()).toEqual([
      'system.authentication.clientID',
      'system.authentication.clientSecret',
      'system.baseURL',
      'system.baseUrl',
      'system.callback.secrets',
      'system.createIdentity.methode',
      'system.createIdentity.path',
      'system.refusalStatuses[0]',
      'system.timeoutMs'
    ])
    expect(JSON.stringify(found)).not.toContain('v4lue')
    expect(found['system.baseURL']).toContain('did you mean `baseUrl`?')
    expect(found['system.authentication.clientID']).toContain('`clientId`')
    expect(found['system.createIdentity.methode']).toContain('`method`')
    expect(found['system.createIdentity.path']).toContain('{reference}')
  })

  it.each<[string, object, string, RegExp]>([
    [
      'a password in the address',
      { baseUrl: 'https://u:p@id.example.org' },
      'system.baseUrl',
      /logs/
    ],
    [
      'a query in the address',
      { baseUrl: 'https://id.example.org?key=1' },
      'system.baseUrl',
      /\?/
    ],
    [
      'plain http to another machine',
      { baseUrl: 'http://id.internal' },
      'system.baseUrl',
      /allowInsecureHttp/
    ],
    [
      'a plain http token address',
      { authentication: { ...OAUTH, tokenUrl: 'http://id.internal/token' } },
      'system.authentication.tokenUrl',
      /allowInsecureHttp/
    ],
    [
      'an option of another type of authentication',
      { authentication: { type: 'bearer', token: 'x', clientId: 'y' } },
      'system.authentication.clientId',
      /does not belong/
    ],
    [
      'an unknown type of authentication',
      { authentication: { type: 'basic' } },
      'system.authentication.type',
      /`oauth2`, `apiKey`/
    ],
    [
      'a missing authentication',
      { authentication: undefined },
      'system.authentication',
      /missing/
    ],
    [
      'a certificate without a key',
      { tls: { cert: 'x' } },
      'system.tls',
      /key/
    ],
    [
      'a path that leaves the address',
      { createIdentity: { path: '//elsewhere.example.org' } },
      'system.createIdentity.path',
      /slash/
    ],
    [
      'a path with a step up',
      { createIdentity: { path: '/a/%2e%2e/b' } },
      'system.createIdentity.path',
      /`\.\.`/
    ],
    [
      'a reference of the system where none is known yet',
      { createIdentity: { path: '/{systemReference}' } },
      'system.createIdentity.path',
      /\{reference\}/
    ],
    [
      'a header that is set anyway',
      { headers: { Authorization: 'x' } },
      'system.headers.Authorization',
      /something else/
    ],
    [
      "the API key's header",
      { headers: { 'X-Api-Key': 'x' } },
      'system.headers.X-Api-Key',
      /already/
    ],
    [
      'a line end in a header',
      { headers: { 'x-a': 'b\r\nc: d' } },
      'system.headers.x-a',
      /characters/
    ],
    ['a name with blanks', { name: 'the system' }, 'system.name', /short word/],
    [
      'a secret that can be guessed',
      { callback: { secrets: ['whsec_c2hvcnQ='] } },
      'system.callback.secrets[0]',
      /whsec_/
    ],
    [
      'no secrets',
      { callback: { secrets: [] } },
      'system.callback.secrets',
      /./
    ],
    [
      'no operation',
      { createIdentity: undefined, notifyDeath: undefined },
      'system',
      /createIdentity/
    ],
    [
      'a refusal by a status that means something else',
      { refusalStatuses: [401] },
      'system.refusalStatuses[0]',
      /always/
    ]
  ])('names %s', (_, changes, option, problem) => {
    const found = problems(changes)
    expect(Object.keys(found)).toEqual([option])
    expect(found[option]).toMatch(problem)
  })

  it.each([undefined, null, 'https://id.example.org', []])(
    'are reported for %p instead of options',
    (options) => {
      const factory = http(options as unknown as HttpOptions)
      expect(factory.name).toBe('http')
      expect(factory.capabilities.operations).toEqual([])
      expect(factory.issues('system')).toHaveLength(1)
    }
  )

  it('say where to read', () => {
    const { callback: _, ...options } = httpOptions({ timeoutMs: -1 })
    expect(http(options).issues('system')[0]?.see).toBe(
      'docs/systems/http.md#timeoutms'
    )
  })

  it('keep the system from being made', () => {
    const factory = http(httpOptions({ timeoutMs: -1 }))
    expect(() => factory.create({ clock: systemClock })).toThrow(OptionsError)
  })
})

describe('capabilities', () => {
  it('are what is configured', () => {
    expect(http(httpOptions()).capabilities).toEqual({
      operations: ['createIdentity', 'notifyDeath'],
      idempotent: true,
      callback: false,
      status: false,
      verify: false
    })
    expect(
      http(
        httpOptions({
          withdraw: { path: '/withdrawals' },
          idempotencyKeyHeader: false,
          callback: { secrets: SECRET },
          status: { path: '/requests/{reference}' },
          verify: { path: '/matches' }
        })
      ).capabilities
    ).toEqual({
      operations: ['createIdentity', 'notifyDeath', 'withdraw'],
      idempotent: false,
      callback: true,
      status: true,
      verify: true
    })
  })
})

describe('weakened safeguards', () => {
  function weakened(changes: Partial<HttpOptions>): string[] {
    return http(httpOptions(changes))
      .weakenings('system')
      .map(({ option }) => option)
  }

  it('are none by default, nor for plain http on this machine', () => {
    expect(weakened({})).toEqual([])
    expect(
      weakened({ baseUrl: 'http://localhost:1', allowInsecureHttp: true })
    ).toEqual([])
  })

  it('are plain http to another machine, and calls from nobody', () => {
    expect(
      weakened({ baseUrl: 'http://id.internal', allowInsecureHttp: true })
    ).toEqual(['system.allowInsecureHttp'])
    const authentication = { type: 'none' } as const
    expect(weakened({ authentication })).toEqual(['system.authentication'])
    expect(
      weakened({ authentication, tls: { cert: 'PEM', key: 'PEM' } })
    ).toEqual([])
  })
})
