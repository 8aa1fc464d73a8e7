import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonValue } from '../../../src/domain/json'
import { createCondition } from '../../../src/sandbox/playground/conditions'
import { CASES, NOW } from '../../config/rules/golden-cases'

type Golden = { kind: string; expr: string; json?: JsonValue }

/** What the page does not give to conditions, as they are evaluated elsewhere. */
const NOT_OF_A_FORM = /flag|status|\.get\('dob'\)|dob\b.*age/i

function golden(): Golden[] {
  const path = join(
    __dirname,
    '../../fixtures/forms/conditionals-golden-2.0.0.json'
  )
  const all: Golden[] = JSON.parse(readFileSync(path, 'utf8'))
  return all.filter(({ kind, json }) => kind === 'conditional' && json)
}

function isOfAForm({ expr }: Golden): boolean {
  const row = CASES[expr]
  if (row === undefined || 'broken' in row) return false
  const inputs = 'constant' in row ? [{}] : [row.yes, row.no]
  const known = ['$form', '$online', '$user']
  return (
    !NOT_OF_A_FORM.test(expr) &&
    inputs.every((input) =>
      Object.keys(input).every((key) => known.includes(key))
    ) &&
    // An AGE field's value is worked out by core; the page has no such input.
    !JSON.stringify(inputs).includes('asOfDateRef')
  )
}

function evaluate(
  json: JsonValue,
  input: { $form?: object; $online?: boolean; $user?: object }
): boolean {
  const holds = createCondition(() => ({
    today: NOW,
    online: input.$online ?? true,
    user: input.$user ?? {}
  }))
  return holds(json, { ...input.$form })
}

describe('conditionals of the toolkit 2.0.0', () => {
  const known = golden().filter(isOfAForm)

  it('are known well enough to say something', () => {
    expect(known.length).toBeGreaterThan(50)
  })

  it.each(known.map((row) => [row.expr, row] as const))(
    'evaluates %s as core does',
    (expr, { json }) => {
      const row = CASES[expr]!
      if ('constant' in row) {
        expect(evaluate(json!, {})).toBe(row.constant)
      } else if ('yes' in row) {
        expect(evaluate(json!, row.yes)).toBe(true)
        expect(evaluate(json!, row.no)).toBe(false)
      }
    }
  )
})

describe('a condition that core could not use', () => {
  const surroundings = () => ({ today: NOW, online: true, user: {} })

  it('throws without an $id', () => {
    const holds = createCondition(surroundings)
    expect(() => holds({ type: 'object' }, {})).toThrow('no $id')
  })

  it.each(['urn:p.1-not-a-urn', 'https://a.example/b#c'])(
    'throws for an $id that the compiler refuses: %s',
    ($id) => {
      const holds = createCondition(surroundings)
      expect(() => holds({ $id, type: 'object' }, {})).toThrow()
    }
  )

  it('is taken for the first one of the same $id', () => {
    const holds = createCondition(surroundings)
    expect(holds({ $id: 'urn:test:same' }, {})).toBe(true)
    expect(holds({ $id: 'urn:test:same', not: {} }, {})).toBe(true)
  })

  it('throws instead of running code', () => {
    const holds = createCondition(surroundings)
    const schema = {
      $id: 'urn:test:code',
      customClientValidator: { code: '() => true' }
    }
    expect(() => holds(schema, {})).toThrow('runs code')
  })
})
