import type { Call } from '../call'
import { preparedIds } from '../database/prepared-ids'
import { isNot200 } from '../identity/form-answer'
import { callbackCall, isNotApplied } from './callback-call'
import type { CountryPeers } from './country-peers'
import { timedCall } from './units'
import { closedLoop, type Work } from './work'

/**
 * From a signed callback to the acceptance that core has: a slot goes on when core has been told.
 *
 * @param seed of the prepared deliveries that it is about
 */
export function callbackWork(
  seed: string,
  peers: CountryPeers,
  isBare: boolean
): Work {
  let index = 0
  let calls: Array<{ call: Call; actionId: string }> = []
  const waiting = new Map<string, () => void>()
  peers.onAccepted((actionId) => waiting.get(actionId)?.())

  function accepted(actionId: string): Promise<void> {
    if (isBare) return Promise.resolve()
    return new Promise((resolve) => {
      waiting.set(actionId, () => {
        waiting.delete(actionId)
        resolve()
      })
    })
  }

  return {
    prepare(units) {
      calls = Array.from({ length: units }, () => {
        const { actionId, id } = preparedIds(seed, index)
        index += 1
        return { actionId, call: callbackCall(id) }
      }).reverse()
      // What was made and not sent is not sent later: its signature has a time.
    },
    load: (targets, limits) =>
      closedLoop(targets, limits, () => {
        const next = calls.pop()
        return (
          next &&
          (async (target) => {
            const began = performance.now()
            const done = accepted(next.actionId)
            await timedCall(target, next.call, isBare ? isNot200 : isNotApplied)
            await done
            return performance.now() - began
          })
        )
      })
  }
}
