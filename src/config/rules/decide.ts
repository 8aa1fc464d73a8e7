import type { Decision, DecisionExplanation } from '../../domain/decision'
import { NationalIdError } from '../../domain/errors'
import { kindAndPlace } from '../../internal/thrown'
import type { RuleContext } from '../options'
import { applyPolicies } from '../policies'
import type { ResolvedEvent, ResolvedPolicies, ResolvedRule } from '../resolved'
import { conditionFields, evaluateCondition } from './condition'
import { claimedStatuses } from './statuses'

export type DecisionResult = {
  /** Undefined when there are no rules for this action, or none holds; the explanation says which. */
  decision: Decision | undefined
  explanation: DecisionExplanation
  /** What the registrar is to be told, when a policy keeps something from being sent. */
  registrarNote?: string
}

type Considered = DecisionExplanation['considered'][number]

/**
 * Takes the decision about an action: the first of the event's rules for it whose condition holds, as the policies
 * leave it. Rules for `CUSTOM:<customActionType>` come before those for `CUSTOM`.
 *
 * @throws NationalIdError `ERR_RULE_FAILED` when a condition or a policy's function throws. It names the rule and the
 * place in the code, never what was thrown, which may hold personal data.
 */
export async function decide(
  event: ResolvedEvent,
  policies: ResolvedPolicies,
  context: RuleContext
): Promise<DecisionResult> {
  const action = actionKey(context)
  const rules = rulesFor(event, context)
  const considered: Considered[] = []
  for (const rule of rules) {
    const outcome = await consider(rule, event, context)
    considered.push(outcome)
    if (outcome.held) {
      return conclude(rule, considered, event, policies, context)
    }
  }
  const rule =
    rules.length === 0 ? `no rules for ${action}` : `no rule for ${action} held`
  return {
    decision: undefined,
    explanation: { rule, considered, policies: [] }
  }
}

/** Names the action as the options do: `REGISTER`, `CUSTOM:<customActionType>`. */
function actionKey({ action }: RuleContext): string {
  return action.customActionType === undefined
    ? action.type
    : `${action.type}:${action.customActionType}`
}

function rulesFor(
  event: ResolvedEvent,
  context: RuleContext
): readonly ResolvedRule[] {
  const keys = new Set([actionKey(context), context.action.type])
  return [...keys].flatMap((key) =>
    Object.hasOwn(event.rules, key) ? (event.rules[key] ?? []) : []
  )
}

function conclude(
  rule: ResolvedRule,
  considered: readonly Considered[],
  event: ResolvedEvent,
  policies: ResolvedPolicies,
  context: RuleContext
): DecisionResult {
  try {
    const result = applyPolicies(rule.then, event, policies, context)
    return {
      decision: result.decision,
      explanation: { rule: rule.name, considered, policies: result.effects },
      ...(result.registrarNote === undefined
        ? {}
        : { registrarNote: result.registrarNote })
    }
  } catch (thrown) {
    throw ruleFailed(rule, event, context, 'a policy or an attribute', thrown)
  }
}

async function consider(
  rule: ResolvedRule,
  event: ResolvedEvent,
  context: RuleContext
): Promise<Considered> {
  const condition = rule.when
  if (condition === undefined) {
    return { rule: rule.name, held: true, conditions: ['always'], fields: [] }
  }
  const conditions: string[] = []
  try {
    let held = await evaluateCondition(condition, context, conditions)
    const proven = held ? withoutPending(rule, event, context) : undefined
    if (proven !== undefined) {
      held = await evaluateCondition(condition, proven)
      const outcome = held ? 'yes' : 'no'
      conditions.push(`holds without what is only pending: ${outcome}`)
    }
    const fields = conditionFields(condition)
    return { rule: rule.name, held, conditions, fields }
  } catch (thrown) {
    throw ruleFailed(rule, event, context, 'its condition', thrown)
  }
}

/**
 * What was captured offline (`pending`) cannot by itself lead to an update or a withdrawal: for these, a condition must
 * hold both as things are and with the pending statuses taken away. Undefined where nothing is pending.
 */
function withoutPending(
  rule: ResolvedRule,
  event: ResolvedEvent,
  context: RuleContext
): RuleContext | undefined {
  const { kind } = rule.then
  if (kind !== 'updateIdentity' && kind !== 'withdraw') return undefined
  const { declaration, statuses } = context
  const inForm = claimedStatuses(event, declaration)
  const fields = event.persons
    .filter(({ person }) => inForm[person] === 'pending')
    .map(({ statusField }) => statusField)
  const people = event.persons
    .map(({ person }) => person)
    .filter((person) => statuses[person] === 'pending')
  if (fields.length === 0 && people.length === 0) return undefined
  return {
    ...context,
    declaration: without(declaration, fields),
    statuses: without(statuses, people)
  }
}

function without<T>(
  from: Readonly<Record<string, T>>,
  keys: readonly string[]
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(from).filter(([key]) => !keys.includes(key))
  )
}

function ruleFailed(
  rule: ResolvedRule,
  event: ResolvedEvent,
  context: RuleContext,
  part: string,
  thrown: unknown
): NationalIdError {
  // Our own errors are free of personal data; what a country's function throws need not be, so it is not kept.
  const own = thrown instanceof NationalIdError
  return new NationalIdError(
    `The rule "${rule.name}" of ${event.type}, ${actionKey(context)} (event ${context.event.id}, action ${context.action.id}) could not be evaluated: ${part} failed${own ? `: ${thrown.message}` : ` with ${kindAndPlace(thrown)}`}. Nothing was decided.`,
    {
      code: 'ERR_RULE_FAILED',
      retryable: own && thrown.retryable,
      ...(own ? { cause: thrown } : {})
    }
  )
}
