import type { Decision, DecisionExplanation } from '../domain/decision'
import { changedAttributes, identifierOf, toPerson } from './mapping'
import type { RuleContext } from './options'
import type { ResolvedEvent, ResolvedPolicies } from './resolved'
import { isYounger } from './rules/age'

type Effects = Array<DecisionExplanation['policies'][number]>

/** A decision as the policies leave it. */
export type PolicyResult = {
  decision: Decision
  /** Which policies had a say, and what they did. */
  effects: Effects
  /** What the registrar is to be told, when something is not sent. */
  registrarNote?: string
}

/** Applies the country's policies (OpenCRVS's own recommendations by default) to what a rule decided. */
export function applyPolicies(
  decision: Decision,
  event: ResolvedEvent,
  policies: ResolvedPolicies,
  context: RuleContext
): PolicyResult {
  switch (decision.kind) {
    case 'updateIdentity':
      return applyUpdatePolicy(decision, event, policies, context)
    case 'notifyDeath':
      return applyDeathPolicy(decision, event, policies, context)
    default:
      return { decision, effects: [] }
  }
}

function applyUpdatePolicy(
  decision: Decision,
  event: ResolvedEvent,
  { updates }: ResolvedPolicies,
  context: RuleContext
): PolicyResult {
  const { declaration, changes } = context
  if (changedAttributes(event, changes, declaration).length === 0) {
    const effect =
      'not sent: no attribute that the ID system is given was changed'
    return notSent('attributes', effect)
  }
  // Biometrics bind a person to their data, so nothing overrules this one.
  if (updates.enrolled?.(declaration) === true) {
    const effect = 'not sent: the person is enrolled with biometrics'
    return notSent('updates.enrolled', effect, updates.otherwise)
  }
  if (updates.allowAdults) {
    const effect = 'sent whatever the age of the person'
    return { decision, effects: [{ policy: 'updates.allowAdults', effect }] }
  }
  return applyInfantPolicy(decision, event, updates, context)
}

function applyInfantPolicy(
  decision: Decision,
  event: ResolvedEvent,
  { infantBelow, otherwise }: ResolvedPolicies['updates'],
  context: RuleContext
): PolicyResult {
  const born = toPerson(event, context.declaration).dateOfBirth
  if (born === undefined || born > context.now) {
    const effect =
      'not sent: the age of the person cannot be told without a date of birth'
    return notSent('updates.infantBelow', effect, otherwise)
  }
  if (!isYounger(born, infantBelow, context.now)) {
    const effect = `not sent: the person is not below ${infantBelow.years} years`
    return notSent('updates.infantBelow', effect, otherwise)
  }
  return { decision, effects: [] }
}

function applyDeathPolicy(
  decision: Decision,
  event: ResolvedEvent,
  { death }: ResolvedPolicies,
  context: RuleContext
): PolicyResult {
  const effects: Effects = []
  if (identifierOf(event, context.declaration) === undefined) {
    const policy = 'death.withoutIdentifier'
    if (death.withoutIdentifier === 'skip') {
      return notSent(policy, 'not sent: the record holds no identifier')
    }
    effects.push({ policy, effect: 'sent with the attributes alone' })
  }
  if (death.deactivate !== undefined) {
    const days = death.deactivate.gracePeriodDays
    const effect = `deactivation of the identity is owed in ${days} days`
    effects.push({ policy: 'death.deactivate', effect })
  }
  return { decision, effects }
}

function notSent(
  policy: string,
  effect: string,
  registrarNote?: string
): PolicyResult {
  return {
    decision: { kind: 'registerOnly' },
    effects: [{ policy, effect }],
    ...(registrarNote === undefined ? {} : { registrarNote })
  }
}
