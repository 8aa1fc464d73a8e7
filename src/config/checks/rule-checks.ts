import type { Decision } from '../../domain/decision'
import type { ProvenStatus } from '../../domain/identity'
import type { CheckedEvent, CheckedOptions } from '../checked-options'
import type { Condition, Predicate, Rule } from '../options'
import { everybodyIn } from '../people'
import {
  conditionProblems,
  conditionalsOf,
  isPredicate,
  partsOf
} from '../rules/condition'
import { asksForLocationLevel, variablesOf } from '../rules/conditional'
import { type FoundIssue, issueAt } from '../schema/joi-issues'
import type { OptionPath } from '../schema/option-path'
import { didYouMean } from '../schema/suggest'
import { provableStatuses } from './identity-checks'
import { modeProblem, withMode } from './mode-checks'

/** What a rule is checked against. */
export type RuleSurroundings = {
  options: CheckedOptions
  event: CheckedEvent
  eventType: string
  /** Without what follows a colon. */
  actionType: string
  /** Whether the system's capabilities can be relied on. */
  systemIsSound: boolean
}

/** What is wrong with a list of rules. */
export function checkRules(
  rules: readonly Rule[],
  path: OptionPath,
  around: RuleSurroundings
): FoundIssue[] {
  return rules.flatMap((rule, index) => {
    const at = [...path, index]
    const before = rules.slice(0, index)
    return [
      ...checkPlace(rule, before, at),
      ...checkDecision(rule, at, around),
      ...(rule.when === undefined
        ? []
        : checkCondition(rule.name, rule.when, [...at, 'when'], around))
    ]
  })
}

function checkPlace(
  rule: Rule,
  before: readonly Rule[],
  path: OptionPath
): FoundIssue[] {
  const found: FoundIssue[] = []
  if (before.some(({ name }) => name === rule.name)) {
    const problem = `is the name of an earlier rule of this list; "${rule.name}" would not tell which one decided.`
    found.push(issueAt([...path, 'name'], problem))
  }
  const always = before.find(({ when }) => when === undefined)
  if (always !== undefined) {
    const problem = `is never reached: the rule "${always.name}" before it always holds. Move that one to the end.`
    found.push(issueAt(path, problem))
  }
  return found
}

function checkDecision(
  rule: Rule,
  path: OptionPath,
  around: RuleSurroundings
): FoundIssue[] {
  const { options, event, actionType, systemIsSound } = around
  const at = [...path, 'then']
  const found: FoundIssue[] = []
  if (systemIsSound && !takes(options, rule.then)) {
    const { name, capabilities } = options.system
    const problem = `decides ${rule.then.kind}, which the system "${name}" does not take. It takes: ${capabilities.operations.join(', ') || 'nothing'}.`
    found.push(issueAt(at, problem))
  }
  const decision = withMode(rule.then, options.delivery.modes)
  const problem = modeProblem(decision, actionType, event, options)
  return problem === undefined ? found : [...found, issueAt(at, problem)]
}

function takes({ system }: CheckedOptions, { kind }: Decision): boolean {
  if (kind === 'registerOnly' || kind === 'reject') return true
  return system.capabilities.operations.includes(kind)
}

function checkCondition(
  name: string,
  condition: Condition,
  path: OptionPath,
  around: RuleSurroundings
): FoundIssue[] {
  const broken = conditionProblems(condition)
  const problems =
    broken.length > 0
      ? broken.map(
          (problem) => `has a conditional that cannot work: ${problem}`
        )
      : [...variableProblems(condition), ...peopleProblems(condition, around)]
  return problems.map((problem) =>
    issueAt(
      path,
      `(rule "${name}") ${problem}${/[.?]$/.test(problem) ? '' : '.'}`
    )
  )
}

/** Conditionals on what core does not send would give a wrong answer without a word. */
function variableProblems(condition: Condition): string[] {
  return conditionalsOf(condition).flatMap((conditional) => {
    const variables = variablesOf(conditional)
    const unsent = ['$flags', '$status'].filter((name) => variables.has(name))
    return [
      ...unsent.map(
        (name) =>
          `asks for \`${name}\`, which core does not send with an action. Ask for fields, or write a function that reads \`context.eventDocument\``
      ),
      ...(asksForLocationLevel(conditional)
        ? [
            'asks whether a location is of the lowest level, which is not known here and would be false for all of them'
          ]
        : [])
    ]
  })
}

function peopleProblems(
  condition: Condition,
  around: RuleSurroundings
): string[] {
  const { event, eventType } = around
  const parts = partsOf(condition).filter(
    (part) => typeof part === 'object' && isPredicate(part)
  )
  const known = everybodyIn(event)
  const asked = new Set(parts.flatMap(({ people }) => people))
  const unknown = [...asked].filter((person) => !known.includes(person))
  return [
    ...unknown.map(
      (person) =>
        `asks about \`${person}\`, who is neither \`subject\` nor in \`people\` of ${eventType}${didYouMean(person, known)}`
    ),
    ...(['verified', 'authenticated'] as const).flatMap((status) =>
      unprovable(parts, status, around)
    )
  ]
}

/** A condition that can never hold, because nothing proves what it asks for. */
function unprovable(
  parts: readonly Predicate[],
  status: ProvenStatus,
  { event, options }: RuleSurroundings
): string[] {
  const known = everybodyIn(event)
  const people = parts
    .filter(({ needs }) => needs === status)
    .flatMap((part) => part.people)
    .filter((person) => known.includes(person))
    .filter((person) => !provableStatuses(person, event, options).has(status))
  if (people.length === 0) return []
  const listed = [...new Set(people)].join(', ')
  const instead =
    'or set `policies.trustFormStatuses: true` to believe what the form claims (which weakens a safeguard)'
  return status === 'verified'
    ? [
        `asks for the proven identity of ${listed}, and nothing can prove it: there is no sign-in (\`authentication.oidc\`), no signed credential (\`authentication.qr\`) and no \`verification\`, so it would never hold. Configure one, take the condition out, ${instead}`
      ]
    : [
        `asks whether ${listed} proved presence, and only a sign-in can prove it: there is none (\`authentication.oidc\`), so it would never hold. Configure one, ask for \`when.verified\`, ${instead}`
      ]
}
