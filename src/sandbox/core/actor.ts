import type { ActionRow } from './event-record'

/** Who acts on a record: a registrar of the country, or a system client (FACTS A8, D4). */
export type Actor = {
  userType: 'user' | 'system'
  /** `sub` of the tokens: the user's id, or the client id. */
  id: string
  /** Users only. */
  role?: string
  /** Users only. */
  location?: string
  scopes: readonly string[]
}

/** The registrar of the recordings (FACTS D1). */
export const REGISTRAR: Actor = {
  userType: 'user',
  id: '55555555-5555-4555-8555-555555555555',
  role: 'LOCAL_REGISTRAR',
  location: '33333333-3333-4333-8333-333333333333',
  scopes: [
    'type=record.search',
    'type=record.create',
    'type=record.read',
    'type=record.declare',
    'type=record.notify',
    'type=record.edit',
    'type=record.reject',
    'type=record.archive',
    'type=record.register',
    'type=record.print-certified-copies',
    'type=record.request-correction',
    'type=record.correct',
    'type=record.unassign-others'
  ]
}

/** The columns of a row that say who made it. System clients have neither role nor location (FACTS A3). */
export function actorColumns(
  actor: Actor
): Pick<
  ActionRow,
  'createdBy' | 'createdByUserType' | 'createdByRole' | 'createdAtLocation'
> {
  return {
    createdByUserType: actor.userType,
    createdBy: actor.id,
    ...(actor.role === undefined ? {} : { createdByRole: actor.role }),
    ...(actor.location === undefined
      ? {}
      : { createdAtLocation: actor.location })
  }
}
