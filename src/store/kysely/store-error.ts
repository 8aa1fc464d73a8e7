import { NationalIdError, StoreError } from '../../domain/errors'
import type { Fault, KyselyAdapter } from './adapter'

const MEANING: Record<
  Fault,
  { code: string; retryable: boolean; problem: string }
> = {
  busy: {
    code: 'ERR_STORE_BUSY',
    retryable: true,
    problem: 'is held by another writer. Try again.'
  },
  full: {
    code: 'ERR_STORE_FULL',
    retryable: true,
    problem: 'is full: nothing was written. Make room on its disk.'
  },
  readOnly: {
    code: 'ERR_STORE_READ_ONLY',
    retryable: true,
    problem:
      'cannot be written. Check that its files and their folder belong to this process.'
  },
  disk: {
    code: 'ERR_STORE_DISK',
    retryable: true,
    problem: 'could not read or write its disk. Check the disk.'
  },
  corrupt: {
    code: 'ERR_STORE_CORRUPT',
    retryable: false,
    problem: 'is damaged, or is not a database of ours. Restore a backup.'
  },
  lost: {
    code: 'ERR_STORE_LOST',
    retryable: true,
    problem:
      'cannot be reached: there is no connection, or it was lost. Check that its server runs and can be reached from here.'
  },
  crowded: {
    code: 'ERR_STORE_CROWDED',
    retryable: true,
    problem:
      'takes no more connections. Raise its max_connections, or lower poolSize or the number of processes.'
  },
  denied: {
    code: 'ERR_STORE_DENIED',
    retryable: true,
    problem:
      'does not let this process in, or not do this. Check the database, the user, its password and its privileges.'
  },
  other: {
    code: 'ERR_STORE',
    retryable: false,
    problem: 'refused a statement. This is a bug; please report it.'
  }
}

/** Our error for a database's: never with its text, which could hold values. */
export function toStoreError(
  adapter: Pick<KyselyAdapter, 'name' | 'classify' | 'isOutcomeUnknown'>,
  error: unknown
): NationalIdError {
  if (error instanceof NationalIdError) return error
  const { code, retryable, problem } = MEANING[adapter.classify(error)]
  return new StoreError(`The ${adapter.name} store ${problem}`, {
    code,
    retryable,
    outcomeUnknown: adapter.isOutcomeUnknown?.(error) ?? false,
    cause: error
  })
}

/** The error of a store that is used before `open` or after `close`. */
export function storeClosed(): StoreError {
  return new StoreError('The store is not open.', { code: 'ERR_STORE_CLOSED' })
}
