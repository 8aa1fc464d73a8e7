import type { Declaration } from '../../src/domain/event'
import type { PolicyOptions, RuleContext } from '../../src/config/options'
import { when } from '../../src/config/rules/when'
import { decideWith, failureOf, registration } from './rules/deciding'

describe('updates', () => {
  const rules = {
    APPROVE_CORRECTION: [{ name: 'corrected', then: when.updateIdentity() }]
  }
  const action = { id: 'a', type: 'APPROVE_CORRECTION' }
  const infant: Declaration = { 'child.dob': '2024-01-01' }
  const update = { kind: 'updateIdentity', mode: 'notify' }

  function correct(
    policies: PolicyOptions['updates'],
    context: Partial<RuleContext>
  ) {
    return decideWith(
      {
        rules,
        ...(policies === undefined ? {} : { policies: { updates: policies } })
      },
      { action, changes: ['child.name'], ...context }
    )
  }

  test('of an infant are sent', async () => {
    const { decision, explanation, registrarNote } = await correct(undefined, {
      declaration: infant
    })
    expect(decision).toEqual(update)
    expect(explanation.policies).toEqual([])
    expect(registrarNote).toBeUndefined()
  })

  test.each([
    ['of somebody of five', { 'child.dob': '2021-06-15' }, /not below 5 years/],
    ['of somebody without a date of birth', {}, /cannot be told/],
    [
      'of somebody born in the future',
      { 'child.dob': '2027-01-01' },
      /cannot be told/
    ]
  ])(
    '%s are not sent, and the registrar is told where to go',
    async (_, declaration, effect) => {
      const result = await correct(
        { otherwise: 'Go to the office.' },
        { declaration }
      )
      expect(result.decision).toEqual({ kind: 'registerOnly' })
      expect(result.explanation.rule).toBe('corrected')
      expect(result.explanation.policies).toEqual([
        { policy: 'updates.infantBelow', effect: expect.stringMatching(effect) }
      ])
      expect(result.registrarNote).toBe('Go to the office.')
    }
  )

  test('of adults are sent where the country allows it, and that is noted each time', async () => {
    const { decision, explanation } = await correct(
      { allowAdults: true },
      { declaration: { 'child.dob': '1980-01-01' } }
    )
    expect(decision).toEqual(update)
    expect(explanation.policies).toMatchObject([
      { policy: 'updates.allowAdults' }
    ])
  })

  test('of somebody enrolled are never sent, whatever else is allowed', async () => {
    const enrolled = (declaration: Declaration) =>
      declaration['child.enrolled'] === true
    const declaration = { ...infant, 'child.enrolled': true }
    const { decision, explanation } = await correct(
      { allowAdults: true, enrolled },
      { declaration }
    )
    expect(decision).toEqual({ kind: 'registerOnly' })
    expect(explanation.policies).toMatchObject([{ policy: 'updates.enrolled' }])
  })

  test('that change nothing the system is given are not sent, and the registrar need not be told', async () => {
    const result = await correct(undefined, {
      declaration: infant,
      changes: ['mother.name', 'child.weightAtBirth']
    })
    expect(result.decision).toEqual({ kind: 'registerOnly' })
    expect(result.explanation.policies).toMatchObject([
      { policy: 'attributes' }
    ])
    expect(result.registrarNote).toBeUndefined()
  })

  test('fail as a rule when the function of the policy throws', async () => {
    const enrolled = () => {
      throw new Error('Zebulon')
    }
    const error = await failureOf(
      correct({ enrolled }, { declaration: infant })
    )
    expect(error.code).toBe('ERR_RULE_FAILED')
    expect(error.message).not.toContain('Zebulon')
  })
})

describe('deaths', () => {
  const setting = registration([{ name: 'died', then: when.notifyDeath() }])

  test('without an identifier are not sent', async () => {
    const { decision, explanation } = await decideWith(setting, {
      declaration: { 'child.nid': ' ' }
    })
    expect(decision).toEqual({ kind: 'registerOnly' })
    expect(explanation.policies).toMatchObject([
      { policy: 'death.withoutIdentifier' }
    ])
  })

  test('without an identifier are sent where the country says so', async () => {
    const policies: PolicyOptions = { death: { withoutIdentifier: 'send' } }
    const { decision, explanation } = await decideWith({ ...setting, policies })
    expect(decision).toEqual({ kind: 'notifyDeath', mode: 'notify' })
    expect(explanation.policies).toHaveLength(1)
  })

  test('say when a deactivation is owed', async () => {
    const policies: PolicyOptions = {
      death: { deactivate: { gracePeriodDays: 30, acknowledged: true } }
    }
    const { explanation } = await decideWith(
      { ...setting, policies },
      { declaration: { 'child.nid': '1' } }
    )
    expect(explanation.policies).toEqual([
      {
        policy: 'death.deactivate',
        effect: 'deactivation of the identity is owed in 30 days'
      }
    ])
  })
})
