import { createHash } from 'node:crypto'

/** Deliveries that are in the database before anything is measured. */
export type Prepared = {
  /** Other rows have another one. */
  seed: string
  count: number
  /**
   * - `waiting`: nothing is due before days have passed; every other one with the system, the rest to be sent again;
   * - `queued`: due for the system;
   * - `submitted`: the system has it.
   */
  as: 'waiting' | 'queued' | 'submitted'
}

export type PreparedIds = {
  id: string
  eventId: string
  actionId: string
}

/** When the first of them was made. */
const FIRST_AT = Date.UTC(2026, 0, 1)

/**
 * Ids that several processes can make for themselves: a delivery's in order of time as ours are, those of OpenCRVS as
 * scattered as random ones.
 */
export function preparedIds(seed: string, index: number): PreparedIds {
  const hex = createHash('sha512').update(`${seed}/${index}`).digest('hex')
  return {
    id: asOrderedUuid(FIRST_AT + index, hex),
    eventId: asUuid(hex.slice(32)),
    actionId: asUuid(hex.slice(64))
  }
}

function asUuid(hex: string, version: 4 | 7 = 4): string {
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `${version}${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32)
  ]
  return parts.join('-')
}

/** Version 7: milliseconds since 1970 first. */
function asOrderedUuid(at: number, hex: string): string {
  const time = at.toString(16).padStart(12, '0')
  return asUuid(time + hex.slice(12), 7)
}
