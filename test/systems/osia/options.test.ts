import { osia, inGroupe, type OsiaOptions } from '../../../src/systems/osia'
import { urlsAt } from './made'

const URL = 'https://register.example.org'

/** Options as a country may write them in JavaScript. */
function issues(changes: Record<string, unknown>) {
  const options: unknown = {
    urls: urlsAt(URL),
    authentication: { type: 'bearer', token: 'a-very-secret-token' },
    ...changes
  }
  // What is given here is wrong on purpose.
  return osia(options as OsiaOptions).issues('system')
}

describe('the options of osia()', () => {
  it('may be no more than addresses and a credential', () => {
    expect(issues({})).toEqual([])
  })

  it.each<[string, Record<string, unknown>, string, string | RegExp]>([
    ['no urls', { urls: undefined }, 'system.urls', 'is missing.'],
    [
      'a misspelt option',
      { publishMediaTyp: 'a/b' },
      'system.publishMediaTyp',
      /did you mean `publishMediaType`/
    ],
    [
      'a misspelt interface',
      { urls: { uni: URL } },
      'system.urls.uni',
      /did you mean `uin`/
    ],
    [
      'an address with a secret',
      { urls: { uin: 'https://u:p@x' } },
      'system.urls.uin',
      /user name or password/
    ],
    [
      'an open address',
      { urls: { uin: 'http://x.example' } },
      'system.urls.uin',
      /is http:/
    ],
    [
      'an open token endpoint',
      {
        authentication: {
          type: 'oauth2',
          tokenUrl: 'http://x.example',
          clientId: 'a',
          clientSecret: 'b'
        }
      },
      'system.authentication.tokenUrl',
      /is http:/
    ],
    [
      'a header that is ours',
      { headers: { Authorization: 'x' } },
      'system.headers.Authorization',
      /something else sets/
    ],
    [
      'a header of one interface that is ours',
      { interfaceHeaders: { uin: { Host: 'x' } } },
      'system.interfaceHeaders.uin.Host',
      /something else sets/
    ],
    [
      'pushing to nowhere',
      { urls: { uin: URL }, mode: 'push' },
      'system.urls.populationRegistry',
      /`mode` needs it/
    ],
    [
      'looking up nowhere',
      { urls: { uin: URL }, duplicates: {} },
      'system.urls.dataAccess',
      /`duplicates` needs it/
    ],
    [
      'verifying nowhere',
      { urls: { uin: URL }, verify: { by: 'thirdParty', matchCodes: [1] } },
      'system.urls.thirdParty',
      /`verify` needs it/
    ],
    [
      'no match codes',
      { verify: { by: 'thirdParty' } },
      'system.verify.matchCodes',
      'is missing.'
    ],
    [
      'match codes where none are read',
      { verify: { by: 'match', matchCodes: [1] } },
      'system.verify.matchCodes',
      /does not belong/
    ],
    [
      'a look-up by no reference',
      { lookUp: { by: 'reference' } },
      'system.lookUp.by',
      /referenceAttribute/
    ],
    [
      'trust without a duplicate check',
      { lookUp: { by: 'attributes', trustSingleHit: true } },
      'system.lookUp.trustSingleHit',
      /needs `duplicates`/
    ],
    [
      'an attribute that is none',
      { duplicates: { attributes: ['surname'] } },
      'system.duplicates.attributes[0]',
      /is no attribute/
    ],
    [
      'two attributes of one name',
      { attributes: { lastName: 'firstName' } },
      'system.attributes.lastName',
      /another attribute/
    ],
    [
      'a pattern with a memory',
      { uinPattern: /\d/g },
      'system.uinPattern',
      /flag g nor y/
    ],
    [
      'a pattern that is text',
      { uinPattern: '\\d' },
      'system.uinPattern',
      /regular expression/
    ],
    [
      'three parents',
      { parents: ['a', 'b', 'c'] },
      'system.parents',
      /more entries/
    ],
    [
      'identities that are never found again',
      { mode: 'push', push: { identityId: 'theirs', contextualData: {} } },
      'system.push.contextualData',
      /trackingId/
    ],
    [
      'a late number of which nobody is told',
      {
        uin: 'newPerson',
        referenceAttribute: { name: 'r' },
        lookUp: { by: 'reference' }
      },
      'system.uin',
      /must be told/
    ],
    [
      'a late number that nothing brings',
      { uin: 'newPerson', mode: 'push', referenceAttribute: { name: 'r' } },
      'system.uin',
      /needs `subscription` or `lookUp`/
    ],
    [
      'a late number without a reference',
      { uin: 'newPerson', mode: 'push', lookUp: { by: 'attributes' } },
      'system.referenceAttribute',
      /is missing/
    ],
    [
      'a late topic that is not read',
      { lateUin: { topic: 't' } },
      'system.lateUin',
      /only with/
    ],
    [
      'reading back what nobody is told',
      {
        mode: 'push',
        readBack: { issuer: 'i', audience: 'a', jwksUrl: 'https://x/jwks' }
      },
      'system.readBack',
      /only who is told/
    ],
    [
      'nothing to do',
      { urls: { thirdParty: URL } },
      'system',
      /takes no operation/
    ]
  ])('refuse %s', (_, changes, option, problem) => {
    const found = issues(changes)
    expect(found.map((one) => one.option)).toContain(option)
    expect(found.find((one) => one.option === option)?.problem).toMatch(problem)
    expect(JSON.stringify(found)).not.toContain('a-very-secret-token')
  })

  it.each([undefined, null, 'text', []])('are never %j', (given) => {
    // What is given here is wrong on purpose.
    const factory = osia(given as unknown as OsiaOptions)
    expect(factory.issues('system').length).toBeGreaterThan(0)
    expect(() => factory.create({ clock: { now: () => 0 } })).toThrow(
      expect.objectContaining({ code: 'ERR_OPTIONS' })
    )
  })

  it.each<[string, Partial<OsiaOptions>, string[]]>([
    [
      'allowInsecureHttp',
      { allowInsecureHttp: true, urls: { uin: 'http://x.example' } },
      ['system.allowInsecureHttp']
    ],
    [
      'no proof of who we are',
      { authentication: { type: 'none' } },
      ['system.authentication']
    ],
    [
      'trustSingleHit',
      { duplicates: {}, lookUp: { by: 'attributes', trustSingleHit: true } },
      ['system.lookUp.trustSingleHit']
    ],
    ['nothing', {}, []]
  ])('say what weakens a safeguard: %s', (_, changes, expected) => {
    const factory = osia({
      urls: urlsAt(URL),
      authentication: { type: 'bearer', token: 't' },
      ...changes
    })
    expect(factory.issues('system')).toEqual([])
    expect(factory.weakenings('system').map(({ option }) => option)).toEqual(
      expected
    )
  })

  it.each<[Partial<OsiaOptions>, string[], boolean, string[]]>([
    [
      {},
      ['createIdentity', 'updateIdentity', 'notifyDeath', 'withdraw'],
      false,
      ['createIdentity']
    ],
    [{ urls: { uin: URL } }, ['createIdentity'], false, []],
    [
      { urls: { notification: URL } },
      ['updateIdentity', 'notifyDeath', 'withdraw'],
      true,
      []
    ],
    [
      { mode: 'push', push: { revoke: true } },
      [
        'createIdentity',
        'updateIdentity',
        'notifyDeath',
        'withdraw',
        'deactivateIdentity'
      ],
      false,
      ['createIdentity']
    ],
    [
      { mode: 'push', push: { physicalStatus: false } },
      ['createIdentity', 'updateIdentity'],
      false,
      ['createIdentity']
    ],
    [
      {
        mode: 'push',
        uin: 'newPerson',
        referenceAttribute: { name: 'r' },
        lookUp: { by: 'reference' }
      },
      ['createIdentity', 'updateIdentity', 'notifyDeath', 'withdraw'],
      true,
      []
    ]
  ])(
    'give what the system can do: %j',
    (changes, operations, idempotent, announces) => {
      const { capabilities } = osia({
        urls: urlsAt(URL),
        authentication: { type: 'bearer', token: 't' },
        ...changes
      })
      expect(capabilities).toMatchObject({ operations, idempotent, announces })
    }
  )

  it('ask for people who are read back, and for a number that must come first', () => {
    const { capabilities } = osia({
      urls: urlsAt(URL),
      authentication: { type: 'bearer', token: 't' },
      parents: ['mother'],
      referenceAttribute: { name: 'n', holds: 'registrationNumber' },
      readBack: {
        issuer: 'i',
        audience: 'a',
        jwksUrl: `${URL}/jwks`,
        forMs: 5_000
      }
    })
    expect(capabilities).toMatchObject({
      relatives: ['mother'],
      needsRegistrationNumber: true,
      readsBack: {
        after: [
          'announceIdentity',
          'updateIdentity',
          'notifyDeath',
          'withdraw'
        ],
        forMs: 5_000
      }
    })
  })

  it('make inGroupe() an OSIA system that matches, and every option wins', () => {
    const given = {
      urls: urlsAt(URL),
      authentication: { type: 'bearer', token: 't' }
    } as const
    expect(inGroupe(given)).toMatchObject({
      name: 'inGroupe',
      capabilities: { verify: true }
    })
    expect(inGroupe(given).issues('system')).toEqual([])
    expect(
      inGroupe({ ...given, name: 'eid', urls: { uin: URL } })
    ).toMatchObject({ name: 'eid', capabilities: { verify: false } })
  })
})
