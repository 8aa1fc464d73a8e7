/**
 * Something that goes wrong on purpose:
 * - `delay`: the call is answered as usual, after `ms`;
 * - `status`: the call is answered with that status and nothing is done;
 * - `hang`: nothing is done and no answer ever comes;
 * - `cut`: nothing is done and the connection is cut;
 * - `cutAfter`: the work is done, and the connection is cut before the answer;
 * - `statusAfter`: the work is done, and the call is answered with that status all the same.
 */
export type Fault =
  | { kind: 'delay'; ms: number }
  | { kind: 'status'; status: number; retryAfterSeconds?: number }
  | { kind: 'hang' }
  | { kind: 'cut' }
  | { kind: 'cutAfter' }
  | { kind: 'statusAfter'; status: number }

/** The faults that are set up in a simulator; one may know further kinds than `Fault`. */
export type Faults<F = Fault> = {
  /**
   * Lets the next calls of a kind go wrong. Faults of one kind are used up in
   * the order in which they were added.
   *
   * @param kind which calls, or `*` for all of them
   * @param times how many calls; default 1; `Infinity` until `clear()`
   */
  add(kind: string, fault: F, times?: number): void
  /** Takes the fault for a call that came in, if there is one. */
  take(kind: string): F | undefined
  /** As `take`, but a fault of all calls does not count: for what is no call. */
  takeOnly(kind: string): F | undefined
  /** Everything works again. */
  clear(): void
}

type Planned<F> = { kind: string; fault: F; left: number }

/** No faults yet. */
export function createFaults<F = Fault>(): Faults<F> {
  let planned: Planned<F>[] = []

  function takeFirst(matches: (kind: string) => boolean): F | undefined {
    const next = planned.find((entry) => matches(entry.kind))
    if (next === undefined) return undefined
    next.left -= 1
    planned = planned.filter((entry) => entry.left > 0)
    return next.fault
  }

  return {
    add: (kind, fault, times = 1) =>
      void planned.push({ kind, fault, left: times }),
    take: (kind) => takeFirst((planned) => planned === kind || planned === '*'),
    takeOnly: (kind) => takeFirst((planned) => planned === kind),
    clear: () => void (planned = [])
  }
}
