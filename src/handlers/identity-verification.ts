import { plainCode } from '../domain/code'
import { NationalIdError } from '../domain/errors'
import type { IdentityData } from '../domain/identity'
import { sleep } from '../internal/clock'
import { newId } from '../internal/ids'
import type { VerificationAnswer } from '../systems/system'
import { kindAndPlace } from '../internal/thrown'
import type { Runtime } from './runtime'

/** What the ID system said of a person's data. */
export type VerificationOutcome =
  | { outcome: 'match' }
  | { outcome: 'noMatch'; code?: string }
  /** Nothing: it failed, was too slow, or was left alone. */
  | { outcome: 'unanswered'; code: string }

/**
 * Asks the ID system about several people at once. Whatever has no answer within the budget has none: a system's
 * failure is never shown as a person's.
 */
export async function verifyIdentities(
  runtime: Runtime,
  people: readonly IdentityData[],
  budgetMs: number
): Promise<VerificationOutcome[]> {
  const finished = new AbortController()
  const tooLate = sleep(budgetMs, finished.signal).then(
    (): VerificationOutcome => ({
      outcome: 'unanswered',
      code: 'ERR_SYSTEM_TIMEOUT'
    })
  )
  try {
    return await Promise.all(
      people.map((data) =>
        Promise.race([verify(runtime, data, budgetMs), tooLate])
      )
    )
  } finally {
    finished.abort()
  }
}

/** Never throws, so that one person's failure is not another's. */
async function verify(
  runtime: Runtime,
  { identifier, ...person }: IdentityData,
  budgetMs: number
): Promise<VerificationOutcome> {
  const { delivery, worker } = runtime
  try {
    const answer = await delivery.system.verify(
      {
        person,
        reference: newId(),
        ...(identifier === undefined ? {} : { identifier })
      },
      { attempt: 1, timeoutMs: budgetMs, signal: worker.signal }
    )
    return asOutcome(answer)
  } catch (failure) {
    const own = failure instanceof NationalIdError
    const code = own ? failure.code : 'ERR_UNEXPECTED'
    delivery.logger.warn(
      { code, ...(own ? {} : { error: kindAndPlace(failure) }) },
      'the ID system could not be asked whether a person matches'
    )
    return { outcome: 'unanswered', code }
  }
}

/** The system may be the country's own, in JavaScript: only a clear yes or no is one. */
function asOutcome(answer: VerificationAnswer): VerificationOutcome {
  switch (answer.outcome) {
    case 'match':
      return { outcome: 'match' }
    case 'noMatch':
      return {
        outcome: 'noMatch',
        ...(answer.code === undefined ? {} : { code: plainCode(answer.code) })
      }
    default:
      throw new NationalIdError(
        'The system answered a verification with neither match nor noMatch. It counts as no answer.',
        { code: 'ERR_SYSTEM_ANSWER' }
      )
  }
}
