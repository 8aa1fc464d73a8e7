import fc from '../fast-check'
import { retryDelay } from '../../src/delivery/retry-schedule'

const schedule = { initialMs: 5_000, maxMs: 6 * 60 * 60 * 1000 }

describe('retryDelay', () => {
  it('lies between half and the whole of a doubling pause, up to the longest one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), (attempt) => {
        const whole = Math.min(
          schedule.maxMs,
          schedule.initialMs * 2 ** Math.min(attempt - 1, 30)
        )
        const delay = retryDelay(attempt, schedule)
        expect(delay).toBeGreaterThanOrEqual(whole / 2)
        expect(delay).toBeLessThanOrEqual(whole)
      })
    )
  })

  it('is never shorter than what Retry-After asked for', () => {
    expect(retryDelay(1, schedule, 90_000)).toBe(90_000)
  })

  it('does not send everybody back at the same moment', () => {
    const delays = new Set(
      Array.from({ length: 50 }, () => retryDelay(8, schedule))
    )
    expect(delays.size).toBeGreaterThan(25)
  })
})
