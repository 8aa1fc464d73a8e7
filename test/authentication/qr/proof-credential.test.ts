import { generateKeyPairSync } from 'node:crypto'
import type { JsonObject } from '../../../src/domain/json'
import fixture from '../../fixtures/qr/mosip-credentials.json'
import {
  checked,
  CREDENTIAL,
  ISSUER,
  METHOD,
  OPTIONS,
  outcome,
  pemOf,
  proven,
  rsa
} from './sample-credentials'

const SUBJECT = CREDENTIAL.credentialSubject as JsonObject

describe('a JSON credential with a proof', () => {
  it('is proven by the key that is pinned for its verification method', async () => {
    expect(await checked(proven(CREDENTIAL))).toEqual({
      proven: true,
      issuer: ISSUER,
      subject: 'did:example:7',
      data: {
        name: { firstname: 'Ana', middlename: 'Rita', surname: 'Lopes' },
        nameAsOneText: true,
        dateOfBirth: '1990-04-07',
        sex: 'female',
        identifier: '5550001112',
        attributes: {}
      }
    })
  })

  it('is proven as text, and as text at the credential path', async () => {
    const text = JSON.stringify(proven(CREDENTIAL))
    expect(await outcome(text)).toBe('proven')
    expect(await outcome({ credential: text })).toBe('proven')
    expect(await outcome({ credential: proven(CREDENTIAL) })).toBe('proven')
  })

  it('is proven in any order of its names and with any spacing', async () => {
    const entries = Object.entries(proven(CREDENTIAL)).reverse()
    const text = JSON.stringify(Object.fromEntries(entries), null, 4)
    expect(await outcome(text)).toBe('proven')
  })

  it('is proven with an issuer that is an object', async () => {
    const issuer = { id: ISSUER, name: 'ID authority' }
    expect(await outcome(proven({ ...CREDENTIAL, issuer }))).toBe('proven')
  })

  it('is refused when anything in it was changed, added or taken away', async () => {
    const good = proven(CREDENTIAL)
    const { id: _, ...without } = good
    const others = [
      { ...good, credentialSubject: { ...SUBJECT, UIN: '5550001113' } },
      { ...good, verified: 'authenticated' },
      { ...good, type: ['VerifiableCredential', 'Other'] },
      without
    ]
    for (const other of others)
      expect(await outcome(other)).toBe('untrusted signature')
  })

  it('is refused when it was signed with another key', async () => {
    const { privateKey: key } = generateKeyPairSync('rsa', {
      modulusLength: 2048
    })
    expect(await outcome(proven(CREDENTIAL, { key }))).toBe(
      'untrusted signature'
    )
  })

  it.each([
    ['another key of the issuer', 'ec-1', 'untrusted algorithm'],
    [
      'a key that is not pinned',
      'https://attacker.example/key',
      'untrusted unknownKey'
    ],
    ['no text', { publicKeyPem: 'x' }, 'untrusted unknownKey'],
    ['null', null, 'untrusted unknownKey']
  ])('is refused when its proof names %s', async (_, method, expected) => {
    const credential = proven(CREDENTIAL, {
      proof: { verificationMethod: method }
    })
    expect(await outcome(credential)).toBe(expected)
  })

  it('is refused when its proof names no key at all', async () => {
    const { proof, ...claims } = proven(CREDENTIAL)
    const { verificationMethod: _, ...unnamed } = proof as JsonObject
    expect(await outcome({ ...claims, proof: unnamed })).toBe(
      'untrusted unknownKey'
    )
  })

  it('is refused when its issuer is another, or none', async () => {
    for (const issuer of ['https://other.example', null, {}, []])
      expect(await outcome(proven({ ...CREDENTIAL, issuer }))).toBe(
        'untrusted unknownIssuer'
      )
  })

  it.each([
    ['none', { alg: 'none', b64: false, crit: ['b64'] }, 'untrusted algorithm'],
    [
      'HS256',
      { alg: 'HS256', b64: false, crit: ['b64'] },
      'untrusted algorithm'
    ],
    ['no b64', { alg: 'PS256' }, 'unreadable malformed'],
    [
      'b64 that is not critical',
      { alg: 'PS256', b64: false },
      'untrusted signature'
    ],
    [
      'a further critical name',
      { alg: 'PS256', b64: false, crit: ['b64', 'x'], x: 1 },
      'untrusted signature'
    ]
  ])('is refused with a header of %s', async (_, header, expected) => {
    expect(await outcome(proven(CREDENTIAL, { header }))).toBe(expected)
  })

  it.each([undefined, null, 7, '', 'a.b.c', '..', 'a..', '..b', 'AAAA..BBBB'])(
    'is malformed when its jws is %j',
    async (jws) => {
      const proof = {
        verificationMethod: METHOD,
        ...(jws !== undefined && { jws })
      }
      expect(await outcome({ ...CREDENTIAL, proof })).toBe(
        'unreadable malformed'
      )
    }
  )

  it('is no credential without a proof, or with several', async () => {
    const { proof } = proven(CREDENTIAL)
    for (const other of [undefined, null, 'x', [proof, proof]]) {
      const content = JSON.stringify({ ...CREDENTIAL, proof: other })
      expect(await outcome(content)).toBe('unreadable unknownKind')
    }
  })

  it('is refused when it is about several people', async () => {
    const credentialSubject = [SUBJECT, SUBJECT]
    const credential = proven({ ...CREDENTIAL, credentialSubject })
    expect(await outcome(credential)).toBe('unreadable malformed')
  })
})

describe('the dates of a JSON credential', () => {
  it.each([
    ['expirationDate', '2026-11-23T11:58:00Z', 'untrusted expired'],
    ['expirationDate', '2026-11-23T11:59:30Z', 'proven'],
    ['validUntil', '2026-11-23T12:58:00+01:00', 'untrusted expired'],
    ['validFrom', '2026-11-23T12:02:00Z', 'untrusted notYetValid'],
    ['issuanceDate', '2026-11-23T12:02:00.000Z', 'untrusted notYetValid'],
    ['issuanceDate', '2026-11-23T12:00:30Z', 'proven'],
    ['expirationDate', 'never', 'untrusted dates'],
    ['expirationDate', '2027-01-01T00:00:00', 'untrusted dates'],
    ['expirationDate', '2027-13-01T00:00:00Z', 'untrusted dates'],
    ['validUntil', null, 'untrusted dates'],
    ['validFrom', 5, 'untrusted dates']
  ])('count: %s %s', async (name, date, expected) => {
    expect(await outcome(proven({ ...CREDENTIAL, [name]: date }))).toBe(
      expected
    )
  })
})

describe("credentials of MOSIP's mock services", () => {
  const now = Date.UTC(2026, 10, 24)
  const issuer = 'https://mosip.example/.well-known/controller.json'
  const id = 'https://mosip.example/.well-known/public-key.json'

  function trusting(key: string) {
    const keys = [{ id, key, algorithm: 'PS256' as const }]
    return { trustedIssuers: [{ issuer, keys }] }
  }

  const options = trusting(fixture.made.issuerPublicKeyPem)

  it('are proven as they were recorded', async () => {
    const { credential, issuerPublicKeyPem } = fixture.recorded
    const verdict = await checked(credential, trusting(issuerPublicKeyPem), now)
    expect(verdict).toMatchObject({
      proven: true,
      issuer,
      data: { identifier: '8369851320' }
    })
  })

  it.each([
    ['birth-vid', 'proven'],
    ['birth-uin-euin-type', 'proven'],
    ['birth-psut-only', 'unreadable noClaims'],
    ['death', 'unreadable noClaims'],
    ['wrong-issuer-signature', 'untrusted signature']
  ])('of the case %s give: %s', async (name, expected) => {
    const found = fixture.made.cases.find((each) => each.name === name)
    expect(await outcome(found?.credential, options, now)).toBe(expected)
  })

  it('are refused under the key of another', async () => {
    const { credential } = fixture.recorded
    expect(await outcome(credential, options, now)).toBe('untrusted signature')
  })

  it('take the identifier that the country maps', async () => {
    const psut = fixture.made.cases.find(
      ({ name }) => name === 'birth-psut-only'
    )
    const mapping = { identifier: 'PSUT' }
    const verdict = await checked(
      psut?.credential,
      { ...options, mapping },
      now
    )
    expect(verdict).toMatchObject({
      proven: true,
      data: { identifier: expect.stringMatching(/^63EB/) }
    })
  })
})

it('does not take a key that is pinned for something else', async () => {
  const keys = [
    { id: METHOD, key: pemOf(rsa.publicKey), algorithm: 'RS256' as const }
  ]
  const options = {
    ...OPTIONS,
    trustedIssuers: [{ issuer: ISSUER, keys }]
  }
  expect(await outcome(proven(CREDENTIAL), options)).toBe('untrusted algorithm')
})
