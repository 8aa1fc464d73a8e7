import { answerChecks } from './answer-checks'
import type { ContractCheck } from './contract-check'
import { selfChecks } from './self-checks'
import { submissionChecks } from './submission-checks'
import type { SystemUnderTest } from './under-test'

/** One check of the contract, for any test runner. */
export type SystemCheck = {
  /** What is kept, as a sentence without its subject. */
  name: string
  /**
   * Opens the system and its other side, checks, and closes both.
   *
   * @throws AssertionError when the system does not keep it, and whatever
   *   `open` or the system throws. Also resolves where the check does not
   *   apply to what the system says it can do
   */
  run: () => Promise<void>
}

/**
 * What every system must keep, whatever it speaks: the worker relies on each of
 * these. A country runs them on a system of its own with the test runner that
 * it has; none is loaded here.
 *
 * @example
 * for (const { name, run } of systemContract(open)) test(name, run)
 *
 * @param open starts a system and a simulator of its other side, anew for each
 *   check, so that none sees what another did
 */
export function systemContract(
  open: () => Promise<SystemUnderTest>
): SystemCheck[] {
  return [...selfChecks, ...submissionChecks, ...answerChecks].map((check) => ({
    name: check.name,
    run: () => runCheck(check, open)
  }))
}

async function runCheck(
  check: ContractCheck,
  open: () => Promise<SystemUnderTest>
): Promise<void> {
  const under = await open()
  let gone: Promise<void> | undefined
  const goAway = () => (gone ??= under.close())
  try {
    await under.system.start?.()
    await check.keeps(under, goAway)
  } finally {
    await under.system.stop?.()
    await goAway()
  }
}
