import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type ConditionalData,
  conditionalProblem,
  holdsFor
} from '../../../src/config/rules/conditional'
import { CASES, NOW, form } from './golden-cases'

type Golden = { kind: string; expr: string; json?: object }

const VERSIONS = ['1.9.15', '2.0.0']
const FIXTURES = join(__dirname, '../../fixtures/forms')
const SHARED = join(__dirname, '../../../../shared/contracts/forms')

function conditionalsIn(folder: string, version: string): Golden[] {
  const path = join(folder, `conditionals-golden-${version}.json`)
  const all: Golden[] = JSON.parse(readFileSync(path, 'utf8'))
  return all.filter(({ kind }) => kind === 'conditional')
}

function evaluate(json: object, input: Partial<ConditionalData>): boolean {
  return holdsFor(json, { $form: {}, $now: NOW, $online: true, ...input })
}

function check({ expr, json }: Golden): void {
  const row = CASES[expr]
  if (row === undefined) throw new Error(`no row in the table for ${expr}`)
  if (json === undefined) throw new Error(`no JSON for ${expr}`)
  if ('broken' in row) {
    expect(conditionalProblem(json)).toMatch(row.broken)
    expect(() => evaluate(json, {})).toThrow('cannot be compiled')
    return
  }
  expect(conditionalProblem(json)).toBeUndefined()
  if ('constant' in row) {
    expect(evaluate(json, {})).toBe(row.constant)
    expect(evaluate(json, form({ a: 'x' }))).toBe(row.constant)
    return
  }
  expect(evaluate(json, row.yes)).toBe(true)
  expect(evaluate(json, row.no)).toBe(false)
}

describe.each(VERSIONS)('conditionals of the toolkit %s', (version) => {
  const available = conditionalsIn(FIXTURES, version).filter(
    ({ json }) => json !== undefined
  )

  test.each(available.map((golden) => [golden.expr, golden] as const))(
    'evaluates %s as core does',
    (_, golden) => {
      check(golden)
    }
  )

  test('has a row in the table for every conditional', () => {
    const missing = available.filter(({ expr }) => CASES[expr] === undefined)
    expect(missing.map(({ expr }) => expr)).toEqual([])
    expect(available.length).toBeGreaterThan(60)
  })

  const shared = existsSync(SHARED) ? test : test.skip
  shared('holds for the golden files as they are shared today', () => {
    for (const golden of conditionalsIn(SHARED, version)) {
      if (golden.json !== undefined) check(golden)
    }
  })
})

test('has no row in the table that no golden file asks for', () => {
  const asked = VERSIONS.flatMap((version) =>
    conditionalsIn(FIXTURES, version).map(({ expr }) => expr)
  )
  expect(Object.keys(CASES).filter((expr) => !asked.includes(expr))).toEqual([])
})
