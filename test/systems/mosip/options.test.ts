import { OptionsError } from '../../../src/domain/errors'
import { mosip, type MosipOptions } from '../../../src/systems/mosip'
import { TestClock, IDA, ID_SCHEMA, WEBSUB, mosipOptions } from './made'

function issues(changes: Record<string, unknown>): Array<[string, string]> {
  // A country may write JavaScript, so the type is no help.
  const options = { ...mosipOptions(), ...changes }
  return mosip(options)
    .issues('system')
    .map(({ option, problem }) => [option, problem])
}

describe('right options', () => {
  it('have no issues, and no weakenings', () => {
    const factory = mosip(mosipOptions({ ida: IDA, status: true }))
    expect(factory.issues('system')).toEqual([])
    expect(factory.weakenings('system')).toEqual([])
  })

  it('say what the system can do', () => {
    expect(
      mosip(
        mosipOptions({ ida: IDA, status: true, withdraw: { revocation: {} } })
      ).capabilities
    ).toEqual({
      operations: [
        'createIdentity',
        'updateIdentity',
        'notifyDeath',
        'withdraw'
      ],
      idempotent: true,
      callback: true,
      status: true,
      verify: true,
      needsRegistrationNumber: true
    })
    expect(
      mosip({
        ...mosipOptions(),
        createIdentity: { fields: { birthCertificateNumber: false } }
      }).capabilities.needsRegistrationNumber
    ).toBe(false)
  })

  it('take a schema as MOSIP gives it, as text', () => {
    const idSchema = { version: '0.5', schema: JSON.stringify(ID_SCHEMA) }
    expect(issues({ idSchema })).toEqual([])
  })
})

describe('mistakes', () => {
  it.each<[string, Record<string, unknown>, string, RegExp]>([
    ['a missing part', { office: undefined }, 'system.office', /is missing/],
    [
      'a misspelt option',
      { baseURL: 'x' },
      'system.baseURL',
      /did you mean `baseUrl`/
    ],
    [
      'a misspelt option further in',
      { websub: { ...WEBSUB, partnerid: 'x' } },
      'system.websub.partnerid',
      /did you mean `partnerId`/
    ],
    [
      'no address',
      { baseUrl: 'mosip' },
      'system.baseUrl',
      /must be a whole address/
    ],
    [
      'an open address',
      { baseUrl: 'http://mosip.example.org' },
      'system.baseUrl',
      /allowInsecureHttp/
    ],
    [
      'a short secret',
      { websub: { ...WEBSUB, secrets: 'short' } },
      'system.websub.secrets',
      /at least 16 characters/
    ],
    [
      'a birth whose answer cannot arrive',
      { websub: undefined },
      'system.websub',
      /WebSub hub alone/
    ],
    [
      'a death that names nobody',
      { identifierField: undefined },
      'system.identifierField',
      /updateIdentity must say who is meant/
    ],
    [
      'a field that the schema does not have',
      { notifyDeath: { fields: { cause: { value: 'x' } } } },
      'system.notifyDeath',
      /cause is no field of the id schema/
    ],
    [
      'a mandatory field that nothing is mapped to',
      { createIdentity: {} },
      'system.createIdentity',
      /nothing is mapped to the mandatory field addressLine1/
    ],
    [
      'a reversal without its date',
      { withdraw: { reversal: {} } },
      'system.withdraw.reversal',
      /deceasedDeclarationDate/
    ],
    [
      'a source that is none',
      { createIdentity: { fields: { fullName: 'fullname' } } },
      'system.createIdentity.fields.fullName',
      /no source of a value/
    ],
    [
      'a schema that is no JSON',
      { idSchema: { version: '1', schema: '{' } },
      'system.idSchema.schema',
      /no JSON object/
    ],
    [
      'a schema without fields',
      { idSchema: { version: '1', schema: {} } },
      'system.idSchema.schema',
      /names no field/
    ],
    [
      'a wait for what cannot arrive',
      { notifyDeath: { waitForResult: true } },
      'system',
      /neither status nor/
    ],
    [
      'a proof without its contexts',
      {
        websub: {
          ...WEBSUB,
          proof: { keys: ['x'], canonicalization: 'URDNA2015' }
        }
      },
      'system.websub.proof.contexts',
      /None is ever fetched/
    ],
    [
      'half a key',
      { websub: { ...WEBSUB, keys: { certificate: 'x' } } },
      'system.websub.keys.privateKey',
      /is missing/
    ]
  ])('are named: %s', (_what, changes, option, problem) => {
    expect(issues(changes)).toEqual([[option, expect.stringMatching(problem)]])
  })

  it('are told all at once, and none shows a value', () => {
    const found = issues({
      client: { clientId: 7, secretKey: '' },
      websub: { ...WEBSUB, secrets: 'too-short' },
      timeoutMs: 'a-secret'
    })
    expect(found.map(([option]) => option)).toEqual([
      'system.client.clientId',
      'system.client.secretKey',
      'system.websub.secrets',
      'system.timeoutMs'
    ])
    expect(JSON.stringify(found)).not.toMatch(/too-short|a-secret/)
  })

  it('keep the system from being made', () => {
    const wrong = mosip({ ...mosipOptions(), timeoutMs: 0 })
    expect(() => wrong.create({ clock: new TestClock() })).toThrow(OptionsError)
  })

  it('are an unknown address of ours too', () => {
    const factory = mosip(mosipOptions())
    expect(() => factory.create({ clock: new TestClock() })).toThrow(
      /system\.websub\.callbackUrl: is missing/
    )
  })

  it('are options that are not there at all', () => {
    const nothing = mosip(undefined as unknown as MosipOptions)
    expect(nothing.issues('system')).toHaveLength(1)
    expect(nothing.capabilities.operations).toEqual([])
  })

  it('are a system that does nothing', () => {
    const { createIdentity, notifyDeath, updateIdentity, ...rest } =
      mosipOptions()
    expect([createIdentity, notifyDeath, updateIdentity]).toHaveLength(3)
    expect(mosip(rest).issues('system')[0]?.problem).toMatch(/does nothing/)
  })
})

describe('weakened safeguards', () => {
  it('are named, each with what it means', () => {
    const factory = mosip(
      mosipOptions({
        baseUrl: 'http://mosip.internal',
        allowInsecureHttp: true,
        websub: {
          ...WEBSUB,
          acceptBareChallenge: true,
          acceptZeroThumbprint: true
        }
      })
    )
    expect(factory.issues('system')).toEqual([])
    expect(factory.weakenings('system').map(({ option }) => option)).toEqual([
      'system.allowInsecureHttp',
      'system.websub.acceptZeroThumbprint',
      'system.websub.acceptBareChallenge'
    ])
  })
})
