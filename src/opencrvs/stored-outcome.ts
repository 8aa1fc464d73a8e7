import type { ConfirmationResult } from './core'
import type { EventDocument } from './event-document'

/** Which action is looked for. */
export type StoredAction = {
  eventId: string
  actionId: string
  /** Upper case. */
  actionType: string
}

/**
 * What an event's rows show about an action (FACTS C4):
 * - a result, when a row of the same type answers it;
 * - `Requested`, when none does;
 * - `otherAction`, when the event holds no such action of this type, or a row
 *   of another type answers it: core takes `declare.accept` for a REGISTER.
 */
export function storedOutcome(
  event: EventDocument,
  action: StoredAction
): ConfirmationResult | { storedAs: 'Requested' } | 'otherAction' {
  const requested = event.actions.find((row) => row.id === action.actionId)
  if (
    event.id !== action.eventId ||
    requested === undefined ||
    requested.type !== action.actionType
  ) {
    return 'otherAction'
  }
  const answers = event.actions.filter(
    (row) => row.originalActionId === action.actionId
  )
  const ours = answers.filter((row) => row.type === action.actionType)
  // FACTS C6: where core holds both, the record goes by the acceptance, and
  // of two acceptances by the later one.
  const accepted = ours.findLast((row) => row.status === 'Accepted')
  if (accepted !== undefined) {
    const { registrationNumber } = accepted
    return {
      storedAs: 'Accepted',
      ...(registrationNumber === undefined ? {} : { registrationNumber })
    }
  }
  if (ours.some((row) => row.status === 'Rejected')) {
    return { storedAs: 'Rejected' }
  }
  return answers.length === 0 ? { storedAs: 'Requested' } : 'otherAction'
}
