import type { Answer } from './call'

/** Why an answer is no 202. */
export function notDeferred({ status }: Answer): string | undefined {
  return status === 202 ? undefined : `has the status ${status}, not 202`
}
