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

/** Ids as scattered as random ones, which several processes can make for themselves. */
export function preparedIds(seed: string, index: number): PreparedIds {
  const hex = createHash('sha512').update(`${seed}/${index}`).digest('hex')
  return {
    id: asUuid(hex),
    eventId: asUuid(hex.slice(32)),
    actionId: asUuid(hex.slice(64))
  }
}

function asUuid(hex: string): string {
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32)
  ]
  return parts.join('-')
}
