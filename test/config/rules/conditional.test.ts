import {
  type ConditionalData,
  conditionalData,
  conditionalProblem,
  fieldsOf,
  holdsFor
} from '../../../src/config/rules/conditional'
import { ruleContext } from '../options-fixture'

const FORM = { $now: '2026-06-15', $online: true }

function holds(conditional: object, $form: ConditionalData['$form']): boolean {
  return holdsFor(conditional, { ...FORM, $form })
}

function onForm(properties: object, required: string[] = []): object {
  return {
    type: 'object',
    properties: { $form: { type: 'object', properties, required } },
    required: ['$form']
  }
}

test('goes by content and not by $id, so clashing ids give right answers', () => {
  const x = { $id: 'same', ...onForm({ a: { const: 'x' } }, ['a']) }
  const y = { $id: 'same', ...onForm({ a: { const: 'y' } }, ['a']) }
  expect(holds(x, { a: 'x' })).toBe(true)
  expect(holds(y, { a: 'x' })).toBe(false)
})

test('takes the same nested $id twice in one conditional', () => {
  const part = { $id: 'nested', ...onForm({ a: { const: 'x' } }, ['a']) }
  const both = { type: 'object', allOf: [part, part], required: [] }
  expect(conditionalProblem(both)).toBeUndefined()
  expect(holds(both, { a: 'x' })).toBe(true)
})

test('does not change the conditional that it was given', () => {
  const conditional = { $id: 'kept', ...onForm({ a: { const: 'x' } }) }
  const before = structuredClone(conditional)
  holds(conditional, { a: 'x' })
  expect(conditional).toEqual(before)
})

test.each([
  ['nothing', {}, /leave `when` out/],
  [
    'code',
    onForm({ a: { customClientValidator: { code: '() => true' } } }),
    /runs code/
  ],
  ['an asynchronous schema', { $async: true, type: 'object' }, /\$async/],
  [
    'a made-up keyword',
    { field: 'child.dob', below: 10 },
    /`field` means nothing/
  ],
  ['a misspelt keyword inside', onForm({ a: { cosnt: 'x' } }), /`cosnt`/],
  ['an unknown reference', { $ref: 'https://example.org/x' }, /resolve/],
  [
    'a list that must not be empty',
    { type: 'object', not: { anyOf: [] } },
    /or\(\)/
  ]
])('says what is wrong with %s', (_, conditional, problem) => {
  expect(conditionalProblem(conditional)).toMatch(problem)
})

test('says that a conditional that contains itself cannot be used', () => {
  const conditional: Record<string, unknown> = { type: 'object' }
  conditional.not = conditional
  expect(conditionalProblem(conditional)).toBe('nested too deeply')
})

describe('daysFromDate', () => {
  function days(reference?: unknown): object {
    const referenceDate =
      reference === undefined ? {} : { referenceDate: reference }
    return onForm(
      {
        'a.dob': {
          type: 'string',
          daysFromDate: { days: 1, clause: 'after', ...referenceDate }
        }
      },
      ['a.dob']
    )
  }

  test('counts from the date of another field, given by a relative or a full pointer', () => {
    for (const $data of ['1/b.dob', '/$form/b.dob']) {
      const conditional = days({ $data })
      expect(
        holds(conditional, { 'a.dob': '2020-01-03', 'b.dob': '2020-01-01' })
      ).toBe(true)
      expect(
        holds(conditional, { 'a.dob': '2020-01-02', 'b.dob': '2020-01-01' })
      ).toBe(false)
    }
  })

  test('is false for what is no date, on either side', () => {
    expect(holds(days(), { 'a.dob': 'soon' })).toBe(false)
    expect(
      holds(days({ $data: '1/b.dob' }), {
        'a.dob': '2020-01-03',
        'b.dob': 'soon'
      })
    ).toBe(false)
    expect(
      holds(days({ $data: '1/b.dob' }), {
        'a.dob': '2020-01-03',
        'b.dob': ['2020-01-01']
      })
    ).toBe(false)
  })

  test('counts from a date within the same object', () => {
    const conditional = onForm({
      a: {
        type: 'object',
        properties: {
          to: {
            type: 'string',
            daysFromDate: {
              days: 0,
              clause: 'after',
              referenceDate: { $data: '1/from' }
            }
          }
        }
      }
    })
    expect(
      holds(conditional, { a: { from: '2020-01-01', to: '2020-01-02' } })
    ).toBe(true)
    expect(
      holds(conditional, { a: { from: '2020-01-02', to: '2020-01-01' } })
    ).toBe(false)
  })
})

test('computes the date of birth of an age from the date that it refers to, else from today', () => {
  const born = onForm(
    {
      'm.age': {
        type: 'object',
        properties: { dob: { const: '2000-02-29' } },
        required: ['dob']
      }
    },
    ['m.age']
  )
  expect(
    holds(born, {
      'm.age': { age: 20, asOfDateRef: 'm.on' },
      'm.on': '2020-02-29'
    })
  ).toBe(true)
  const today = onForm(
    {
      'm.age': {
        type: 'object',
        properties: { dob: { const: '2006-06-15' } },
        required: ['dob']
      }
    },
    ['m.age']
  )
  expect(holds(today, { 'm.age': { age: 20, asOfDateRef: 'm.on' } })).toBe(true)
})

test('lets a conditional ask for the acting user and the event as core does', () => {
  const context = ruleContext({
    user: { id: 'u1', role: 'REGISTRAR', scopes: ['record.register'] },
    eventDocument: { type: 'birth' }
  })
  const conditional = {
    type: 'object',
    properties: {
      $user: {
        type: 'object',
        required: ['sub', 'role'],
        properties: { role: { const: 'REGISTRAR' } }
      },
      $event: { type: 'object', properties: { type: { const: 'birth' } } }
    },
    required: ['$user', '$event']
  }
  expect(holdsFor(conditional, conditionalData(context))).toBe(true)
  expect(
    holdsFor(
      conditional,
      conditionalData({ ...context, eventDocument: { type: 'death' } })
    )
  ).toBe(false)
})

test('names the fields that a conditional reads, references included', () => {
  const conditional = {
    type: 'object',
    allOf: [
      onForm({ 'a.dob': { formatMaximum: { $data: '1/b.dob' } } }, ['c.x']),
      {
        not: onForm({
          'd.y': { properties: { z: { const: { $data: '/$form/e.z/w' } } } }
        })
      }
    ]
  }
  expect(fieldsOf(conditional).sort()).toEqual([
    'a.dob',
    'b.dob',
    'c.x',
    'd.y',
    'e.z'
  ])
})
