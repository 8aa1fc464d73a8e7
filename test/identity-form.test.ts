import {
  createNationalId,
  esignet,
  qrCredentials,
  sqlite,
  type NationalIdOptions
} from 'opencrvs-national-id'
import { generateKeyPairSync } from 'node:crypto'
import { scriptedSystem } from './integration/environment'

const { privateKey, publicKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' }
})

function createForm(changes: Partial<NationalIdOptions> = {}) {
  return createNationalId({
    publicUrl: 'https://countryconfig.example.org',
    opencrvs: {
      gatewayUrl: 'http://gateway:7070',
      authUrl: 'http://auth:4040',
      clientUrl: 'https://register.example.org'
    },
    secrets: { encryption: 'for tests only, and long enough: 0123456789' },
    store: sqlite({ path: ':memory:' }),
    system: scriptedSystem(),
    authentication: {
      oidc: esignet({
        issuer: 'https://esignet.example.org',
        clientId: 'opencrvs',
        clientKey: privateKey
      }),
      qr: qrCredentials({
        credentialPath: ['card', 'jws'],
        trustedIssuers: [
          {
            issuer: 'https://id.example.org',
            keys: [{ id: 'one', key: publicKey, algorithm: 'ES256' }]
          }
        ]
      })
    },
    events: {
      birth: {
        subject: 'child',
        people: [
          'mother',
          { person: 'father', statusField: 'father.idStatus' }
        ],
        rules: {}
      }
    },
    ...changes
  })
}

type Configured = { id: string; type: string; configuration?: { url?: string } }

function configured(fields: readonly unknown[], id: string): Configured {
  return (fields as Configured[]).find((field) => field.id === id)!
}

describe("an instance's identity fields", () => {
  it('begin sign-in at our own host, and call our routes on the origin of the form', () => {
    const { fields, ids } = createForm().identityFields('mother', {
      event: 'birth'
    })

    const reader = configured(fields, ids.reader) as unknown as {
      methods: Configured[]
    }
    expect(reader.methods.map(({ type }) => type)).toEqual([
      'LINK_BUTTON',
      'QR_READER'
    ])
    expect(reader.methods[0]?.configuration?.url).toBe(
      'https://countryconfig.example.org/national-id/authentication/start?person=mother&event=birth'
    )
    expect(configured(fields, ids.fetch).configuration?.url).toBe(
      '/api/countryconfig/national-id/authentication/redeem'
    )
    expect(configured(fields, ids.qrCheck).configuration?.url).toBe(
      '/api/countryconfig/national-id/identity-check'
    )
    expect(JSON.stringify(configured(fields, ids.qrCheck))).toContain(
      '["data","card","jws"]'
    )
  })

  it('offer only what a page asks for', () => {
    const { fields } = createForm().identityFields('mother', {
      event: 'birth',
      methods: ['qrCode']
    })

    expect(JSON.stringify(fields)).not.toContain('authentication/start')
    expect(JSON.stringify(fields)).toContain('identity-check')
  })

  it('have the types of the configured line of OpenCRVS', () => {
    const form = createForm({
      opencrvs: {
        gatewayUrl: 'http://gateway:7070',
        authUrl: 'http://auth:4040',
        clientUrl: 'https://register.example.org',
        version: '1.9'
      }
    })

    const { fields } = form.identityFields('mother', {
      event: 'birth',
      version: '1.9'
    })

    expect(fields.map(({ type }) => type)).not.toContain('ALPHA_HIDDEN')
    expect(() => form.identityFields('mother', { event: 'birth' })).toThrow(
      "Say `version: '1.9'`"
    )
  })

  it.each([
    ['an event without options', 'mother', { event: 'marriage' }, 'marriage'],
    ['somebody not among the people', 'midwife', { event: 'birth' }, 'midwife'],
    [
      'a status field that the server does not read',
      'father',
      { event: 'birth' },
      'father.idStatus'
    ],
    [
      'evidence in a field that the server does not read',
      'mother',
      { event: 'birth', ids: { evidence: 'proof' } },
      'evidenceField'
    ]
  ])('are refused for %s', (_what, person, options, said) => {
    expect(() => createForm().identityFields(person, options)).toThrow(said)
  })

  it('are refused for a method that the server does not have', () => {
    const form = createForm({ authentication: {} })

    expect(() =>
      form.identityFields('mother', { event: 'birth', methods: ['signIn'] })
    ).toThrow('options.authentication.oidc')
  })

  it('take ids of the country when the server is told the same', () => {
    const { ids } = createForm().identityFields('father', {
      event: 'birth',
      ids: { status: 'idStatus' }
    })

    expect(ids.status).toBe('father.idStatus')
  })
})
