/** Work that nobody waits for with an answer. */
export type Background = {
  run(work: () => Promise<void>): void
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>
}

/** Nothing under way yet. */
export function createBackground(): Background {
  const underWay = new Set<Promise<void>>()
  return {
    run(work) {
      const going = work()
      underWay.add(going)
      void going.finally(() => underWay.delete(going))
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay)
    }
  }
}
