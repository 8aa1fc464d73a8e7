import type { Condition, Predicate, RuleContext } from '../options'
import {
  conditionalData,
  conditionalProblem,
  fieldsOf,
  holdsFor
} from './conditional'

/** Whether a condition is one of ours, made by `when`. */
export function isPredicate(condition: Condition): condition is Predicate {
  return (
    typeof condition === 'object' &&
    'holds' in condition &&
    typeof condition.holds === 'function' &&
    'describe' in condition
  )
}

/** A condition in words, with field names and no values. */
export function describeCondition(condition: Condition): string {
  if (typeof condition === 'function') {
    return condition.name === '' || condition.name === 'when'
      ? 'a function'
      : `function ${condition.name}`
  }
  if (isPredicate(condition)) return condition.describe
  const fields = fieldsOf(condition)
  return fields.length === 0
    ? 'OpenCRVS conditional'
    : `OpenCRVS conditional on ${fields.join(', ')}`
}

/** Ids of the fields that a condition names. What a function reads cannot be known. */
export function conditionFields(condition: Condition): readonly string[] {
  if (typeof condition === 'function') return []
  return isPredicate(condition) ? condition.fields : fieldsOf(condition)
}

/** People whose identity status a condition asks for. What a function looks at cannot be known. */
export function conditionPeople(condition: Condition): readonly string[] {
  return typeof condition === 'object' && isPredicate(condition)
    ? condition.people
    : []
}

/** A condition and, for `when.all`, `when.any` and `when.not`, everything inside it. */
export function partsOf(condition: Condition): readonly Condition[] {
  if (typeof condition === 'function' || !isPredicate(condition)) {
    return [condition]
  }
  const inner = condition.combines?.conditions ?? []
  return [condition, ...inner.flatMap(partsOf)]
}

/** The OpenCRVS conditionals inside a condition. */
export function conditionalsOf(condition: Condition): readonly object[] {
  return partsOf(condition).filter(
    (part) => typeof part === 'object' && !isPredicate(part)
  )
}

/** What is wrong with the conditionals inside a condition, in plain words. */
export function conditionProblems(condition: Condition): string[] {
  return conditionalsOf(condition).flatMap(
    (part) => conditionalProblem(part) ?? []
  )
}

/**
 * Whether a condition holds. `all` and `any` stop as soon as they know.
 *
 * @param trace is given each part that was asked, in words with its outcome: `present child.dob: yes`
 * @throws whatever a function of the country throws; TypeError when it gives neither true nor false
 */
export async function evaluateCondition(
  condition: Condition,
  context: RuleContext,
  trace: string[] = []
): Promise<boolean> {
  if (typeof condition === 'object' && isPredicate(condition)) {
    const { combines } = condition
    if (combines !== undefined) return combine(combines, context, trace)
  }
  const held = await ask(condition, context)
  if (typeof held !== 'boolean') {
    throw new TypeError('a condition must give true or false')
  }
  trace.push(`${describeCondition(condition)}: ${held ? 'yes' : 'no'}`)
  return held
}

async function combine(
  { how, conditions }: NonNullable<Predicate['combines']>,
  context: RuleContext,
  trace: string[]
): Promise<boolean> {
  // What decides early: `all` at the first no, `any` at the first yes, `not` at its first yes.
  const decisive = how !== 'all'
  for (const condition of conditions) {
    const held = await evaluateCondition(condition, context, trace)
    if (held === decisive) return how === 'any'
  }
  return how !== 'any'
}

/** A country's JavaScript may give anything, so the answer is not trusted to be a boolean. */
function ask(condition: Condition, context: RuleContext): unknown {
  if (typeof condition === 'function') return condition(context)
  if (isPredicate(condition)) return condition.holds(context)
  return holdsFor(condition, conditionalData(context))
}
