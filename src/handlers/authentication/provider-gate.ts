import { SignInError } from '../../authentication/relying-party'
import { sleep } from '../../internal/clock'

/** Keeps calls to the provider within bounds. */
export type ProviderGate = {
  /** @throws SignInError `ERR_SIGN_IN_BUSY` or `ERR_SIGN_IN_TIMEOUT`, both `unavailable` */
  run<T>(call: () => Promise<T>): Promise<T>
}

/**
 * Anybody may begin a sign-in, and each may cost calls to the provider: so only so many go on at once.
 *
 * @param bounds.most at the same time
 * @param bounds.timeoutMs for one of them, whatever it does
 */
export function createProviderGate(
  bounds = { most: 64, timeoutMs: 60_000 }
): ProviderGate {
  let running = 0
  return {
    async run(call) {
      if (running >= bounds.most) {
        throw new SignInError(
          `More than ${bounds.most} sign-ins wait for the provider at once, so this one was refused. The person may try again; see whether the provider is slow.`,
          { code: 'ERR_SIGN_IN_BUSY', retryable: true, problem: 'unavailable' }
        )
      }
      running += 1
      // It counts until it really ends, also when nobody waits for it any more.
      const work = Promise.resolve()
        .then(call)
        .finally(() => {
          running -= 1
        })
      return within(work, bounds.timeoutMs)
    }
  }
}

async function within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const done = new AbortController()
  const overdue = sleep(timeoutMs, done.signal).then(() => {
    throw new SignInError(
      `The sign-in provider has not answered within ${timeoutMs} ms. The person may try again.`,
      { code: 'ERR_SIGN_IN_TIMEOUT', retryable: true, problem: 'unavailable' }
    )
  })
  // Once the work has ended it throws too, into nobody's hands.
  overdue.catch(() => undefined)
  try {
    return await Promise.race([work, overdue])
  } finally {
    done.abort()
  }
}
