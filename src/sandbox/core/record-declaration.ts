import type { Declaration } from '../../domain/event'
import type { JsonValue } from '../../domain/json'
import { isJsonObject } from '../json-object'
import type { ActionRow, EventRecord } from './event-record'

/** Actions whose values never enter the record by themselves (FACTS A6). */
const KEPT_OUT = new Set([
  'REQUEST_CORRECTION',
  'REJECT_CORRECTION',
  'PRINT_CERTIFICATE'
])

/** Lays a change over a declaration: objects key by key, arrays replaced, nulls kept (FACTS A6). */
function layOver(base: Declaration, change: Declaration): Declaration {
  const result: Declaration = { ...base }
  for (const [id, value] of Object.entries(change)) {
    const before = result[id]
    result[id] =
      isJsonObject(before) && isJsonObject(value)
        ? layOver(before, value)
        : value
  }
  return result
}

/** The record's values out of its accepted rows, cleared ones as null (FACTS A6, C10, C11). */
export function recordDeclaration(event: EventRecord): Declaration {
  return event.actions
    .filter((row) => row.status === 'Accepted' && !KEPT_OUT.has(row.type))
    .flatMap((row) => layersOf(event, row))
    .reduce(layOver, {})
}

/** Without what was cleared, as the search index shows it (FACTS A6). */
export function withoutNulls(declaration: Declaration): Declaration {
  const kept = Object.entries(declaration)
    .filter(([, value]) => value !== null)
    .map(([id, value]): [string, JsonValue] => [
      id,
      isJsonObject(value) ? withoutNulls(value) : value
    ])
  return Object.fromEntries(kept)
}

function layersOf(event: EventRecord, accepted: ActionRow): Declaration[] {
  return [
    ...correctionLayers(event, accepted),
    ...declarationOf(event, accepted.originalActionId),
    accepted.declaration
  ]
}

function correctionLayers(
  event: EventRecord,
  accepted: ActionRow
): Declaration[] {
  if (accepted.type !== 'APPROVE_CORRECTION') return []
  // FACTS C10: only the id of the Accepted row leads anywhere. With that of
  // the Requested row, nothing is applied.
  const request = event.actions.find(
    (row) => row.id === accepted.requestId && row.status === 'Accepted'
  )
  return request === undefined
    ? []
    : [...declarationOf(event, request.originalActionId), request.declaration]
}

function declarationOf(
  event: EventRecord,
  actionId: string | undefined
): Declaration[] {
  const row = event.actions.find((action) => action.id === actionId)
  return row === undefined ? [] : [row.declaration]
}
