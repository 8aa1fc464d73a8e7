import type { Rule } from '../../../src/config/options'
import { when } from '../../../src/config/rules/when'
import { minimalOptions, systemFactory } from '../options-fixture'
import { birthProblems, problems, ruleProblems } from '../problems'

describe('keys of rules', () => {
  test.each([
    ['register', /must be written in upper case: `REGISTER`/],
    ['CREATE', /never asks us about.*did you mean `DECLARE`/],
    ['READ', /never asks us about.*Core asks about `NOTIFY`/],
    [
      'REGISTR',
      /no action of OpenCRVS; did you mean `REGISTER`.*CUSTOM:<customActionType>/
    ],
    ['VALIDATE', /of OpenCRVS 1\.9 only/],
    ['CUSTOM:', /needs the custom action type/],
    ['REGISTER:X', /only CUSTOM can\. Write `REGISTER`/]
  ])('%s is refused', (key, problem) => {
    expect(ruleProblems({}, key)).toEqual([expect.stringMatching(problem)])
  })

  test.each([
    'REGISTER',
    'CUSTOM',
    'CUSTOM:REVOKE',
    'EDIT',
    'APPROVE_CORRECTION'
  ])('%s is taken', (key) => {
    expect(ruleProblems({}, key)).toEqual([])
  })

  test('follow the version of OpenCRVS', () => {
    const opencrvs = { ...minimalOptions().opencrvs, version: '1.9' }
    const events = {
      birth: { subject: 'child', rules: { VALIDATE: [], CUSTOM: [] } }
    }
    expect(problems({ opencrvs, events })).toEqual([
      expect.stringMatching(/CUSTOM: is an action of OpenCRVS 2 only/)
    ])
  })
})

describe('rules', () => {
  test.each<[string, object, RegExp]>([
    [
      'an uncalled condition',
      { when: when.always },
      /not called: write `when\.always\(\.\.\.\)`/
    ],
    ['a list as condition', { when: [] }, /when\.all/],
    ['a truth value as condition', { when: true }, /Leave it out/],
    [
      'a decision as condition',
      { when: when.registerOnly() },
      /belong in `then`/
    ],
    ['an unknown decision', { then: { kind: 'create' } }, /is no decision/],
    [
      'a refusal without reason',
      { then: { kind: 'reject' } },
      /needs the reason/
    ],
    [
      'a withdrawal without cause',
      { then: { kind: 'withdraw' } },
      /needs the cause/
    ],
    [
      'a mode where there is none',
      { then: { kind: 'registerOnly', mode: 'sync' } },
      /none with registerOnly/
    ],
    ['an unknown key', { whn: 1 }, /did you mean `when`/],
    [
      'an empty and()',
      { when: when.all(when.any({ allOf: [] })) },
      /rule "r".*and\(\) without conditions/
    ],
    [
      'a conditional with a typing mistake',
      { when: { propertees: {} } },
      /`propertees` means nothing/
    ],
    [
      'a flag',
      { when: { properties: { $flags: {} }, required: ['$flags'] } },
      /asks for `\$flags`/
    ],
    [
      'a status',
      { when: when.not({ required: ['$status'] }) },
      /asks for `\$status`/
    ],
    [
      'a location level',
      {
        when: {
          properties: {
            $form: { properties: { a: { isLeafLevelLocation: true } } }
          }
        }
      },
      /lowest level/
    ]
  ])('with %s are refused', (_, rule, problem) => {
    expect(ruleProblems(rule)).toEqual([expect.stringMatching(problem)])
  })

  test('that ask for a proven identity are refused while nothing can prove it', () => {
    const rule = { when: when.any(when.verified('mother'), () => true) }
    expect(ruleProblems(rule)).toEqual([
      expect.stringMatching(
        /identity of mother, and nothing can prove it.*trustFormStatuses/
      )
    ])
    const rules = {
      REGISTER: [{ name: 'r', then: when.registerOnly(), ...rule }]
    }
    const events = { birth: { subject: 'child', people: ['mother'], rules } }
    expect(
      problems({
        events,
        registrationNumber: () => 'n',
        policies: { trustFormStatuses: true }
      })
    ).toEqual([])
  })

  test.each([
    [
      'mothr',
      /If `mother` is meant, .* add 'mothr' to `events\.birth\.people`/
    ],
    ['guardian', /of birth\. Add 'guardian' to `events\.birth\.people`\./],
    // `mother` is near to it, and would be the wrong parent.
    ['father', /of birth\. Add 'father' to `events\.birth\.people`\.$/]
  ])('that ask about %s, who is not in the event, are refused', (who, says) => {
    const rules = {
      REGISTER: [
        { name: 'r', when: when.verified(who), then: when.registerOnly() }
      ]
    }
    const events = { birth: { subject: 'child', people: ['mother'], rules } }
    const found = problems({
      events,
      registrationNumber: () => 'n',
      policies: { trustFormStatuses: true }
    })
    expect(found).toEqual([expect.stringMatching(says)])
  })

  test('that cannot be told apart or reached are refused', () => {
    const list: Rule[] = [
      { name: 'a', then: when.registerOnly() },
      { name: 'a', when: () => true, then: when.registerOnly() }
    ]
    expect(birthProblems({ rules: { REGISTER: list } })).toEqual([
      expect.stringMatching(/name of an earlier rule/),
      expect.stringMatching(/never reached: the rule "a" before it/)
    ])
  })

  test('that decide what the system does not take are refused', () => {
    const system = systemFactory({
      name: 'small',
      capabilities: {
        ...systemFactory().capabilities,
        operations: ['createIdentity']
      }
    })
    const rules = { REGISTER: [{ name: 'r', then: when.notifyDeath() }] }
    const found = problems({
      system,
      registrationNumber: () => 'n',
      events: { death: { subject: 'deceased', rules } }
    })
    expect(found).toEqual([
      expect.stringMatching(
        /decides notifyDeath, which the system "small" does not take. It takes: createIdentity/
      )
    ])
  })
})

describe('modes', () => {
  const notify = { then: when.createIdentity({ mode: 'notify' }) }
  const late = { then: when.withdraw({ cause: 'reversal', mode: 'async' }) }

  test("an identity cannot be asked for behind core's back and still be written", () => {
    expect(ruleProblems(notify)).toEqual([
      expect.stringMatching(/could never be written/)
    ])
    expect(
      ruleProblems(notify, 'REGISTER', { writeIdentifier: false })
    ).toEqual([])
  })

  test('an identity cannot be written with an action that takes no values', () => {
    expect(
      ruleProblems({ then: when.createIdentity() }, 'PRINT_CERTIFICATE')
    ).toEqual([expect.stringMatching(/core takes no values/)])
  })

  test('an answer that may be no cannot come late where core does not take it', () => {
    expect(ruleProblems(late, 'APPROVE_CORRECTION')).toEqual([
      expect.stringMatching(/no longer take a no/)
    ])
    expect(ruleProblems(late, 'ARCHIVE')).toEqual([])
    const rules = { APPROVE_CORRECTION: [{ name: 'r', ...late }] }
    const events = { birth: { subject: 'child', rules } }
    expect(
      problems({ events, reasons: { annotation: 'review.reason' } })
    ).toEqual([])
  })
})
