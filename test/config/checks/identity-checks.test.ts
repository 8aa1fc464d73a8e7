import { resolveOptions } from '../../../src/config/resolve'
import { when } from '../../../src/config/rules/when'
import { subjectOf } from '../../../src/config/subject-of'
import { scriptedQr } from '../../handlers/identity-bench'
import { minimalOptions, systemFactory } from '../options-fixture'
import { birthProblems, problems } from '../problems'

const OIDC = {
  name: 'provider',
  issues: () => [],
  weakenings: () => [],
  create: () => {
    throw new Error('options must not make a sign-in')
  }
}

function registering(condition: object): object {
  return {
    REGISTER: [{ name: 'r', when: condition, then: when.registerOnly() }]
  }
}

function birth(change: object, more: object = {}): string[] {
  return problems({
    registrationNumber: () => 'n',
    opencrvs: {
      ...minimalOptions().opencrvs,
      clientUrl: 'https://register.example.org'
    },
    events: {
      birth: { subject: 'child', people: ['mother'], rules: {}, ...change }
    },
    ...more
  })
}

describe('a rule that asks for a proven identity', () => {
  const verified = { rules: registering(when.verified('mother')) }
  const authenticated = {
    rules: registering(when.not(when.authenticated('mother')))
  }
  const verification = { actions: ['REGISTER'] }

  test.each<[string, object, object]>([
    ['a sign-in', {}, { authentication: { oidc: OIDC } }],
    ['QR codes', {}, { authentication: { qr: scriptedQr({}) } }],
    ['a verification', { verification }, {}],
    ['belief', {}, { policies: { trustFormStatuses: true } }]
  ])('is taken with %s', (_what, change, more) => {
    expect(birth({ ...verified, ...change }, more)).toEqual([])
  })

  test('is refused where nothing can prove it of just this person', () => {
    expect(birth(verified)).toEqual([
      expect.stringMatching(/identity of mother, and nothing can prove it/)
    ])
    const others = { ...verification, people: ['child'] }
    expect(birth({ ...verified, verification: others })).toEqual([
      expect.stringMatching(/nothing can prove it/)
    ])
  })

  test('of presence needs a sign-in', () => {
    expect(birth(authenticated, { authentication: { oidc: OIDC } })).toEqual([])
    const found = birth(
      { ...authenticated, verification },
      { authentication: { qr: scriptedQr({}) } }
    )
    expect(found).toEqual([
      expect.stringMatching(
        /whether mother proved presence, and only a sign-in.*when\.verified/
      )
    ])
  })

  test('is not one that asks for what is pending', () => {
    expect(birth({ rules: registering(when.pending('mother')) })).toEqual([])
  })
})

describe('people', () => {
  test.each<[string, unknown, RegExp]>([
    ['an unknown key', [{ person: 'mother', statsField: 'x' }], /statusField/],
    ['no prefix', [{ statusField: 'a.b' }], /people\[0\]\.person: is missing/],
    ['the same twice', ['mother', { person: 'mother' }], /in the list already/],
    ['the subject', [{ person: 'child' }], /lists the subject, `child`, again/],
    ['an underscore', [{ person: 'the_mother' }], /people\[0\]\.person/],
    ['a number', [5], /people\[0\]/]
  ])('with %s are refused', (_what, people, problem) => {
    expect(birthProblems({ people })).toEqual([expect.stringMatching(problem)])
  })

  test('whose named fields are not in the event are refused, each with what was meant', () => {
    const found = birthProblems({
      fields: ['child.nid', 'mum.status', 'mum.birth'],
      evidenceField: 'child.evidence',
      people: [
        {
          person: 'mother',
          statusField: 'mum.statuss',
          attributes: { dateOfBirth: ['mum.birht', 'date'], sex: () => 'f' }
        }
      ]
    })
    expect(found).toEqual([
      expect.stringMatching(
        /^events\.birth\.evidenceField: .*`child\.evidence`/
      ),
      expect.stringMatching(/statusField: .*did you mean `mum\.status`/),
      expect.stringMatching(/dateOfBirth: .*did you mean `mum\.birth`/)
    ])
  })

  test('stand where the standard forms and the version have them', () => {
    function persons(version: '1.9' | '2') {
      const { opencrvs } = minimalOptions()
      return resolveOptions({
        ...minimalOptions(),
        opencrvs: { ...opencrvs, version }
      }).events.birth?.persons.map(({ attributes: _, ...fields }) => fields)
    }
    expect(persons('2')?.[1]).toEqual({
      person: 'mother',
      identifierField: 'mother.nid',
      statusField: 'mother.verified',
      evidenceField: 'mother.identity-evidence',
      scanField: 'mother.id-reader'
    })
    expect(persons('1.9')?.[0]?.evidenceField).toBe(
      'child.verify-nid-http-fetch'
    )
  })

  test.each<[string, object, boolean]>([
    ['nobody', { people: [] }, false],
    ['somebody', { people: ['mother'] }, true],
    ['a verification', { verification: { actions: ['DECLARE'] } }, true],
    [
      'a rule about the subject',
      { rules: registering(when.any(when.pending('child'))) },
      true
    ],
    [
      "a rule about the subject's status field",
      { rules: registering(when.equals('child.verified', 'verified')) },
      true
    ],
    [
      'a rule about something else',
      { rules: registering(when.present('child.nid')) },
      false
    ]
  ])('are looked at in an event with %s: %s', (_what, change, expected) => {
    const { events } = resolveOptions({
      ...minimalOptions(),
      registrationNumber: () => 'n',
      events: { birth: { subject: 'child', people: [], rules: {}, ...change } }
    })
    expect(events.birth?.checksIdentities).toBe(expected)
  })
})

describe('verification', () => {
  test('is refused where the system cannot verify', () => {
    const { capabilities } = systemFactory()
    const system = systemFactory({
      capabilities: { ...capabilities, verify: false }
    })
    const found = birth({ verification: { actions: ['REGISTER'] } }, { system })
    expect(found).toEqual([
      expect.stringMatching(/verification: cannot be done: .*"register"/)
    ])
  })

  test.each<[object, RegExp]>([
    [{}, /actions: is missing/],
    [{ actions: [] }, /verification\.actions/],
    [{ actions: ['REGISTR'] }, /actions\[0\]: .*did you mean `REGISTER`/],
    [{ actions: ['READ'] }, /never asks us about/],
    [
      { actions: ['REGISTER'], people: ['mothr'] },
      /people\[0\]: .*did you mean `mother`/
    ],
    [{ actions: ['REGISTER'], budgetMs: 5 }, /budgetMs: must be at least 100/],
    [{ action: ['REGISTER'], actions: ['REGISTER'] }, /did you mean `actions`/]
  ])('with %j is refused', (verification, problem) => {
    expect(birthProblems({ verification })).toEqual([
      expect.stringMatching(problem)
    ])
  })

  test('is of everybody, for four seconds, unless said otherwise', () => {
    const { events } = resolveOptions({
      ...minimalOptions(),
      events: {
        birth: {
          subject: 'child',
          people: ['mother'],
          rules: {},
          verification: { actions: ['DECLARE', 'CUSTOM:CHECK'] }
        }
      }
    })
    expect(events.birth?.verification).toEqual({
      actions: ['DECLARE', 'CUSTOM:CHECK'],
      people: ['child', 'mother'],
      budgetMs: 4_000
    })
  })
})

describe("a proven person's subject", () => {
  function sent(person: string) {
    return {
      attributes: {
        more: { introducer: { from: subjectOf(person), purpose: 'p' } }
      }
    }
  }

  test('is taken with a sign-in or QR codes', () => {
    expect(birth(sent('mother'), { authentication: { oidc: OIDC } })).toEqual(
      []
    )
  })

  test('is refused where nobody could prove it, and of strangers', () => {
    expect(birth(sent('mother'))).toEqual([
      expect.stringMatching(/introducer\.from: .*which only a sign-in/)
    ])
    expect(birth(sent('mothr'))).toEqual([
      expect.stringMatching(/did you mean `mother`/)
    ])
  })

  test("is nobody's name", () => {
    const name = subjectOf('mother')
    expect(birth({ attributes: { name } })).not.toEqual([])
  })
})

test('ages of evidence are by actions that there are', () => {
  const authentication = { evidenceMaxAgeDays: { default: 3, REGISTR: 1 } }
  expect(problems({ authentication })).toEqual([
    expect.stringMatching(
      /^authentication\.evidenceMaxAgeDays\.REGISTR: .*did you mean `REGISTER`/
    )
  ])
})
