import { send, type Answer, type Call, type Target } from '../call'
import type { Refusal } from '../load'

/**
 * Sends a call and looks at the answer.
 *
 * @returns its latency
 * @throws Error when the answer is not what it should be, since a fast failure is no result
 */
export async function timedCall(
  target: Target,
  call: Call,
  refusal: Refusal
): Promise<number> {
  const began = performance.now()
  const answer = await send(target, call)
  const took = performance.now() - began
  expectAnswer(answer, refusal)
  return took
}

export function expectAnswer(answer: Answer, refusal: Refusal): void {
  const problem = refusal(answer)
  if (problem !== undefined) throw new Error(`an answer ${problem}`)
}
