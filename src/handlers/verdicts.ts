import type { Clock } from '../internal/clock'
import type { Verdict } from './verdict'

/**
 * One verdict about an action, however often and however close together core (or somebody with a stolen token) asks.
 *
 * The store sees to that for everything that owes work. This keeps what leads up to it from happening twice within
 * this process: a registration number taken from the generator, a rejection told to the country's hook.
 */
export type Verdicts = {
  /** The verdict that is being reached or was reached about `action`, or else what `reach` gives. Failures are not kept. */
  about(action: string, reach: () => Promise<Verdict>): Promise<Verdict>
}

const REMEMBER_MS = 10 * 60 * 1000
/** Each takes a few hundred bytes, and a few thousand where evidence was made; past this, the oldest go. */
const MOST = 10_000

/**
 * What has a delivery is looked up: it may have come further meanwhile. Where the country speaks for itself, only what
 * was found out about people's identities is kept.
 */
function isWorthKeeping(verdict: Verdict): boolean {
  return verdict.answer === 'otherwise'
    ? verdict.corrections !== undefined
    : verdict.deliveryId === undefined
}

export function createVerdicts(clock: Clock): Verdicts {
  const underWay = new Map<string, Promise<Verdict>>()
  const reached = new Map<string, { verdict: Verdict; until: number }>()

  function remember(action: string, verdict: Verdict): void {
    if (!isWorthKeeping(verdict)) return
    const now = clock.now()
    // A Map keeps its order of insertion, so the first young one ends the search.
    for (const [oldest, { until }] of reached) {
      if (until > now && reached.size < MOST) break
      reached.delete(oldest)
    }
    reached.set(action, { verdict, until: now + REMEMBER_MS })
  }

  async function reachOnce(
    action: string,
    reach: () => Promise<Verdict>
  ): Promise<Verdict> {
    try {
      const verdict = await reach()
      remember(action, verdict)
      return verdict
    } finally {
      underWay.delete(action)
    }
  }

  return {
    about(action, reach) {
      const known = reached.get(action)
      if (known !== undefined && known.until > clock.now()) {
        return Promise.resolve(known.verdict)
      }
      const current = underWay.get(action)
      if (current !== undefined) return current
      const verdict = reachOnce(action, reach)
      underWay.set(action, verdict)
      return verdict
    }
  }
}
