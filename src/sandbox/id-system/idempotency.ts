import type { ServedAnswer } from '../loopback-server'
import { jsonAnswer } from './json-answer'

/** Remembers what was answered to each `Idempotency-Key`. */
export type Idempotency = {
  /**
   * Does the work once per key: later calls with the same body get the first
   * answer, also while the first is still at work; with another body they get
   * 400. Without a key, the work is done each time.
   */
  once(
    key: string | undefined,
    body: string,
    work: () => Promise<ServedAnswer>
  ): Promise<ServedAnswer>
}

/** No keys yet. */
export function createIdempotency(): Idempotency {
  const known = new Map<
    string,
    { body: string; answer: Promise<ServedAnswer> }
  >()
  return {
    async once(key, body, work) {
      if (key === undefined) return work()
      const earlier = known.get(key)
      if (earlier === undefined) {
        const answer = work()
        known.set(key, { body, answer })
        return answer
      }
      return earlier.body === body
        ? earlier.answer
        : jsonAnswer(400, {
            code: 'IDEMPOTENCY_KEY_REUSED',
            reason: 'This key came with another request before.'
          })
    }
  }
}
