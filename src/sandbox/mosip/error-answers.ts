/** A call that is answered 200 with an error, which only `errors` in the body tells. */
export type ErrorAnswer = {
  code: string
  message?: string
  /** The work is done all the same: nobody can tell from the answer. Default false. */
  isWorkDone?: boolean
}

/** The calls that will be answered with an error. */
export type ErrorAnswers = {
  /**
   * Lets the next calls of a kind be answered 200 with an error.
   *
   * @param kind `token`, `createPacket`, `workflow`, `status`, `ida`
   * @param times how many calls; default 1; `Infinity` until `clear()`
   */
  add(kind: string, answer: ErrorAnswer, times?: number): void
  /** The error for a call that came in, if there is one. */
  take(kind: string): ErrorAnswer | undefined
  clear(): void
}

/** None yet. */
export function createErrorAnswers(): ErrorAnswers {
  let planned: Array<{ kind: string; answer: ErrorAnswer; left: number }> = []
  return {
    add: (kind, answer, times = 1) =>
      void planned.push({ kind, answer, left: times }),
    take(kind) {
      const next = planned.find((entry) => entry.kind === kind)
      if (next === undefined) return undefined
      next.left -= 1
      planned = planned.filter(({ left }) => left > 0)
      return next.answer
    },
    clear: () => void (planned = [])
  }
}
