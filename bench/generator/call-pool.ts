import { recordedTrigger } from '../recorded-trigger'
import type { Call } from '../call'

/** Calls that are made once and sent to one server after the other: each has a fresh database. */
export type CallPool = {
  /** From now on the calls are given from the first one. */
  rewind(): void
  /** Makes sure that there are so many more. */
  prepare(calls: number): void
  /** Drops those that were given, which never come again. */
  drop(): void
  next(): Call | undefined
}

/** Triggers of a recorded action, each about another record, with a token for it. */
export function createCallPool(
  action: 'REGISTER' | 'DECLARE',
  privateKey: string
): CallPool {
  const recorded = recordedTrigger(action)
  const change =
    action === 'REGISTER'
      ? { privateKey }
      : {
          privateKey,
          // What this one asks for is whether the mother is who she says.
          declaration: { ...recorded.declaration, 'mother.verified': 'pending' }
        }
  const calls: Call[] = []
  let position = 0
  return {
    rewind() {
      position = 0
    },
    prepare(count) {
      while (calls.length < position + count) calls.push(recorded.call(change))
    },
    drop() {
      calls.splice(0, position)
      position = 0
    },
    next() {
      const call = calls[position]
      if (call !== undefined) position += 1
      return call
    }
  }
}
