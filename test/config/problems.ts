import { OptionsError, type OptionsIssue } from '../../src/domain/errors'
import { resolveOptions } from '../../src/config/resolve'
import { when } from '../../src/config/rules/when'
import { minimalOptions } from './options-fixture'

/** The mistakes that are found in options. */
export function issuesOf(options: unknown): readonly OptionsIssue[] {
  try {
    resolveOptions(options)
  } catch (error) {
    if (error instanceof OptionsError) return error.issues
    throw error
  }
  return []
}

/** The mistakes as lines: `option: problem`. */
export function problems(change: object): string[] {
  const issues = issuesOf({ ...minimalOptions(), ...change })
  return issues.map(({ option, problem }) => `${option}: ${problem}`)
}

/** The mistakes that a change to an event brings. */
export function birthProblems(change: object): string[] {
  return problems({
    registrationNumber: () => 'n',
    events: {
      birth: { subject: 'child', people: ['mother'], rules: {}, ...change }
    }
  })
}

/** The mistakes that one rule of a birth brings. */
export function ruleProblems(
  rule: object,
  action = 'REGISTER',
  more: object = {}
): string[] {
  const whole = { name: 'r', then: when.registerOnly(), ...rule }
  return birthProblems({ ...more, rules: { [action]: [whole] } })
}
