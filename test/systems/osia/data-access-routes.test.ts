import { generateKeyPair } from 'jose'
import type {
  InboundRequest,
  ReadablePeople,
  ReadablePerson
} from '../../../src/systems/system'
import {
  dataAccessRoute,
  type DataAccessOptions
} from '../../../src/systems/osia/data-access'
import {
  AUDIENCE,
  ISSUER,
  startIssuer,
  type Claims,
  type Issuer
} from './data-access-issuer'

const START = 1_780_000_000_000
const UIN = '5000000017'

const DICTIONARY = {
  attributes: {
    firstName: 'firstName',
    lastName: 'lastName',
    dateOfBirth: 'dateOfBirth',
    gender: 'gender',
    more: { place: 'placeOfBirth', weight: 'birthWeight', note: 'note' }
  },
  sexCodes: { male: '1', female: '2', unknown: '0' },
  interfaceSexCodes: {},
  wholeNumbersAs: 'text'
} as const

const CHILD: ReadablePerson = {
  identifier: UIN,
  role: 'subject',
  person: {
    name: { firstname: 'Zoë', middlename: 'Ama', surname: 'Nkandu' },
    dateOfBirth: '2026-10-30',
    sex: 'female',
    attributes: { place: 'Ibombo District Hospital', weight: 3200 }
  }
}

const UNKNOWN = { code: 1023, message: 'Unknown attribute name' }

let issuer: Issuer
let clock: { at: number; now(): number }
let readings: Array<Parameters<ReadablePeople['find']>[0]>
let person: ReadablePerson | Error

beforeAll(async () => {
  issuer = await startIssuer(() => clock.now())
})

beforeEach(() => {
  clock = {
    at: START,
    now() {
      return this.at
    }
  }
  readings = []
  person = CHILD
  issuer.fault = undefined
})

afterAll(() => issuer.stop())

function routes(options: Partial<DataAccessOptions> = {}) {
  return dataAccessRoute(
    { issuer: ISSUER, audience: AUDIENCE, jwksUrl: issuer.url, ...options },
    {
      dictionary: DICTIONARY,
      clock,
      people: {
        find(reading) {
          readings.push(reading)
          if (person instanceof Error) return Promise.reject(person)
          return Promise.resolve(
            reading.identifier === person.identifier ? person : undefined
          )
        }
      }
    }
  )
}

type Asked = {
  uin?: string
  query?: Record<string, string | string[]>
  body?: unknown
  token?: string | undefined
  type?: string
  made?: ReturnType<typeof routes>
}

/** Calls the route of an operation as the plugin does. */
async function call(
  operation: 'read' | 'match' | 'verify' | 'query',
  asked: Asked = {}
) {
  const endings = {
    read: '/{uin}',
    match: '/{uin}/match',
    verify: '/{uin}/verify',
    query: '/persons'
  }
  const { made = routes(), query = {}, type = 'application/json' } = asked
  const route = made.find(({ path }) => path.endsWith(endings[operation]))
  const token = 'token' in asked ? asked.token : await issuer.token()
  const request: InboundRequest = {
    method: route?.method ?? '',
    headers: {
      'content-type': type,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` })
    },
    params: { uin: asked.uin ?? UIN },
    query: {},
    queryAll: Object.fromEntries(
      Object.entries(query).map(([name, value]) => [name, [value].flat()])
    ),
    rawBody: Buffer.from(
      typeof asked.body === 'string'
        ? asked.body
        : JSON.stringify(asked.body ?? null)
    )
  }
  const answer = await route?.handle(request)
  if (answer === undefined) throw new Error('there is no such route')
  const body: unknown =
    answer.body === undefined ? undefined : JSON.parse(answer.body)
  return { ...answer, body }
}

function read(...names: string[]) {
  return call('read', { query: { attributeNames: names } })
}

describe('reading a person', () => {
  it('gives what was told of the person, in the words of the dictionary', async () => {
    const names = ['firstName', 'lastName', 'dateOfBirth', 'gender', 'uin']
    const { status, body, headers } = await read(
      ...names,
      'placeOfBirth',
      'birthWeight'
    )
    expect(status).toBe(200)
    expect(body).toEqual({
      firstName: 'Zoë Ama',
      lastName: 'Nkandu',
      dateOfBirth: '2026-10-30',
      gender: '2',
      uin: UIN,
      placeOfBirth: 'Ibombo District Hospital',
      birthWeight: '3200'
    })
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store'
    })
  })

  it('gives nothing that was not asked for', async () => {
    expect((await read('gender')).body).toEqual({ gender: '2' })
  })

  it('has an error in the place of what is unknown, or was not told', async () => {
    const { status, body } = await read(
      'firstName',
      'dob',
      'note',
      '__proto__',
      'constructor'
    )
    expect(status).toBe(200)
    expect(Object.entries(body as object)).toEqual([
      ['firstName', 'Zoë Ama'],
      ['dob', UNKNOWN],
      ['note', UNKNOWN],
      ['__proto__', UNKNOWN],
      ['constructor', UNKNOWN]
    ])
  })

  it('gives what the country allows and no more', async () => {
    const made = routes({ attributes: ['firstName'] })
    const query = { attributeNames: ['firstName', 'lastName', 'uin'] }
    const { body } = await call('read', { made, query })
    expect(body).toEqual({ firstName: 'Zoë Ama', lastName: UNKNOWN, uin: UIN })
  })

  it('leaves out what cannot be carried, and gives the rest', async () => {
    person = {
      ...CHILD,
      person: { ...CHILD.person, sex: 'other', attributes: { place: ['a'] } }
    }
    expect((await read('firstName', 'gender', 'placeOfBirth')).body).toEqual({
      firstName: 'Zoë Ama',
      gender: UNKNOWN,
      placeOfBirth: UNKNOWN
    })
  })

  it('tells the trail who asked for which of our names', async () => {
    await read('firstName', 'Nkandu Ama')
    expect(readings).toEqual([
      {
        identifier: UIN,
        reader: 'population-register',
        attributes: ['firstName', 'OTHER']
      }
    ])
  })

  it('finds nobody else, and says so without a body', async () => {
    for (const uin of ['5000000018', '%', '*', '5000000017 ']) {
      const query = { attributeNames: 'firstName' }
      const answer = await call('read', { uin, query })
      expect(answer).toMatchObject({ status: 404, body: undefined })
    }
  })

  it.each([
    ['no names', []],
    ['an empty name', ['']],
    ['a name without end', ['a'.repeat(257)]],
    [
      'more names than a dictionary has',
      Array.from({ length: 101 }, (_, at) => `a${at}`)
    ]
  ])('is refused with 400 for %s', async (_what, names) => {
    const { status, body } = await read(...names)
    expect(status).toBe(400)
    expect(body).toEqual({ code: 400, message: expect.any(String) as string })
    expect(readings).toEqual([])
  })

  it('says no more than that it failed when it fails', async () => {
    person = new Error(`secret ${UIN}`)
    const { status, body } = await read('firstName')
    expect(status).toBe(500)
    expect(body).toEqual({ code: 500, message: expect.any(String) as string })
    expect(JSON.stringify(body)).not.toContain(UIN)
  })
})

describe('matching a person', () => {
  const match = (body: unknown) => call('match', { body })

  it('answers an empty list when all agrees', async () => {
    const { status, body } = await match({
      firstName: ' zoe\u0308  AMA ',
      lastName: 'Nkandu',
      dateOfBirth: '2026-10-30',
      gender: 2,
      birthWeight: 3200
    })
    expect({ status, body }).toEqual({ status: 200, body: [] })
  })

  it('tells what differs from what there is not', async () => {
    const { body } = await match({ firstName: 'Ada', dob: 'x', note: 'y' })
    expect(body).toEqual([
      { attributeName: 'firstName', errorCode: 1 },
      { attributeName: 'dob', errorCode: 0 },
      { attributeName: 'note', errorCode: 0 }
    ])
  })

  it.each<[string, unknown]>([
    ['nothing', {}],
    ['a list', [{ firstName: 'Ada' }]],
    ['null', { firstName: null }],
    ['something nested', { firstName: { a: 1 } }],
    ['what is no JSON', '{"firstName":'],
    ['no body', '']
  ])('is refused with 400 for %s', async (_what, body) => {
    expect(await match(body)).toMatchObject({
      status: 400,
      body: { code: 400 }
    })
    expect(readings).toEqual([])
  })

  it('is refused in another media type', async () => {
    const asked = { body: { firstName: 'Ada' }, type: 'text/plain' }
    expect((await call('match', asked)).status).toBe(400)
  })

  it('finds nobody else', async () => {
    const asked = { uin: '1', body: { firstName: 'Ada' } }
    expect(await call('match', asked)).toMatchObject({
      status: 404,
      body: undefined
    })
  })
})

describe('verifying a person', () => {
  const verify = (...body: unknown[]) => call('verify', { body })
  const about = (attributeName: string, operator: string, value: unknown) => ({
    attributeName,
    operator,
    value
  })

  it.each<[boolean, string, string, unknown]>([
    [true, 'dateOfBirth', '<', '2026-10-31'],
    [false, 'dateOfBirth', '<', '2026-10-30'],
    [true, 'dateOfBirth', '<=', '2026-10-30'],
    [true, 'dateOfBirth', '>', '2026-10-29'],
    [false, 'dateOfBirth', '>=', '2026-10-31'],
    [true, 'dateOfBirth', '=', '2026-10-30'],
    [true, 'firstName', '=', 'zoë ama'],
    [false, 'firstName', '=', 'Zoë'],
    [true, 'birthWeight', '>', 999],
    [true, 'birthWeight', '<', '10000'],
    [false, 'note', '=', 'there is none'],
    [false, 'lastName', '<', 5]
  ])('is %s for %s %s %s', async (verdict, ...expression) => {
    const { status, body } = await verify(about(...expression))
    expect({ status, body }).toEqual({ status: 200, body: verdict })
  })

  it('is true only where every expression is', async () => {
    const good = about('gender', '=', '2')
    expect((await verify(good, about('uin', '=', UIN))).body).toBe(true)
    expect((await verify(good, about('lastName', '=', 'X'))).body).toBe(false)
  })

  it('gives no order of texts, with which a name could be found letter by letter', async () => {
    expect((await verify(about('firstName', '<', 'M'))).status).toBe(400)
  })

  it.each<[string, unknown]>([
    ['nothing', []],
    ['an unknown operator', [about('firstName', '!=', 'Ada')]],
    ['no value', [{ attributeName: 'firstName', operator: '=' }]],
    ['more than an expression has', [{ ...about('uin', '=', UIN), or: true }]],
    ['an object', { firstName: 'Ada' }]
  ])('is refused with 400 for %s', async (_what, body) => {
    expect((await call('verify', { body })).status).toBe(400)
    expect(readings).toEqual([])
  })

  it('is forbidden about what is in no dictionary, and written down', async () => {
    const { status, body } = await verify(about('religion', '=', 'x'))
    expect({ status, body }).toEqual({ status: 403, body: undefined })
    expect(readings).toMatchObject([{ attributes: ['OTHER'] }])
  })
})

describe('looking for people', () => {
  const query = (asked: Record<string, string | string[]>) =>
    call('query', { query: asked })

  it('works with an exact number alone', async () => {
    expect((await query({ uin: UIN })).body).toEqual([UIN])
    const { body } = await query({ uin: UIN, names: ['firstName', 'dob'] })
    expect(body).toEqual([{ firstName: 'Zoë Ama', dob: UNKNOWN }])
    expect(readings).toMatchObject([
      { attributes: ['uin'] },
      { attributes: ['firstName', 'OTHER'] }
    ])
  })

  it('finds nobody of another number, and nobody twice', async () => {
    expect((await query({ uin: '5000000018' })).status).toBe(404)
    expect((await query({ uin: UIN, offset: '1' })).status).toBe(404)
  })

  it.each<[string, Record<string, string | string[]>]>([
    ['a name', { firstName: 'Zoë' }],
    ['a name beside the number', { uin: UIN, firstName: 'Zoë' }],
    ['two numbers', { uin: [UIN, '5000000018'] }],
    ['no attribute', {}],
    ['an empty number', { uin: '' }],
    ['pages alone', { offset: '0', limit: '100' }]
  ])('is forbidden by %s', async (_what, asked) => {
    expect(await query(asked)).toMatchObject({ status: 403, body: undefined })
    expect(readings).toEqual([])
  })

  it('is refused with 400 for pages that are none', async () => {
    expect((await query({ uin: UIN, limit: 'all' })).status).toBe(400)
  })
})

describe('a reader', () => {
  const query = { attributeNames: 'firstName' }

  async function withClaims(
    claims: Claims,
    how?: Parameters<Issuer['token']>[1],
    made?: ReturnType<typeof routes>
  ) {
    const token = await issuer.token(claims, how)
    return call('read', {
      query,
      token,
      ...(made === undefined ? {} : { made })
    })
  }

  it.each<[string, Claims]>([
    ['an own claim', { client_id: 'a' }],
    ['azp', { client_id: undefined, azp: 'a' }],
    ['the subject', { client_id: undefined, sub: 'a' }]
  ])('is known by %s of the token', async (_what, claims) => {
    expect((await withClaims(claims)).status).toBe(200)
    expect(readings[0]?.reader).toBe('a')
  })

  it.each<[string, Claims]>([
    ['a text', { scope: 'openid cr.person.read' }],
    ['a list', { scope: ['cr.person.read'] }],
    ['scp', { scope: undefined, scp: ['cr.person.read'] }],
    ['an audience in a list', { aud: ['other', AUDIENCE] }],
    ['a clock a little ahead of ours', { nbf: START / 1000 + 29 }]
  ])('may have %s in the token', async (_what, claims) => {
    expect((await withClaims(claims)).status).toBe(200)
  })

  it.each<[string, Claims]>([
    ['no scope', { scope: undefined }],
    ["another registry's scope", { scope: 'pr.person.read' }],
    ['a longer scope', { scope: 'cr.person.readall' }],
    ['the scope of another operation', { scope: 'cr.person.match' }]
  ])('is forbidden with %s', async (_what, claims) => {
    const { status, body, headers, refused } = await withClaims(claims)
    expect({ status, body, refused }).toEqual({
      status: 403,
      body: undefined,
      refused: 'ERR_SCOPE'
    })
    expect(headers?.['www-authenticate']).toContain('insufficient_scope')
    expect(readings).toEqual([])
  })

  it.each(['match', 'verify', 'query'] as const)(
    'needs the scope of its own to %s',
    async (operation) => {
      const own = operation === 'query' ? 'read' : operation
      const scope = ['read', 'match', 'verify']
        .filter((one) => one !== own)
        .map((one) => `cr.person.${one}`)
        .join(' ')
      const token = await issuer.token({ scope })
      const body = operation === 'match' ? { uin: UIN } : []
      const asked = { token, body, query: { uin: UIN } }
      expect((await call(operation, asked)).status).toBe(403)
    }
  )

  it.each<[string, Claims]>([
    ['expired', { exp: START / 1000 - 31 }],
    ['that never ends', { exp: undefined }],
    ['that is not good yet', { nbf: START / 1000 + 31 }],
    ['of another issuer', { iss: 'https://login.example.org/realms/other' }],
    ['of no issuer', { iss: undefined }],
    ['for another server', { aud: 'population-registry' }],
    ['for nobody', { aud: undefined }],
    ['of nobody', { client_id: undefined }]
  ])('is refused with a token %s', async (_what, claims) => {
    const { status, body } = await withClaims(claims)
    expect({ status, body }).toEqual({ status: 401, body: undefined })
    expect(readings).toEqual([])
  })

  it('is refused with a token that somebody else signed', async () => {
    const { privateKey } = await generateKeyPair('ES256')
    expect((await withClaims({}, { key: privateKey })).status).toBe(401)
  })

  it.each(['HS256', 'HS512'])(
    'is refused with a token by a secret (%s)',
    async (alg) => {
      // The classic: the public key, taken for the secret.
      const key = new TextEncoder().encode(JSON.stringify(issuer.keys[0]))
      expect((await withClaims({}, { alg, key })).status).toBe(401)
      issuer.keys.push({
        kty: 'oct',
        kid: 'shared',
        k: Buffer.from(key).toString('base64url')
      })
      try {
        expect((await withClaims({}, { alg, key, kid: 'shared' })).status).toBe(
          401
        )
      } finally {
        issuer.keys.pop()
      }
    }
  )

  it('is refused with a token that is not signed, changed, encrypted or none', async () => {
    const good = await issuer.token()
    const [header = '', payload = '', signature = ''] = good.split('.')
    const encode = (value: object) =>
      Buffer.from(JSON.stringify(value)).toString('base64url')
    const none = encode({ alg: 'none' })
    const other = encode({
      iss: ISSUER,
      aud: AUDIENCE,
      exp: START,
      sub: 'x',
      scope: 'cr.person.read'
    })
    const tokens = [
      undefined,
      '',
      'x',
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      `${header}.${other}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}.a.b.c.${signature}`,
      `${good} ${good}`
    ]
    for (const token of tokens)
      expect((await call('read', { query, token })).status).toBe(401)
    expect(readings).toEqual([])
  })

  it('is refused with an algorithm that was not chosen', async () => {
    const made = routes({ algorithms: ['RS256'] })
    expect((await withClaims({}, {}, made)).status).toBe(401)
  })

  it('is told by the answer that a token is needed', async () => {
    const { headers, refused } = await call('read', { query, token: undefined })
    expect(headers?.['www-authenticate']).toBe('Bearer')
    expect(refused).toBe('ERR_TOKEN_MISSING')
  })
})

describe("the issuer's keys", () => {
  const query = { attributeNames: 'firstName' }

  it('are asked for once in a while, not with every call', async () => {
    const made = routes()
    const before = issuer.asked
    for (let count = 0; count < 3; count += 1)
      await call('read', { made, query })
    expect(issuer.asked - before).toBe(1)
    clock.at += 601_000
    await call('read', { made, query })
    expect(issuer.asked - before).toBe(2)
  })

  it('are asked for again for a key that is new, but not for each that does not exist', async () => {
    const made = routes()
    await call('read', { made, query })
    clock.at += 30_000
    await issuer.rotate('second')
    expect((await call('read', { made, query })).status).toBe(200)
    const before = issuer.asked
    for (let count = 0; count < 5; count += 1) {
      const token = await issuer.token({}, { kid: `made-up-${count}` })
      expect((await call('read', { made, query, token })).status).toBe(401)
    }
    expect(issuer.asked - before).toBe(0)
  })

  it('are used for a while when the issuer cannot be asked, then nobody is let in', async () => {
    const made = routes()
    await call('read', { made, query })
    issuer.fault = 503
    clock.at += 601_000
    expect((await call('read', { made, query })).status).toBe(200)
    clock.at += 3_600_000
    const { status, body } = await call('read', { made, query })
    expect({ status, body }).toMatchObject({ status: 500, body: { code: 500 } })
    issuer.fault = undefined
    clock.at += 3_000
    expect((await call('read', { made, query })).status).toBe(200)
  })

  it('are all tried for a token that does not name its key', async () => {
    const token = await issuer.token({}, { kid: undefined })
    await issuer.rotate('third')
    expect((await call('read', { query, token })).status).toBe(200)
  })

  it('may stand in the options', async () => {
    const before = issuer.asked
    const { jwksUrl: _none, ...fixed } = {
      issuer: ISSUER,
      audience: AUDIENCE,
      keys: issuer.keys,
      jwksUrl: ''
    }
    const made = dataAccessRoute(fixed, {
      dictionary: DICTIONARY,
      clock,
      people: { find: () => Promise.resolve(CHILD) }
    })
    expect((await call('read', { made, query })).status).toBe(200)
    expect(issuer.asked).toBe(before)
  })
})
