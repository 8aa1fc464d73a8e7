/** Chance that can be had again: the same seed gives the same numbers. */
export type SeededRandom = {
  /** From 0 (inclusive) to 1 (exclusive). */
  fraction(): number
  /** A whole number, both ends included. */
  between(least: number, most: number): number
  pick<T>(from: readonly T[]): T
  /** Whether something of this probability happens. */
  happens(probability: number): boolean
}

/**
 * mulberry32: small, and good enough to spread faults.
 *
 * @param seed a whole number; only its lower 32 bits count
 */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  function fraction(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  function between(least: number, most: number): number {
    return least + Math.floor(fraction() * (most - least + 1))
  }
  return {
    fraction,
    between,
    pick: (from) => {
      const picked = from[between(0, from.length - 1)]
      if (picked === undefined) throw new RangeError('nothing to pick from')
      return picked
    },
    happens: (probability) => fraction() < probability
  }
}
