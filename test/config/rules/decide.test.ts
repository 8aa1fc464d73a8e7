import { SystemError } from '../../../src/domain/errors'
import type { Rule, RuleContext } from '../../../src/config/options'
import { when } from '../../../src/config/rules/when'
import { decideWith, failureOf, registration } from './deciding'

describe('the first rule that holds decides', () => {
  const rules: Rule[] = [
    {
      name: 'has one',
      when: when.present('child.nid'),
      then: when.registerOnly()
    },
    {
      name: 'newborn',
      when: when.ageBelow('child.dob', { years: 1 }),
      then: when.createIdentity()
    },
    { name: 'others', then: when.reject('Too old.') }
  ]

  test('and is explained by field names and outcomes, never by values', async () => {
    const result = await decideWith(registration(rules), {
      declaration: { 'child.dob': '2026-06-01' }
    })
    expect(result.decision).toEqual({ kind: 'createIdentity', mode: 'async' })
    expect(result.explanation).toEqual({
      rule: 'newborn',
      considered: [
        {
          rule: 'has one',
          held: false,
          conditions: ['child.nid present: no'],
          fields: ['child.nid']
        },
        {
          rule: 'newborn',
          held: true,
          conditions: ['age by child.dob below 1 year: yes'],
          fields: ['child.dob']
        }
      ],
      policies: []
    })
  })

  test('a rule without a condition always holds', async () => {
    const { decision } = await decideWith(registration(rules), {
      declaration: { 'child.dob': '2000-01-01' }
    })
    expect(decision).toEqual({ kind: 'reject', reason: 'Too old.' })
  })
})

test('without rules for the action there is no decision, and the explanation says so', async () => {
  const { decision, explanation } = await decideWith({ rules: {} })
  expect(decision).toBeUndefined()
  expect(explanation.rule).toBe('no rules for REGISTER')
})

test('when no rule holds there is no decision, and the explanation says so', async () => {
  const { decision, explanation } = await decideWith(
    registration([{ name: 'a', when: () => false, then: when.registerOnly() }])
  )
  expect(decision).toBeUndefined()
  expect(explanation.rule).toBe('no rule for REGISTER held')
  expect(explanation.considered).toHaveLength(1)
})

test('rules for one custom action come before those for all of them', async () => {
  const rules = {
    CUSTOM: [{ name: 'all', then: when.reject('all') }],
    'CUSTOM:REVOKE': [
      {
        name: 'revoke',
        when: when.present('x'),
        then: when.withdraw({ cause: 'revocation' })
      }
    ]
  }
  const action = { id: 'a', type: 'CUSTOM', customActionType: 'REVOKE' }
  const held = await decideWith({ rules }, { action, declaration: { x: 1 } })
  expect(held.explanation.rule).toBe('revoke')
  const fallen = await decideWith({ rules }, { action })
  expect(fallen.explanation.rule).toBe('all')
  const other = await decideWith(
    { rules },
    { action: { ...action, customActionType: 'OTHER' }, declaration: { x: 1 } }
  )
  expect(other.explanation.rule).toBe('all')
})

describe('a condition that fails', () => {
  test('is told by rule, action and place in the code, without what it threw', async () => {
    const lookAt = (context: RuleContext) => {
      throw new TypeError(
        `bad name ${JSON.stringify(context.declaration)}\n    at Secret Street`
      )
    }
    const error = await failureOf(
      decideWith(
        registration([
          { name: 'broken', when: lookAt, then: when.registerOnly() }
        ]),
        {
          declaration: { 'child.name': 'Zebulon' }
        }
      )
    )
    expect(error.code).toBe('ERR_RULE_FAILED')
    expect(error.message).toMatch(
      /"broken" of birth, REGISTER .*TypeError at lookAt .*decide\.test/
    )
    const said = JSON.stringify([error.message, error.stack, error.cause])
    expect(said).not.toMatch(/Zebulon|Secret Street/)
  })

  test('is passed on as retryable when it was the ID system that could not be asked', async () => {
    const down = new SystemError('The system did not answer.', {
      code: 'ERR_SYSTEM',
      system: 's',
      retryable: true
    })
    const error = await failureOf(
      decideWith(
        registration([
          {
            name: 'ask',
            when: () => Promise.reject(down),
            then: when.registerOnly()
          }
        ])
      )
    )
    expect(error).toMatchObject({
      code: 'ERR_RULE_FAILED',
      retryable: true,
      cause: down
    })
  })

  test('a function that forgets to answer fails instead of counting as no', async () => {
    // What a rule written in JavaScript may give.
    const nothing: boolean = JSON.parse('{}').held
    const error = await failureOf(
      decideWith(
        registration([
          { name: 'forgets', when: () => nothing, then: when.registerOnly() }
        ])
      )
    )
    expect(error.code).toBe('ERR_RULE_FAILED')
  })
})

describe('a status that is only pending', () => {
  const claim = {
    type: 'object',
    properties: {
      $form: {
        type: 'object',
        properties: { 'mother.verified': { enum: ['pending', 'verified'] } },
        required: ['mother.verified']
      }
    },
    required: ['$form']
  }
  const guard = when.not(when.equals('mother.verified', 'pending'))
  const action = { id: 'a', type: 'CUSTOM' }
  const withdraw = when.withdraw({ cause: 'revocation' })

  async function decisionFor(condition: Rule['when'], status: string) {
    const rule: Rule = {
      name: 'r',
      then: withdraw,
      ...(condition === undefined ? {} : { when: condition })
    }
    const { decision } = await decideWith(
      { rules: { CUSTOM: [rule] } },
      {
        action,
        declaration: {
          'mother.verified': status,
          'father.verified': 'verified'
        }
      }
    )
    return decision?.kind
  }

  test('cannot by itself lead to a withdrawal', async () => {
    expect(await decisionFor(claim, 'pending')).toBeUndefined()
    expect(await decisionFor(claim, 'verified')).toBe('withdraw')
    expect(
      await decisionFor(
        ({ declaration }) => declaration['mother.verified'] !== undefined,
        'pending'
      )
    ).toBeUndefined()
  })

  test('does not spoil what another person gives reason for', async () => {
    const either = when.any(claim, when.equals('father.verified', 'verified'))
    expect(await decisionFor(either, 'pending')).toBe('withdraw')
  })

  test('still counts where a rule guards against it', async () => {
    expect(await decisionFor(guard, 'pending')).toBeUndefined()
    expect(await decisionFor(guard, 'failed')).toBe('withdraw')
  })

  test('may decide about a registration', async () => {
    const { decision } = await decideWith(
      registration([{ name: 'r', when: claim, then: when.registerOnly() }]),
      {
        declaration: { 'mother.verified': 'pending' }
      }
    )
    expect(decision).toEqual({ kind: 'registerOnly' })
  })
})
