import { createHmac, generateKeyPairSync } from 'node:crypto'
import {
  checked,
  CLAIMS,
  ec,
  ed,
  ISSUER,
  jwkOf,
  jws,
  NOW,
  OPTIONS,
  otherEc,
  outcome,
  pemOf,
  rsa,
  SECONDS
} from './sample-credentials'

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

describe('a signed credential', () => {
  it.each([
    ['ES256', 'ec-1', ec.privateKey],
    ['EdDSA', 'ed-1', ed.privateKey],
    ['RS256', 'rs-1', rsa.privateKey],
    ['PS256', 'ps-1', rsa.privateKey]
  ])('is proven with %s by its pinned key', async (alg, kid, key) => {
    const credential = await jws(CLAIMS, { header: { alg, kid }, key })
    expect(await checked(credential)).toEqual({
      proven: true,
      issuer: ISSUER,
      subject: 'person-7',
      data: {
        name: { firstname: 'Ana Rita', surname: 'Lopes' },
        dateOfBirth: '1990-04-07',
        sex: 'female',
        identifier: '5550001112',
        attributes: {}
      }
    })
  })

  it('is found at its path in the scanned JSON, as an object or as text', async () => {
    const scanned = {
      name: 'Somebody Else',
      verified: 'authenticated',
      credential: await jws(CLAIMS)
    }
    for (const content of [scanned, JSON.stringify(scanned)])
      expect(await checked(content)).toMatchObject({
        proven: true,
        data: { name: { firstname: 'Ana Rita', surname: 'Lopes' } }
      })
  })

  it('is found at a path of the country', async () => {
    const options = { ...OPTIONS, credentialPath: ['card', 'proof'] }
    const content = { card: { proof: await jws(CLAIMS) } }
    expect(await outcome(content, options)).toBe('proven')
    expect(await outcome({ card: {} }, options)).toBe('unreadable unknownKind')
  })

  it('is proven without kid by whichever key of its issuer has signed it', async () => {
    const issuer = {
      issuer: ISSUER,
      keys: [
        { id: 'old', key: jwkOf(otherEc.publicKey) },
        { id: 'new', key: jwkOf(ec.publicKey) }
      ]
    }
    const options = { trustedIssuers: [issuer] }
    for (const key of [otherEc.privateKey, ec.privateKey]) {
      const credential = await jws(CLAIMS, { header: { alg: 'ES256' }, key })
      expect(await outcome(credential, options)).toBe('proven')
    }
    const { privateKey: key } = generateKeyPairSync('ec', {
      namedCurve: 'P-256'
    })
    const strange = await jws(CLAIMS, { header: { alg: 'ES256' }, key })
    expect(await outcome(strange, options)).toBe('untrusted signature')
  })

  it('is proven by the subject of a W3C credential inside a JWT', async () => {
    const vc = {
      credentialSubject: {
        id: 'did:example:9',
        givenName: 'Ana',
        familyName: 'Lopes'
      }
    }
    const credential = await jws({ iss: ISSUER, name: 'National ID', vc })
    expect(await checked(credential)).toMatchObject({
      subject: 'did:example:9',
      data: { name: { firstname: 'Ana', surname: 'Lopes' } }
    })
  })
})

describe('a tampered credential', () => {
  it('is refused when any part was changed', async () => {
    const credential = await jws(CLAIMS)
    const [header = '', , signature = ''] = credential.split('.')
    const others: Array<[string, string]> = [
      [
        `${header}.${encoded({ ...CLAIMS, given_name: 'Eva' })}.${signature}`,
        'untrusted signature'
      ],
      [
        `${header}.${encoded(CLAIMS)}.${signature.slice(0, -4)}AAAA`,
        'untrusted signature'
      ],
      [
        `${encoded({ alg: 'ES256', kid: 'ec-1', typ: 'x' })}.${encoded(CLAIMS)}.${signature}`,
        'untrusted signature'
      ]
    ]
    for (const [text, refusal] of others)
      expect(await outcome(text)).toBe(refusal)
  })

  it('is refused with the algorithm none', async () => {
    for (const kid of ['ec-1', undefined]) {
      const unsigned = `${encoded({ alg: 'none', kid })}.${encoded(CLAIMS)}.`
      expect(await outcome(unsigned)).toBe('unreadable unknownKind')
      expect(await outcome(`${unsigned}AAAA`)).toBe('untrusted algorithm')
    }
  })

  it.each([
    ['PEM', pemOf(rsa.publicKey)],
    ['JWK', JSON.stringify(jwkOf(rsa.publicKey))],
    ['DER', rsa.publicKey.export({ type: 'spki', format: 'der' })]
  ])('is refused with an HMAC under the public key as %s', async (_, key) => {
    const input = `${encoded({ alg: 'HS256', kid: 'rs-1' })}.${encoded(CLAIMS)}`
    const mac = createHmac('sha256', key).update(input).digest('base64url')
    expect(await outcome(`${input}.${mac}`)).toBe('untrusted algorithm')
  })

  it('is refused with another algorithm of the same key', async () => {
    const header = { alg: 'PS256', kid: 'rs-1' }
    const credential = await jws(CLAIMS, { header, key: rsa.privateKey })
    expect(await outcome(credential)).toBe('untrusted algorithm')
  })

  it('is refused when it brings its own key', async () => {
    const key = otherEc.privateKey
    const jwk = jwkOf(otherEc.publicKey)
    const jku = 'https://attacker.example/jwks.json'
    const known = { alg: 'ES256', kid: 'ec-1' }
    for (const brought of [{ jwk }, { jku }, { x5u: jku }]) {
      const header = { ...known, ...brought }
      const credential = await jws(CLAIMS, { header, key })
      expect(await outcome(credential)).toBe('untrusted signature')
    }
    const header = { alg: 'ES256', jwk }
    const unnamed = await jws(CLAIMS, { header, key })
    expect(await outcome(unnamed)).toBe('untrusted signature')
  })

  it('is refused with a kid that its issuer does not have', async () => {
    for (const kid of ['ec-2', '', '__proto__', 1, null]) {
      const header = { alg: 'ES256', kid }
      const credential = await jws(CLAIMS, { header })
      expect(await outcome(credential)).toBe('untrusted unknownKey')
    }
  })

  it('is refused when it needs something that we do not know', async () => {
    const [, payload = '', signature = ''] = (await jws(CLAIMS)).split('.')
    const header = { alg: 'ES256', kid: 'ec-1', crit: ['own'], own: 1 }
    const text = `${encoded(header)}.${payload}.${signature}`
    expect(await outcome(text)).toBe('untrusted algorithm')
  })
})

describe('the issuer of a credential', () => {
  it.each([
    ['unknown', 'https://other.example'],
    ['written otherwise', `${ISSUER}/`],
    ['missing', undefined],
    ['of another type', { id: ISSUER }]
  ])('is refused when it is %s', async (_, iss) => {
    const claims = Object.fromEntries(
      Object.entries({ ...CLAIMS, iss }).filter(
        ([, value]) => value !== undefined
      )
    )
    // Only what JSON can hold is in it.
    const credential = await jws(claims as typeof CLAIMS)
    expect(await outcome(credential)).toBe('untrusted unknownIssuer')
  })

  it('cannot sign in the name of another', async () => {
    const other = 'https://other.example'
    const options = {
      trustedIssuers: [
        ...OPTIONS.trustedIssuers!,
        { issuer: other, keys: [{ id: 'o', key: jwkOf(otherEc.publicKey) }] }
      ]
    }
    for (const kid of ['o', 'ec-1', undefined]) {
      const header = { alg: 'ES256', ...(kid && { kid }) }
      const key = otherEc.privateKey
      const credential = await jws(CLAIMS, { header, key })
      expect(await outcome(credential, options)).toMatch(/^untrusted/)
    }
  })
})

describe('the dates of a credential', () => {
  it.each([
    ['exp', { exp: SECONDS - 61 }, 'untrusted expired'],
    ['exp, within the tolerance', { exp: SECONDS - 59 }, 'proven'],
    ['nbf', { nbf: SECONDS + 61 }, 'untrusted notYetValid'],
    ['nbf, within the tolerance', { nbf: SECONDS + 59 }, 'proven'],
    ['iat', { iat: SECONDS + 61 }, 'untrusted notYetValid'],
    ['exp that is text', { exp: 'never' }, 'untrusted dates'],
    [
      'vc.expirationDate',
      {
        vc: {
          expirationDate: '2026-11-23T11:58:00Z',
          credentialSubject: { name: 'A' }
        }
      },
      'untrusted expired'
    ]
  ])('count: %s', async (_, dates, expected) => {
    expect(await outcome(await jws({ ...CLAIMS, ...dates }))).toBe(expected)
  })
})

describe('the audience of a credential', () => {
  it('makes a token that was made for somebody else no credential', async () => {
    for (const aud of ['some-client', ['a', 'b'], ''])
      expect(await outcome(await jws({ ...CLAIMS, aud }))).toBe(
        'untrusted audience'
      )
  })

  it('must be the one that the country sets', async () => {
    const [issuer] = OPTIONS.trustedIssuers!
    const options = {
      trustedIssuers: [{ ...issuer!, audience: 'registry' }]
    }
    const ours = await jws({ ...CLAIMS, aud: 'registry' })
    const other = await jws({ ...CLAIMS, aud: 'bank' })
    expect(await outcome(ours, options)).toBe('proven')
    expect(await outcome(other, options)).toBe('untrusted audience')
    expect(await outcome(await jws(CLAIMS), options)).toBe('untrusted audience')
  })
})

describe('what is not a credential', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['an empty text', ''],
    ['words', 'authenticated'],
    ['unsigned data', { name: 'Ana', verified: 'authenticated' }],
    ['a list', ['credential']],
    ['two parts', 'a.b']
  ])('is unreadable: %s', async (_, content) => {
    expect(await outcome(content)).toBe('unreadable unknownKind')
  })

  it.each([
    ['JSON cut off', '{"credential":"a'],
    ['a header that is no JSON', `AAAA.${encoded(CLAIMS)}.AAAA`],
    ['a payload that is no JSON', `${encoded({ alg: 'ES256' })}.AAAA.AAAA`],
    [
      'a payload that is a list',
      `${encoded({ alg: 'ES256' })}.${encoded([1])}.AAAA`
    ]
  ])('is malformed: %s', async (_, content) => {
    expect(await outcome(content)).toBe('unreadable malformed')
  })

  it('is too large: a megabyte of anything', async () => {
    const started = performance.now()
    const long = 'a'.repeat(1_000_000)
    const contents = [
      long,
      `${long}.b.c`,
      `a.${long}.c`,
      `{"credential":"${long}"}`,
      { credential: long },
      { proof: { jws: long } }
    ]
    for (const content of contents)
      expect(await outcome(content)).toBe('unreadable tooLarge')
    expect(performance.now() - started).toBeLessThan(5000)
  })

  it('counts bytes, not characters', async () => {
    const text = 'é'.repeat(40_000)
    for (const content of [text, { text }, { credential: text }])
      expect(await outcome(content)).toBe('unreadable tooLarge')
  })

  it('is too deep, in the content and in a payload', async () => {
    const deep = '['.repeat(20_000) + ']'.repeat(20_000)
    const inside = `${encoded({ alg: 'ES256' })}.${Buffer.from(deep).toString('base64url')}.AAAA`
    for (const content of [`{"a":${deep}}`, { a: JSON.parse(deep) }, inside])
      expect(await outcome(content)).toBe('unreadable tooDeep')
    let allowed: unknown = 'x'
    for (let level = 0; level < 15; level++) allowed = { a: allowed }
    expect(await outcome({ a: allowed })).toBe('unreadable unknownKind')
    expect(await outcome({ a: { a: allowed } })).toBe('unreadable tooDeep')
  })

  it('has too many names', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 1001 }, (_, at) => [`n${at}`, 1])
    )
    expect(await outcome(many)).toBe('unreadable tooMany')
    expect(await outcome({ list: Array(1001).fill(1) })).toBe(
      'unreadable tooMany'
    )
    expect(await outcome(await jws({ ...CLAIMS, ...many }))).toBe(
      'unreadable tooMany'
    )
  })

  it.each(['__proto__', 'constructor', 'prototype'])(
    'has a name that changes objects: %s',
    async (name) => {
      const polluting = `{"${name}":{"proven":true,"polluted":true}}`
      const payload = Buffer.from(polluting).toString('base64url')
      const contents = [
        polluting,
        JSON.parse(polluting),
        `{"a":[${polluting}]}`,
        `${encoded({ alg: 'ES256' })}.${payload}.AAAA`
      ]
      for (const content of contents)
        expect(await outcome(content)).toBe('unreadable forbiddenName')
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    }
  )
})

it('takes the time of its clock, each time', async () => {
  const credential = await jws({ ...CLAIMS, exp: SECONDS })
  expect(await outcome(credential, OPTIONS, NOW - 1000)).toBe('proven')
  expect(await outcome(credential, OPTIONS, NOW + 61_000)).toBe(
    'untrusted expired'
  )
})
