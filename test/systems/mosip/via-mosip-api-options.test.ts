import { mosip } from '../../../src/systems/mosip'
import type { MosipApiOptions } from '../../../src/systems/mosip'
import { apiOptions } from './via-mosip-api'

function problems(changes: object): string[] {
  // Wrong on purpose, as a country's JavaScript may be.
  const options = { ...apiOptions(), ...changes } as MosipApiOptions
  return mosip(options)
    .issues('system')
    .map(({ option, problem }) => `${option} ${problem}`)
}

describe('the options of mosip({ via: "mosip-api" })', () => {
  it('takes right ones', () => {
    expect(problems({})).toEqual([])
  })

  it.each<[string, object, string]>([
    ['another way', { via: 'pigeon' }, 'system.via must be one of'],
    ['no key', { signingKeys: undefined }, 'system.signingKeys is missing'],
    [
      'an option of the direct way',
      { websub: {} },
      'system.websub is not an option'
    ],
    [
      'a flow that mosip-api does not have',
      { withdraw: { revocation: {} } },
      'system.withdraw is not an option'
    ],
    [
      "a process, which is mosip-api's own",
      { createIdentity: { process: 'CRVS_NEW' } },
      'system.createIdentity.process is not an option'
    ],
    [
      'http to another machine',
      { baseUrl: 'http://mosip-api:2024' },
      'system.baseUrl is http:'
    ],
    [
      'an update of what mosip-api drops',
      { updateIdentity: { fields: { addressLine1: { value: 'x' } } } },
      'system.updateIdentity mosip-api drops addressLine1'
    ],
    [
      'an update that names nobody',
      { updateIdentity: { fields: { VID: false }, mandatory: [] } },
      'system.updateIdentity mosip-api takes no update without VID'
    ],
    [
      "a death with a birth's number",
      {
        notifyDeath: {
          fields: { birthCertificateNumber: 'registrationNumber' }
        }
      },
      'system.notifyDeath mosip-api would take a packet with birthCertificateNumber'
    ],
    [
      'nothing to do',
      {
        createIdentity: undefined,
        updateIdentity: undefined,
        notifyDeath: undefined,
        verify: undefined
      },
      'system does nothing'
    ]
  ])('refuses %s', (_what, changes, problem) => {
    expect(problems(changes)).toEqual([expect.stringContaining(problem)])
  })

  it('says that a call is never to be repeated, and that numbers come first', () => {
    expect(mosip(apiOptions()).capabilities).toEqual({
      operations: ['createIdentity', 'updateIdentity', 'notifyDeath'],
      idempotent: false,
      callback: true,
      status: false,
      verify: true,
      needsRegistrationNumber: true
    })
    const { createIdentity: _c, notifyDeath: _n, ...rest } = apiOptions()
    expect(mosip(rest).capabilities).toMatchObject({
      operations: ['updateIdentity'],
      callback: false,
      needsRegistrationNumber: false
    })
  })

  it('says at start that personal data travel in clear', () => {
    const factory = mosip(
      apiOptions({
        baseUrl: 'http://mosip-api:2024',
        allowInsecureHttp: true
      })
    )
    expect(factory.issues('system')).toEqual([])
    expect(factory.weakenings('system')).toEqual([
      expect.objectContaining({ option: 'system.allowInsecureHttp' })
    ])
  })
})
