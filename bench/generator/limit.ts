/** Runs work, at most so much of it at the same time. */
export type Limit = <Result>(work: () => Promise<Result>) => Promise<Result>

export function createLimit(most: number): Limit {
  let running = 0
  const waiting: Array<() => void> = []
  return async (work) => {
    if (running >= most)
      await new Promise<void>((resolve) => waiting.push(resolve))
    running += 1
    try {
      return await work()
    } finally {
      running -= 1
      waiting.shift()?.()
    }
  }
}
