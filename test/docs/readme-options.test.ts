import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import { runInNewContext } from 'node:vm'
import * as ts from 'typescript'
import * as nationalIdPackage from '../../src/index'
import type { NationalId } from '../../src/index'

const README = readFileSync(path.join(__dirname, '../../README.md'), 'utf8')

/** What stands between ```ts and ```, by a word that it has. */
function snippetWith(word: string): string {
  const found = [...README.matchAll(/^```ts\n([\s\S]*?)^```/gm)]
    .map(([, code]) => code ?? '')
    .find((code) => code.includes(word))
  if (found === undefined) throw new Error(`no snippet has ${word}`)
  return found
}

/** Runs a snippet as it stands, and gives what it exports. */
function run(code: string, around: object): Record<string, unknown> {
  const exports: Record<string, unknown> = {}
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022
    }
  })
  const required: Record<string, unknown> = {
    'opencrvs-national-id': packageInUse
  }
  runInNewContext(outputText, {
    exports,
    require: (name: string) => required[name],
    ...around
  })
  return exports
}

const createNationalId = jest.fn<NationalId, [Record<string, unknown>]>()

/** The package, but for one thing: what the country writes is looked at before it is used. */
const packageInUse = { ...nationalIdPackage, createNationalId }

function pem(
  { privateKey, publicKey }: KeyPairKeyObjectResult,
  half: 'private' | 'public'
): string {
  return half === 'private'
    ? privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    : publicKey.export({ type: 'spki', format: 'pem' }).toString()
}

const ENV = {
  GATEWAY_URL: 'http://gateway:7070',
  AUTH_URL: 'http://auth:4040',
  CLIENT_APP_URL: 'https://register.example.org',
  NATIONAL_ID_KEY: 'k'.repeat(48),
  ID_API_KEY: 'an-api-key',
  ID_CALLBACK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
  ESIGNET_CLIENT_ID: 'civil-registry',
  ESIGNET_CLIENT_KEY: pem(
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
    'private'
  ),
  CARD_KEY: pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'public')
}

type Options = {
  events: { birth: { rules: { REGISTER: object[] } } & object } & object
} & object

/** The options of the README, with what it says is added for the form. */
function nationalIdOfReadme(): NationalId {
  createNationalId.mockReset()
  run(snippetWith('createNationalId({'), {
    env: ENV,
    generateRegistrationNumber: async () => 'B1'
  })
  // The snippet compiles, so it calls it with options of this shape.
  const options = createNationalId.mock.calls[0]?.[0] as unknown as Options
  const added = run(snippetWith('qrCredentials'), { env: ENV })
  const { birth } = options.events
  const { REGISTER } = birth.rules
  const whole: unknown = {
    ...options,
    store: nationalIdPackage.sqlite({ path: ':memory:' }),
    authentication: added.authentication,
    events: {
      ...options.events,
      birth: {
        ...birth,
        people: added.people,
        rules: { REGISTER: [added.knownMother, ...REGISTER] }
      }
    }
  }
  return nationalIdPackage.createNationalId(
    // Put together of two snippets; what is wrong with it is what this is about.
    whole as Parameters<typeof nationalIdPackage.createNationalId>[0]
  )
}

const label = { id: 'a', defaultMessage: 'A', description: 'a' }

describe('the README', () => {
  it('has options that start with real keys in PEM, sign-in and cards included', () => {
    expect(nationalIdOfReadme().plugin).toBeDefined()
  })

  it('has fields for a page', () => {
    const { fields } = run(snippetWith('identityFields'), {
      nationalId: nationalIdOfReadme(),
      requireMotherDetails: { type: 'object' },
      nameField: { id: 'mother.name', type: 'NAME', label },
      dobField: { id: 'mother.dob', type: 'DATE', label }
    })
    const text = JSON.stringify(fields)
    expect(text).toContain(
      '"url":"https://countryconfig.example.org/national-id/authentication/start?'
    )
    expect(text).toContain('/national-id/identity-check')
    // The card fills in what it says already.
    expect(text).toContain(
      '{"$$field":"mother.id-reader","$$subfield":["data","dateOfBirth"]}'
    )
  })

  it('is no longer than two hundred lines', () => {
    expect(README.trimEnd().split('\n').length).toBeLessThanOrEqual(200)
  })
})
