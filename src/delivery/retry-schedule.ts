import { randomFraction } from '../internal/ids'

/**
 * How long to wait before the next attempt: doubling from `initialMs` to `maxMs`, between half and the whole of it at
 * random so that many deliveries do not come back at the same moment, and never less than what `Retry-After` asked for.
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
  return Math.round(Math.max(delay, retryAfterMs ?? 0))
}
