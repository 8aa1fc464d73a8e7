import type { SystemUnderTest } from './under-test'

/** One thing that every system keeps. */
export type ContractCheck = {
  /** What is kept, as a sentence without its subject. */
  name: string
  /**
   * @param goAway makes the other side disappear
   * @throws AssertionError when it is not kept. Resolves when it is, or does not apply
   */
  keeps(under: SystemUnderTest, goAway: () => Promise<void>): Promise<void>
}
