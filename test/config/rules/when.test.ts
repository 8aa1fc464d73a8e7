import { OptionsError } from '../../../src/domain/errors'
import type { Declaration } from '../../../src/domain/event'
import type { Condition, RuleContext } from '../../../src/config/options'
import { evaluateCondition } from '../../../src/config/rules/condition'
import { when } from '../../../src/config/rules/when'
import { ruleContext } from '../options-fixture'

function holds(
  condition: Condition,
  declaration: Declaration = {},
  more: Partial<RuleContext> = {}
) {
  return evaluateCondition(condition, ruleContext({ declaration, ...more }))
}

const yes = () => true
const no = () => Promise.resolve(false)
const fail = () => {
  throw new Error('must not be asked')
}

describe('ages', () => {
  const below10 = when.ageBelow('child.dob', { years: 10 })
  const atLeast10 = when.ageAtLeast('child.dob', { years: 10 })

  test.each([
    ['2026-06-15', true],
    ['2016-06-16', true],
    ['2016-06-15', false],
    ['1950-01-01', false]
  ])('a birth on %s is below ten years: %s', async (dob, below) => {
    expect(await holds(below10, { 'child.dob': dob })).toBe(below)
    expect(await holds(atLeast10, { 'child.dob': dob })).toBe(!below)
  })

  test.each([
    [undefined],
    [null],
    [''],
    ['2026-06-16'],
    ['2021-02-30'],
    ['yesterday'],
    [20],
    [{}]
  ])('without a date of birth (%p) neither holds', async (dob) => {
    const declaration: Declaration =
      dob === undefined ? {} : { 'child.dob': dob }
    expect(await holds(below10, declaration)).toBe(false)
    expect(await holds(atLeast10, declaration)).toBe(false)
  })

  test('somebody born on 29 February turns a year older on 1 March of a common year', async () => {
    const declaration = { 'child.dob': '2020-02-29' }
    const below1 = when.ageBelow('child.dob', { years: 1 })
    expect(await holds(below1, declaration, { now: '2021-02-28' })).toBe(true)
    expect(await holds(below1, declaration, { now: '2021-03-01' })).toBe(false)
    const below4 = when.ageBelow('child.dob', { years: 4 })
    expect(await holds(below4, declaration, { now: '2024-02-28' })).toBe(true)
    expect(await holds(below4, declaration, { now: '2024-02-29' })).toBe(false)
  })

  test('months and days count by the calendar', async () => {
    const below = when.ageBelow('child.dob', { months: 1, days: 1 })
    expect(await holds(below, { 'child.dob': '2026-05-15' })).toBe(true)
    expect(await holds(below, { 'child.dob': '2026-05-14' })).toBe(false)
  })

  test('takes an AGE field, whose date of birth is computed as core does', async () => {
    expect(
      await holds(below10, { 'child.dob': { age: 9, asOfDateRef: 'none' } })
    ).toBe(true)
    expect(
      await holds(below10, { 'child.dob': { age: 10, asOfDateRef: 'none' } })
    ).toBe(false)
  })

  test.each([
    {},
    { years: 0 },
    { years: 1.5 },
    { years: -1 },
    JSON.parse('{"year": 3}')
  ])('refuses the age %p when the rule is written', (age) => {
    expect(() => when.ageBelow('child.dob', age)).toThrow(OptionsError)
  })
})

test.each([
  ['x', true],
  [false, true],
  [0, true],
  [['x'], true],
  [{ firstname: 'A', surname: '' }, true],
  ['  ', false],
  [null, false],
  [[], false],
  [{ firstname: '', surname: null }, false]
])('the value %p is present: %s', async (value, present) => {
  expect(await holds(when.present('f'), { f: value })).toBe(present)
  expect(await holds(when.absent('f'), { f: value })).toBe(!present)
})

test('equals and oneOf compare exactly, and do not hold for a missing field', async () => {
  expect(await holds(when.equals('f', 1), { f: 1 })).toBe(true)
  expect(await holds(when.equals('f', 1), { f: '1' })).toBe(false)
  expect(await holds(when.equals('f', false))).toBe(false)
  expect(await holds(when.oneOf('f', ['a', 'b']), { f: 'b' })).toBe(true)
  expect(await holds(when.oneOf('f', ['a', 'b']), { f: 'c' })).toBe(false)
})

test('changed asks whether this action changes one of the fields', async () => {
  const condition = when.changed('child.name', 'child.dob')
  expect(
    await holds(condition, {}, { changes: ['mother.dob', 'child.dob'] })
  ).toBe(true)
  expect(await holds(condition, {}, { changes: ['mother.dob'] })).toBe(false)
})

test.each([
  ['authenticated', true, true],
  ['verified', false, true],
  ['pending', false, false],
  ['failed', false, false],
  [undefined, false, false]
] as const)(
  'the proven status %s counts as authenticated: %s, verified: %s',
  async (status, authenticated, verified) => {
    const more = { statuses: { mother: status } }
    // What the form claims makes no difference.
    const declaration = { 'mother.verified': 'authenticated' }
    expect(await holds(when.authenticated('mother'), declaration, more)).toBe(
      authenticated
    )
    expect(await holds(when.verified('mother'), declaration, more)).toBe(
      verified
    )
  }
)

describe('all, any and not', () => {
  test('take functions, predicates and conditionals, and stop as soon as they know', async () => {
    const never = { type: 'object', not: {}, required: [] }
    expect(await holds(when.all(yes, when.always()))).toBe(true)
    expect(await holds(when.all(yes, never, fail))).toBe(false)
    expect(await holds(when.any(no, when.always(), fail))).toBe(true)
    expect(await holds(when.any(no, never))).toBe(false)
    expect(await holds(when.not(never))).toBe(true)
    expect(await holds(when.not(yes))).toBe(false)
    expect(await holds(when.all())).toBe(true)
    expect(await holds(when.any())).toBe(false)
  })

  test('know the fields and people of everything inside', () => {
    const condition = when.all(
      when.any(when.present('a'), when.changed('b', 'a')),
      when.not(when.verified('mother'))
    )
    expect(condition.fields).toEqual(['a', 'b'])
    expect(condition.people).toEqual(['mother'])
    expect(condition.describe).toBe(
      'all of (any of (a present; b or a changed); not (mother verified))'
    )
  })

  test('not of an age without a date of birth holds, as it says', async () => {
    expect(
      await holds(when.not(when.ageBelow('child.dob', { years: 1 })))
    ).toBe(true)
  })
})

test('pending holds for who is captured and not checked, and for nobody else', async () => {
  const pending = when.pending('mother')
  for (const status of [
    'pending',
    'verified',
    'authenticated',
    'failed'
  ] as const) {
    expect(await holds(pending, {}, { statuses: { mother: status } })).toBe(
      status === 'pending'
    )
  }
  expect(await holds(pending)).toBe(false)
  expect(pending).toMatchObject({ people: ['mother'] })
})

test('says nothing of the values that a rule compares with', () => {
  const described = [
    when.equals('f', 'secret-value'),
    when.oneOf('f', ['secret-value'])
  ]
  expect(described.map(({ describe }) => describe).join()).not.toContain(
    'secret-value'
  )
})
