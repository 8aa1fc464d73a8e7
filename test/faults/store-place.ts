import type { SeededRandom } from './seeded-random'

/** Where the workers of one run keep their work, and what can be done to it. */
export type StorePlace = {
  kind: StoreKind
  /** Options of the store's factory, for the worker. */
  options: Record<string, string | number>
  /** Ways in which it can break, for the plan to choose from. */
  faults: readonly StoreFault[]
  /** Breaks it and mends it again after `ms`; resolves when it is mended. */
  breakFor(fault: StoreFault, ms: number): Promise<void>
  /** Ends its processes, and leaves its files. */
  stop(): Promise<void>
  /** Mends nothing and leaves nothing behind. */
  destroy(): Promise<void>
}

export type StoreKind = 'sqlite' | 'postgres'

/**
 * - `full`: its disk has no room left;
 * - `locked`: another process holds its write lock;
 * - `restarted`: killed as by a power cut, and started again;
 * - `frozen`: takes connections and answers nothing;
 * - `cut`: every connection is cut, and it takes new ones.
 */
export type StoreFault = 'full' | 'locked' | 'restarted' | 'frozen' | 'cut'

/** What a place is told when it is made. */
export type PlaceOrder = {
  folder: string
  random: SeededRandom
  /** Told what could not be done on this machine. */
  tell: (line: string) => void
}
