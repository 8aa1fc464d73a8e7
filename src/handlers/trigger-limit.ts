import type { Request } from '@hapi/hapi'
import { NationalIdError } from '../domain/errors'

/**
 * How many triggers may be under way at once. Each holds a record's history in memory until it is answered, and the
 * last of so many is answered within about a second.
 */
export const MOST_TRIGGERS = 500

/** Bounds how much work core can pile up here. */
export type TriggerLimit = {
  /**
   * Counts the request until it is answered or its caller has hung up.
   * @throws NationalIdError `ERR_TOO_MANY_TRIGGERS`, retryable, when there are too many; it is then not counted
   */
  enter(request: Request): void
}

export function createTriggerLimit(most = MOST_TRIGGERS): TriggerLimit {
  let underWay = 0
  return {
    enter({ raw: { res } }) {
      if (underWay >= most) throw tooMany(most)
      underWay += 1
      let hasLeft = false
      const leave = () => {
        if (!hasLeft) underWay -= 1
        hasLeft = true
      }
      // What has ended does not end again.
      if (res.closed) leave()
      else res.once('finish', leave).once('close', leave)
    }
  }
}

function tooMany(most: number): NationalIdError {
  return new NationalIdError(
    `${most} triggers are under way, and no more are taken until some of them are answered. Nothing was done; try the action again, and look at why answers take so long (the store's disk, the rules) or add a replica.`,
    { code: 'ERR_TOO_MANY_TRIGGERS', retryable: true }
  )
}
