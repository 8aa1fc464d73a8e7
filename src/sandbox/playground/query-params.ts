import type { Clock } from '../../internal/clock'
import type { ClientVersion } from './field-types'
import type { FieldChange } from './form-change'
import type { FormField } from './form-description'

/** What a QUERY_PARAM_READER took out of the address. */
export type QueryReading = { change: FieldChange; address: URL }

/**
 * What the reader picks, and the address without it. Undefined when the
 * address has none of what it looks for.
 */
export function readQueryParams(
  field: FormField,
  address: URL,
  clock: Clock,
  version: ClientVersion
): QueryReading | undefined {
  const picks = [field.configuration.pickParams ?? []].flat().map(String)
  const found = picks
    .map((name) => [name, address.searchParams.get(name)] as const)
    .filter(([, value]) => Boolean(value))
  if (found.length === 0) return undefined
  const rest = new URL(address)
  for (const name of picks) rest.searchParams.delete(name)
  const value = { data: Object.fromEntries(found), ...markOf(clock, version) }
  return { change: { id: field.id, value }, address: rest }
}

/** What makes a repeated reading differ from the one before: a time, or in 1.9 a symbol that JSON loses. */
function markOf(clock: Clock, version: ClientVersion): object {
  return version === '1.9'
    ? { [Symbol('reading')]: true }
    : { updatedAt: new Date(clock.now()).toISOString() }
}
