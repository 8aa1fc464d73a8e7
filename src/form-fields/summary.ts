import type { FieldConditional } from './field-types'
import { hasStatus } from './identity-conditions'
import type { IdentityFieldIds } from './field-ids'

/** A row of an event's `summary.fields`, the same on both lines (SummaryConfig of 1.9.15 and 2.0.0). */
export type SummaryRow = {
  fieldId: string
  conditionals: Array<FieldConditional & { type: 'SHOW' }>
}

/**
 * The person's status as a row of the record's summary. It names no attribute of the person, and stands there only when
 * there is a status: without one OpenCRVS would draw a badge for a word that it does not know.
 */
export function identitySummary(identity: {
  ids: IdentityFieldIds
}): SummaryRow {
  const { status } = identity.ids
  return {
    fieldId: status,
    conditionals: [{ type: 'SHOW', conditional: hasStatus(status) }]
  }
}
