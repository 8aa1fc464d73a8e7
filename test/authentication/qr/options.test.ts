import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { OptionsError } from '../../../src/domain/errors'
import { keysAt } from '../../../src/authentication/qr/options-schema'
import {
  qrCredentials,
  type QrCredentialOptions
} from '../../../src/authentication/qr'
import { ec, ISSUER, jwkOf, OPTIONS, pemOf, rsa } from './sample-credentials'

/** Options from JavaScript, where nothing checks them before us. */
function wrong(options: unknown): QrCredentialOptions {
  return options as QrCredentialOptions
}

function problems(options: unknown): string[] {
  return qrCredentials(wrong(options))
    .issues('authentication.qr')
    .map(({ option, problem }) =>
      `${option} ${problem}`.replace('authentication.qr', '')
    )
}

function keyProblems(key: object): string[] {
  const issuer = { issuer: ISSUER, keys: [key] }
  return problems({ trustedIssuers: [issuer] }).map((text) =>
    text.replace('.trustedIssuers[0].keys[0]', '')
  )
}

const EC = { id: 'ec-1', key: jwkOf(ec.publicKey) }

it('finds nothing wrong in good options, and nothing that weakens a safeguard', () => {
  expect(problems(OPTIONS)).toEqual([])
  expect(qrCredentials(OPTIONS).weakenings('authentication.qr')).toEqual([])
})

it('takes every option that there is', () => {
  const all: QrCredentialOptions = {
    trustedIssuers: [{ issuer: ISSUER, audience: 'registry', keys: [EC] }],
    verifiers: [
      {
        name: 'own',
        recognises: () => false,
        verify: async () => ({
          proven: false,
          problem: 'unreadable',
          code: 'x'
        })
      }
    ],
    credentialPath: ['card', 'jws'],
    schema: { type: 'object' },
    mapping: {
      name: { firstname: 'a', middlename: 'b', surname: ['c', 'd'], full: 'e' },
      dateOfBirth: 'f',
      sex: 'g',
      identifier: 'h',
      attributes: { phone: 'i' },
      nameOrder: 'familyNameFirst',
      dateFormats: ['dd.MM.yyyy'],
      sexWords: { Homme: 'male' }
    },
    languages: ['fra'],
    clockToleranceSeconds: 0,
    maxBytes: 4096,
    maxDepth: 8,
    maxEntries: 100
  }
  expect(problems(all)).toEqual([])
  expect(qrCredentials(all).credentialPath).toEqual(['card', 'jws'])
  expect(qrCredentials(OPTIONS).credentialPath).toEqual(['credential'])
})

it('reports all mistakes at once, with what was probably meant', () => {
  expect(
    problems({
      trustedIsuers: [],
      trustedIssuers: [
        { issuer: ISSUER, key: [] },
        { issuer: '', keys: [] },
        { keys: [{ ...EC, algoritm: 'ES256' }] }
      ],
      verifiers: [{ name: 'own' }],
      credentialPath: [],
      mapping: { firstname: 'x', name: { fullname: 'x' }, dateFormats: ['x'] },
      languages: 'fra',
      clockToleranceSeconds: 3600,
      maxBytes: 1,
      maxDepth: 8.5,
      schema: 'x'
    }).sort()
  ).toEqual(
    [
      '.trustedIsuers is not an option; did you mean `trustedIssuers`?',
      '.trustedIssuers[0].keys is missing.',
      '.trustedIssuers[0].key is not an option; did you mean `keys`?',
      '.trustedIssuers[1].issuer is empty.',
      '.trustedIssuers[1].keys is an empty list.',
      '.trustedIssuers[2].issuer is missing.',
      '.trustedIssuers[2].keys[0].algoritm is not an option; did you mean `algorithm`?',
      '.verifiers[0] must be a verifier: an object with `name`, `recognises(content)` and `verify(content)`.',
      '.credentialPath is an empty list.',
      '.mapping.firstname is not an option. There are: `name`, `dateOfBirth`, `sex`, `identifier`, `attributes`, `nameOrder`, `dateFormats`, `sexWords`.',
      '.mapping.name.fullname is not an option. There are: `firstname`, `middlename`, `surname`, `full`.',
      '.mapping.dateFormats[0] is no pattern of date-fns with a year, a month and a day.',
      '.languages must be a list.',
      '.clockToleranceSeconds must be at most 300.',
      '.maxBytes must be at least 256.',
      '.maxDepth must be a whole number.',
      '.schema must be a JSON Schema, as an object.'
    ].sort()
  )
})

it('asks for somebody to trust', () => {
  for (const options of [{}, { trustedIssuers: [] }, { verifiers: [] }])
    expect(problems(options)).toEqual([
      ' takes no credential: pin the key of at least one issuer in `trustedIssuers`, or give a verifier of your own in `verifiers`.'
    ])
  for (const options of [undefined, null, 'x', []])
    expect(problems(options)).toEqual([
      ' must be made by qrCredentials({ ... }).'
    ])
})

it('wants all keys of an issuer in one place', () => {
  const issuer = { issuer: ISSUER, keys: [EC] }
  expect(problems({ trustedIssuers: [issuer, issuer] })).toEqual([
    '.trustedIssuers[1] is the same issuer as another: put all its keys into one.'
  ])
  expect(
    problems({ trustedIssuers: [{ issuer: ISSUER, keys: [EC, EC] }] })
  ).toEqual(['.trustedIssuers[0].keys[1].id is that of another key.'])
})

describe('a pinned key', () => {
  const rsaKey = { id: 'r', key: pemOf(rsa.publicKey) }
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-384' })

  it.each<[string, object, string]>([
    [
      'an RSA key without algorithm',
      rsaKey,
      '.key needs `algorithm`: `RS256` or `PS256`.'
    ],
    [
      'another kind of algorithm',
      { ...rsaKey, algorithm: 'ES256' },
      '.key cannot be used with another algorithm than `RS256` or `PS256`.'
    ],
    [
      'a symmetric algorithm',
      { ...rsaKey, algorithm: 'HS256' },
      '.algorithm must be one of `RS256`, `PS256`, `ES256`, `EdDSA`.'
    ],
    [
      'a JWK for another algorithm',
      { id: 'r', key: { ...jwkOf(rsa.publicKey), alg: 'RSA-OAEP' } },
      '.key cannot be used with another algorithm than `RS256` or `PS256`.'
    ],
    [
      'a short RSA key',
      { id: 'r', key: pemOf(weak.publicKey), algorithm: 'RS256' },
      '.key is an RSA key of less than 2048 bits.'
    ],
    [
      'another curve',
      { id: 'r', key: pemOf(curve.publicKey) },
      '.key is of another kind than RSA, EC on the curve P-256, or Ed25519.'
    ],
    [
      'no key',
      { id: 'r', key: 'x' },
      '.key is no public key that can be read: give a JWK, or PEM of a public key or certificate.'
    ],
    [
      'an empty JWK',
      { id: 'r', key: {} },
      '.key is no public key that can be read: give a JWK, or PEM of a public key or certificate.'
    ],
    [
      'no name',
      { key: jwkOf(ec.publicKey) },
      '.id is missing: say under which `kid` or `verificationMethod` credentials name this key.'
    ],
    ['nothing', { id: 'r' }, '.key is missing.'],
    ['a list', { id: 'r', key: [] }, '.key must be a JWK or PEM.']
  ])('is refused: %s', (_, key, problem) => {
    expect(keyProblems(key)).toEqual([problem])
  })

  it('is refused, and not shown, when it is private or secret', () => {
    const pem = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' })
    const keys = [
      { id: 'r', key: pem, algorithm: 'RS256' },
      { id: 'r', key: ec.privateKey.export({ format: 'jwk' }) },
      { id: 'r', key: { kty: 'oct', k: 'c2VjcmV0' } }
    ]
    for (const key of keys)
      expect(keyProblems(key)).toEqual([
        '.key holds a private or secret key, which only the issuer may have: give the public key.'
      ])
  })
})

describe('a schema', () => {
  it.each([
    [{ type: 'objekt' }, /^\.schema cannot be used as a JSON Schema: /],
    [{ type: 'object', requird: ['a'] }, /unknown keyword: "requird"/],
    [{ $ref: 'https://other.example/schema' }, /can't resolve reference/],
    [{ $async: true, type: 'object' }, /\$async is not possible here/]
  ])('is refused at start: %j', (schema, expected) => {
    const found = problems({ ...OPTIONS, schema })
    expect(found).toEqual([expect.stringMatching(expected)])
  })
})

it('does not start with wrong options', () => {
  const create = () =>
    qrCredentials(wrong({})).create({ clock: { now: () => 0 } })
  expect(create).toThrow(OptionsError)
})

it('says where to read about an option', () => {
  const issues = qrCredentials(wrong({ maxBytes: 1, other: 1 })).issues('a.qr')
  expect(issues.map(({ see }) => see)).toEqual([
    'docs/evidence.md#maxbytes',
    'docs/evidence.md#qr-credentials',
    'docs/evidence.md#qr-credentials'
  ])
})

it('has a heading in the docs for every option, where mistakes lead', () => {
  const page = readFileSync(
    join(__dirname, '../../../docs/evidence.md'),
    'utf8'
  )
  for (const option of keysAt([]))
    expect(page).toContain(`\n### \`${option}\`\n`)
  expect(page).toContain('\n## QR credentials\n')
})
