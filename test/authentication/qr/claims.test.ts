import type { JsonObject, JsonValue } from '../../../src/domain/json'
import type { IdentityData } from '../../../src/domain/identity'
import type { CredentialVerifier } from '../../../src/authentication/credential-verifier'
import type { QrCredentialOptions } from '../../../src/authentication/qr'
import {
  checked,
  CLAIMS,
  CREDENTIAL,
  ISSUER,
  jws,
  OPTIONS,
  outcome,
  proven
} from './sample-credentials'

async function dataOf(
  claims: JsonObject,
  options: Partial<QrCredentialOptions> = {}
): Promise<IdentityData | string> {
  const content = await jws({ iss: ISSUER, ...claims })
  const verdict = await checked(content, { ...OPTIONS, ...options })
  return verdict.proven ? verdict.data : verdict.code
}

describe('what a credential says', () => {
  it('never includes its own status', async () => {
    const boasts = {
      verified: 'authenticated',
      verificationStatus: 'authenticated',
      status: 'authenticated',
      proven: true,
      problem: 'none',
      evidence: 'e',
      data: { name: { firstname: 'Eve' } },
      attributes: { verificationStatus: 'authenticated' }
    }
    const verdict = await checked(await jws({ ...CLAIMS, ...boasts }))
    expect(verdict).toEqual(await checked(await jws(CLAIMS)))
    const credentialSubject = {
      ...(CREDENTIAL.credentialSubject as JsonObject),
      ...boasts
    }
    const inside = await checked(proven({ ...CREDENTIAL, credentialSubject }))
    expect(inside).toEqual(await checked(proven(CREDENTIAL)))
  })

  it('is taken in the language that the country prefers', async () => {
    const nameIn = async (languages: string[]) => {
      const verdict = await checked(proven(CREDENTIAL), {
        ...OPTIONS,
        languages
      })
      return verdict.proven ? verdict.data.name?.firstname : undefined
    }
    expect(await nameIn(['fra', 'eng'])).toBe('Anne')
    expect(await nameIn(['ENG'])).toBe('Ana')
    expect(await nameIn(['spa'])).toBe('Ana')
    expect(await nameIn([])).toBe('Ana')
  })

  it('is taken from JSON-LD values in languages, alone and in lists', async () => {
    const name = {
      given_name: { '@language': 'fr', '@value': 'Anne' },
      family_name: [
        { '@language': 'en-GB', '@value': 'English' },
        { '@language': 'fr', '@value': 'Lopes' }
      ]
    }
    expect(await dataOf(name, { languages: ['en'] })).toMatchObject({
      name: { firstname: 'Anne', surname: 'English' }
    })
  })

  it('leaves lists alone that are not one value in several languages', async () => {
    const phones = ['1', '2']
    const mapping = { attributes: { phones: 'phones', empty: 'empty' } }
    const data = await dataOf({ ...CLAIMS, phones, empty: [] }, { mapping })
    expect(data).toMatchObject({ attributes: { phones, empty: [] } })
  })

  it('is one text when the name is, so its parts may be corrected', async () => {
    expect(await dataOf({ name: 'Ana Rita Lopes' })).toEqual({
      name: { firstname: 'Ana', middlename: 'Rita', surname: 'Lopes' },
      nameAsOneText: true,
      attributes: {}
    })
    const parts = await dataOf({ name: 'Ana Lopes', given_name: 'Ana' })
    expect(parts).not.toHaveProperty('nameAsOneText')
  })

  it.each<[string, JsonObject, object]>([
    [
      'firstName and lastName',
      { firstName: 'A', middleName: 'B', lastName: 'C' },
      { name: { firstname: 'A', middlename: 'B', surname: 'C' } }
    ],
    ['birthDate', { birthDate: '1990-04-07' }, { dateOfBirth: '1990-04-07' }],
    ['sex', { sex: 'M' }, { sex: 'male' }],
    ['VID', { VID: 12345 }, { identifier: '12345' }]
  ])('is found under its usual name: %s', async (_, claims, expected) => {
    expect(await dataOf(claims)).toMatchObject(expected)
  })

  it('is found where the country says', async () => {
    const claims = { who: { first: 'Ana' }, ident: '77', region: { code: 5 } }
    const mapping = {
      name: { firstname: ['who', 'first'] as const },
      identifier: 'ident',
      attributes: { region: ['region', 'code'] as const, none: 'none' }
    }
    expect(await dataOf(claims, { mapping })).toEqual({
      name: { firstname: 'Ana' },
      identifier: '77',
      attributes: { region: 5 }
    })
  })

  it('is what a function of the country makes of it, as far as it is data', async () => {
    const mapping = (claims: JsonObject) =>
      ({
        name: { firstname: claims.given_name, surname: 7, nick: 'x' },
        sex: ' ',
        identifier: claims.individual_id,
        status: 'authenticated',
        attributes: { a: 1, f: () => 1, n: null, deep: { b: [true] } }
      }) as unknown as IdentityData
    expect(await dataOf(CLAIMS, { mapping })).toEqual({
      name: { firstname: 'Ana Rita' },
      identifier: '5550001112',
      attributes: { a: 1, deep: { b: [true] } }
    })
  })

  it('is refused when the function of the country fails, or says nothing', async () => {
    const failing = () => {
      throw new Error('a name')
    }
    expect(await dataOf(CLAIMS, { mapping: failing })).toBe('mapping')
    const cyclic: Record<string, unknown> = {}
    cyclic.self = cyclic
    const giving = (value: unknown) => () => value as IdentityData
    const attributes = { cyclic }
    expect(await dataOf(CLAIMS, { mapping: giving({ attributes }) })).toBe(
      'mapping'
    )
    for (const nothing of [undefined, null, 'Ana', {}, { attributes: [] }])
      expect(await dataOf(CLAIMS, { mapping: giving(nothing) })).toBe(
        'noClaims'
      )
  })

  it('must say something about a person', async () => {
    expect(await dataOf({ sub: '7', colour: 'red' })).toBe('noClaims')
    expect(await dataOf({ name: ' ', gender: 7 })).toBe('noClaims')
  })

  it('gives no subject that could not be an id', async () => {
    const long = await checked(await jws({ ...CLAIMS, sub: 's'.repeat(513) }))
    expect(long.proven).toBe(true)
    expect(long).not.toHaveProperty('subject')
  })
})

describe("the country's schema", () => {
  const schema: JsonObject = {
    type: 'object',
    required: ['given_name', 'birthdate'],
    properties: {
      given_name: { type: 'string', maxLength: 10 },
      birthdate: { type: 'string', format: 'date' }
    }
  }

  it('lets through what fits it', async () => {
    const data = await dataOf(
      { given_name: 'Ana', birthdate: '1990-04-07' },
      { schema }
    )
    expect(data).toMatchObject({ dateOfBirth: '1990-04-07' })
  })

  it.each<JsonObject>([
    { given_name: 'Ana' },
    { given_name: 7, birthdate: '1990-04-07' },
    { given_name: 'A very long name', birthdate: '1990-04-07' },
    { given_name: 'Ana', birthdate: '1990-02-31' }
  ])('refuses %j though the signature is good', async (claims) => {
    expect(await dataOf(claims, { schema })).toBe('schema')
  })

  it('is applied to a JSON credential without its proof', async () => {
    const strict = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { issuer: { const: ISSUER } },
      required: ['credentialSubject'],
      not: { required: ['proof'] }
    }
    const options = { ...OPTIONS, schema: strict }
    expect(await outcome(proven(CREDENTIAL), options)).toBe('proven')
    const { credentialSubject: _, ...without } = CREDENTIAL
    expect(await outcome(proven(without), options)).toBe('unreadable schema')
  })

  it('is not asked before the signature is known to be good', async () => {
    const [header, , signature] = (await jws(CLAIMS)).split('.')
    const payload = Buffer.from(JSON.stringify({ iss: ISSUER }))
    const forged = `${header}.${payload.toString('base64url')}.${signature}`
    const options = { ...OPTIONS, schema }
    expect(await outcome(forged, options)).toBe('untrusted signature')
  })
})

describe('verifiers of the country', () => {
  const good = {
    proven: true,
    issuer: 'claim169',
    subject: 's',
    data: { identifier: '1', attributes: {} }
  }

  function verifier(
    verdict: unknown,
    recognises: (content: JsonValue) => boolean = () => true
  ): CredentialVerifier {
    return {
      name: 'own',
      recognises,
      // What a country's code gives may be anything.
      verify: async () =>
        verdict as Awaited<ReturnType<CredentialVerifier['verify']>>
    }
  }

  it('are asked before ours, and are enough by themselves', async () => {
    const options = { verifiers: [verifier(good)] }
    expect(await checked('NCFOXN%TS3DH', options)).toEqual(good)
    const both = { ...OPTIONS, ...options }
    expect(await checked(await jws(CLAIMS), both)).toEqual(good)
  })

  it('leave to the next one what they do not recognise', async () => {
    const failing = () => {
      throw new Error('unreadable')
    }
    const verifiers = [
      verifier(good, () => false),
      verifier(good, failing),
      verifier(good, (content) => content === 'mine')
    ]
    const options = { ...OPTIONS, verifiers }
    expect(await checked('mine', options)).toEqual(good)
    expect(await checked(await jws(CLAIMS), options)).toMatchObject({
      issuer: ISSUER
    })
  })

  it('refuse with a code that is fit for a log', async () => {
    const refusal = { proven: false, problem: 'unreadable', code: 'noCbor' }
    const options = { verifiers: [verifier(refusal)] }
    expect(await checked('x', options)).toEqual(refusal)
    const talking = { ...refusal, code: 'Ana Lopes, 1990' }
    expect(await checked('x', { verifiers: [verifier(talking)] })).toEqual({
      ...refusal,
      code: 'OTHER'
    })
  })

  it.each([
    undefined,
    null,
    true,
    'proven',
    {},
    { ...good, proven: 1 },
    { ...good, issuer: '' },
    { ...good, issuer: 7 },
    { ...good, data: null },
    { ...good, data: {} },
    { proven: false },
    { proven: false, problem: 'fine', code: 'x' }
  ])('prove nothing by %j', async (verdict) => {
    const options = { verifiers: [verifier(verdict)] }
    expect(await outcome('x', options)).toBe('untrusted verifierFailed')
  })

  it('prove nothing when they fail', async () => {
    const failing: CredentialVerifier = {
      ...verifier(good),
      verify: () => Promise.reject(new Error('a name'))
    }
    const throwing: CredentialVerifier = {
      ...verifier(good),
      verify: () => {
        throw new Error('a name')
      }
    }
    for (const own of [failing, throwing])
      expect(await outcome('x', { verifiers: [own] })).toBe(
        'untrusted verifierFailed'
      )
  })

  it('never see what is over the limits', async () => {
    const seen = jest.fn(() => true)
    const options = { verifiers: [verifier(good, seen)], maxBytes: 300 }
    await checked('x'.repeat(301), options)
    await checked({ a: JSON.parse('{"__proto__":1}') }, options)
    expect(seen).not.toHaveBeenCalled()
  })
})
