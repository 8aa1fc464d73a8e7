import type { Decision, DeliveryMode } from '../../domain/decision'
import type { CheckedEvent, CheckedOptions } from '../checked-options'

/** Actions that core cannot take a rejection for once it was answered 202 (FACTS C9). */
const NO_LATE_REJECTION = ['APPROVE_CORRECTION', 'REJECT_CORRECTION', 'REJECT']

/** Actions with which core takes values for the record (FACTS B3). VALIDATE is of 1.9 (FACTS E). */
const TAKES_VALUES = [
  'DECLARE',
  'NOTIFY',
  'EDIT',
  'VALIDATE',
  'REGISTER',
  'CUSTOM',
  'APPROVE_CORRECTION'
]

/** A copy of the decision with the mode that the options give it. */
export function withMode(
  decision: Decision,
  modes: CheckedOptions['delivery']['modes']
): Decision {
  if (decision.kind === 'registerOnly' || decision.kind === 'reject') {
    return { ...decision }
  }
  return { ...decision, mode: decision.mode ?? modes[decision.kind] }
}

/** Why a decision cannot be carried out with this action in its mode, or undefined when it can. */
export function modeProblem(
  decision: Decision,
  actionType: string,
  event: CheckedEvent,
  options: CheckedOptions
): string | undefined {
  const mode: DeliveryMode | undefined =
    'mode' in decision ? decision.mode : undefined
  if (decision.kind === 'createIdentity' && event.writeIdentifier) {
    if (mode === 'notify') {
      return 'asks for an identity and answers core at once (`notify`), so the identifier could never be written to the record. Use `async` or `sync`, or set `writeIdentifier: false`.'
    }
    if (!TAKES_VALUES.includes(actionType)) {
      return `asks for an identity, but with ${actionType} core takes no values, so the identifier could never be written to the record. Ask for it with REGISTER, or set \`writeIdentifier: false\`.`
    }
  }
  if (
    mode === 'async' &&
    NO_LATE_REJECTION.includes(actionType) &&
    options.reasons.annotation === undefined
  ) {
    return `answers ${actionType} later (\`async\`), and then core can no longer take a no. Use \`notify\` or \`sync\`, or name the field that takes the reason in \`reasons.annotation\`.`
  }
  return undefined
}
