import { randomFraction } from '../internal/ids'

/** No `Retry-After` is waited for longer than this: a mistake on the other side must not put a record away for good. */
const LONGEST_RETRY_AFTER_MS = 24 * 60 * 60 * 1000

/**
 * How long to wait before the next attempt: doubling from `initialMs` to `maxMs`, between half and the whole of it at
 * random so that many deliveries do not come back at the same moment, and never less than what `Retry-After` asked for,
 * within reason.
 *
 * @param attempt how many attempts have failed so far, from 1
 */
export function retryDelay(
  attempt: number,
  schedule: { initialMs: number; maxMs: number },
  retryAfterMs?: number
): number {
  // 2 ** 30 is past every maxMs; without the bound the product would lose its precision.
  const doubled = schedule.initialMs * 2 ** Math.min(attempt - 1, 30)
  const ceiling = Math.min(schedule.maxMs, doubled)
  const delay = ceiling / 2 + (ceiling / 2) * randomFraction()
  return Math.round(Math.max(delay, within(retryAfterMs)))
}

/** An adapter may have reckoned with a header that was no number. */
function within(retryAfterMs = 0): number {
  return Number.isNaN(retryAfterMs)
    ? 0
    : Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS)
}
