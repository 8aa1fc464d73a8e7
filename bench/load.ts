import { atATime, send, type Answer, type Call, type Target } from './call'
import { percentile } from './statistics'

export type LoadResult = { perSecond: number; p50Ms: number; p99Ms: number }

/** Why an answer is not the one that was to be measured; undefined when it is. */
export type Refusal = (answer: Answer) => string | undefined

/**
 * Sends every call once, so many at a time. Answers are looked at when the clock has stopped, so that looking costs
 * nothing.
 *
 * @throws when any answer is not what it should be, since a fast failure is no result
 */
export async function sendAll(
  target: Target,
  calls: readonly Call[],
  concurrency: number,
  refusal: Refusal
): Promise<LoadResult> {
  const durations: number[] = []
  const began = performance.now()
  const answers = await atATime(concurrency, calls, async (call) => {
    const start = performance.now()
    const answer = await send(target, call)
    durations.push(performance.now() - start)
    return answer
  })
  const seconds = (performance.now() - began) / 1000
  for (const answer of answers) {
    const problem = refusal(answer)
    if (problem !== undefined) throw new Error(`an answer ${problem}`)
  }
  durations.sort((a, b) => a - b)
  return {
    perSecond: calls.length / seconds,
    p50Ms: percentile(durations, 0.5),
    p99Ms: percentile(durations, 0.99)
  }
}
