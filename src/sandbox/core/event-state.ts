import type { Declaration } from '../../domain/event'
import type { EventConfiguration } from './event-configuration'
import type { ActionRow, EventRecord } from './event-record'
import { recordDeclaration, withoutNulls } from './record-declaration'

/** What a record's rows amount to: the document that core sends to the search index. */
export type EventState = {
  status: string
  /** Of actions under way or refused (`register:requested`), of core itself, and of the configuration, in this order. */
  flags: string[]
  declaration: Declaration
  registrationNumber?: string
  assignedTo?: string
}

/** Which status an accepted action gives. Others leave it as it is. */
const STATUS_AFTER = new Map([
  ['CREATE', 'CREATED'],
  ['NOTIFY', 'NOTIFIED'],
  ['DECLARE', 'DECLARED'],
  ['REGISTER', 'REGISTERED'],
  ['ARCHIVE', 'ARCHIVED']
])

/** Computes the state from the rows (FACTS B, C6; flags as in the recordings). */
export function eventState(
  event: EventRecord,
  configuration: EventConfiguration
): EventState {
  const accepted = event.actions.filter((row) => row.status === 'Accepted')
  const registrationNumber = accepted.findLast(
    (row) => row.type === 'REGISTER'
  )?.registrationNumber
  const assignedTo = accepted.findLast(
    (row) => row.type === 'ASSIGN' || row.type === 'UNASSIGN'
  )?.assignedTo
  return {
    status: statusOf(accepted),
    flags: [
      ...actionFlags(event),
      ...ownFlags(accepted),
      ...configuredFlags(event, accepted, configuration)
    ],
    declaration: withoutNulls(recordDeclaration(event)),
    ...(registrationNumber === undefined ? {} : { registrationNumber }),
    ...(assignedTo === undefined ? {} : { assignedTo })
  }
}

function statusOf(accepted: ActionRow[]): string {
  return accepted.reduce(
    (status, row) => STATUS_AFTER.get(row.type) ?? status,
    'CREATED'
  )
}

/** The last row of each action type decides, so a DECLARE row that answers a REGISTER leaves the record waiting (FACTS C4). */
function actionFlags(event: EventRecord): string[] {
  const lastByType = new Map(event.actions.map((row) => [row.type, row]))
  return [...lastByType.values()]
    .filter((row) => row.status !== 'Accepted')
    .map((row) => `${row.type.toLowerCase()}:${row.status.toLowerCase()}`)
}

/** Flags that core sets whatever the configuration says. */
function ownFlags(accepted: ActionRow[]): string[] {
  const types = accepted.map((row) => row.type)
  const isLast = (type: string, among: string[]) =>
    types.findLast((other) => among.includes(other)) === type
  return [
    ...(isLast('NOTIFY', ['NOTIFY', 'DECLARE', 'REGISTER'])
      ? ['incomplete']
      : []),
    ...(isLast('REJECT', ['REJECT', 'EDIT', 'DECLARE', 'NOTIFY'])
      ? ['rejected']
      : []),
    ...(isLast('EDIT', ['EDIT', 'DECLARE', 'NOTIFY', 'REGISTER'])
      ? ['edit-in-progress']
      : []),
    ...(isLast('REQUEST_CORRECTION', [
      'REQUEST_CORRECTION',
      'APPROVE_CORRECTION',
      'REJECT_CORRECTION'
    ])
      ? ['correction-requested']
      : [])
  ]
}

function configuredFlags(
  event: EventRecord,
  accepted: ActionRow[],
  configuration: EventConfiguration
): string[] {
  const flags = new Set<string>()
  for (const row of accepted) {
    const original = event.actions.find(
      (action) => action.id === row.originalActionId
    )
    const customActionType = row.customActionType ?? original?.customActionType
    const configured = configuration.actions.find(
      (action) =>
        action.type === row.type && action.customActionType === customActionType
    )
    for (const flag of configured?.flags ?? []) {
      if (flag.operation === 'add') flags.add(flag.id)
      else flags.delete(flag.id)
    }
  }
  return [...flags]
}
