import { notDeferred } from '../not-deferred'
import type { CallPool } from './call-pool'
import { timedCall } from './units'
import { closedLoop, type Work } from './work'

/** From the trigger of a registration to the 202 that is on disk. */
export function triggerWork(pool: CallPool): Work {
  pool.rewind()
  return {
    prepare: (units) => pool.prepare(units),
    load: (targets, limits) =>
      closedLoop(targets, limits, () => {
        const call = pool.next()
        return call && ((target) => timedCall(target, call, notDeferred))
      })
  }
}
