import { CoreFailure } from './core-failure'
import type { EventState } from './event-state'

/** What may be done with a record of each status when nothing is under way. The order is that of core's messages. */
const BY_STATUS: Readonly<Record<string, readonly string[]>> = {
  CREATED: ['READ', 'DECLARE', 'NOTIFY'],
  NOTIFIED: ['READ', 'ARCHIVE', 'REJECT', 'CUSTOM', 'EDIT'],
  DECLARED: ['READ', 'REGISTER', 'ARCHIVE', 'REJECT', 'CUSTOM', 'EDIT'],
  REGISTERED: ['READ', 'PRINT_CERTIFICATE', 'REQUEST_CORRECTION', 'CUSTOM'],
  ARCHIVED: ['READ']
}

/**
 * Refuses an action that the record's state does not allow.
 *
 * @throws CoreFailure 409 with core's text (FACTS B4)
 */
export function checkAvailable(type: string, state: EventState): void {
  const available = availableActions(state)
  if (available.includes(type)) return
  throw new CoreFailure(
    'CONFLICT',
    `Action '${type}' cannot be performed on an event in '${state.status}' state with [${state.flags.join(', ')}] flags. Available actions: ${available.join(', ')}.`
  )
}

function availableActions({ status, flags }: EventState): readonly string[] {
  // FACTS B6: a record that is still CREATED is not blocked by what is under way.
  if (status === 'CREATED') return BY_STATUS.CREATED ?? []
  if (flags.some((flag) => flag.endsWith(':requested'))) return ['READ']
  if (flags.includes('correction-requested')) {
    return [
      'READ',
      'PRINT_CERTIFICATE',
      'APPROVE_CORRECTION',
      'REJECT_CORRECTION'
    ]
  }
  if (flags.includes('edit-in-progress')) {
    return ['READ', 'DECLARE', 'NOTIFY', 'REGISTER']
  }
  if (flags.includes('rejected')) return ['READ', 'ARCHIVE', 'EDIT', 'CUSTOM']
  return BY_STATUS[status] ?? ['READ']
}
