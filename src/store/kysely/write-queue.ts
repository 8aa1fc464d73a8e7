import { setImmediate } from 'node:timers/promises'

/** How many writes share a transaction at most, so that none waits for long. */
const BATCH = 256

/** How often the process takes in more before a batch is run. */
const TURNS = 8

/** Runs writes, as many as are waiting in one transaction. */
export type WriteQueue<Unit> = {
  /**
   * Resolves when the write is on disk. It may be run twice, so it must do nothing but use the unit it is given.
   *
   * @param beside `mixed`: others of the kind may have their statements between its own, since each of its decisions is
   * taken by one statement; `alone` (default): none may
   */
  run<T>(
    write: (unit: Unit) => Promise<T>,
    beside?: 'mixed' | 'alone'
  ): Promise<T>
  /** Resolves when nothing is waiting. */
  drain(): Promise<void>
}

type Transact<Unit> = (work: (unit: Unit) => Promise<void>) => Promise<void>

type Member<Unit> = {
  mayBeMixed: boolean
  attempt(unit: Unit): Promise<void>
  succeed(): void
  fail(error: unknown): void
}

/**
 * A queue of writes. Making a commit durable costs far more than the writes in it, so what arrives while the process
 * is busy is committed together. A write that arrives alone is committed at once.
 *
 * @param transact runs all that is done with the unit, or none of it
 * @param isCommon whether an error would meet every write, so that running them one by one is of no use
 * @param order `mixed`: the database takes the next statement before it has answered the last, so waiting for each
 * write would only cost time; writes that may be mixed are. `oneByOne` (default): each when the one before is done
 */
export function createWriteQueue<Unit>(
  transact: Transact<Unit>,
  isCommon: (error: unknown) => boolean,
  order: 'mixed' | 'oneByOne' = 'oneByOne'
): WriteQueue<Unit> {
  let waiting: Member<Unit>[] = []
  let working: Promise<void> | undefined

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      await gather()
      const batch = waiting.slice(0, BATCH)
      waiting = waiting.slice(BATCH)
      await runBatch(batch)
    }
    working = undefined
  }

  /** Lets the process take in what has arrived meanwhile, for the same batch, while each turn brings more. */
  async function gather(): Promise<void> {
    let known = 0
    for (let turn = 0; turn < TURNS && waiting.length > known; turn += 1) {
      known = waiting.length
      await setImmediate()
    }
  }

  async function runBatch(batch: readonly Member<Unit>[]): Promise<void> {
    const failure = await runTogether(transact, batch)
    if (failure === undefined) return
    if (batch.length === 1 || isCommon(failure.thrown)) {
      for (const member of batch) member.fail(failure.thrown)
      return
    }
    // One of them failed, and took the others with it.
    for (const member of batch) await runBatch([member])
  }

  return {
    run<T>(
      write: (unit: Unit) => Promise<T>,
      beside: 'mixed' | 'alone' = 'alone'
    ): Promise<T> {
      const mayBeMixed = order === 'mixed' && beside === 'mixed'
      return new Promise<T>((resolve, reject) => {
        waiting.push(createMember(write, mayBeMixed, resolve, reject))
        working ??= work()
      })
    },
    async drain() {
      while (working !== undefined) await working
    }
  }
}

function createMember<Unit, T>(
  write: (unit: Unit) => Promise<T>,
  mayBeMixed: boolean,
  resolve: (given: Promise<T>) => void,
  fail: (error: unknown) => void
): Member<Unit> {
  let given: Promise<T> | undefined
  return {
    mayBeMixed,
    async attempt(unit) {
      given = write(unit)
      await given
    },
    succeed() {
      if (given !== undefined) resolve(given)
    },
    fail
  }
}

async function runTogether<Unit>(
  transact: Transact<Unit>,
  batch: readonly Member<Unit>[]
): Promise<{ thrown: unknown } | undefined> {
  try {
    await transact(async (unit) => {
      for (const group of groupsOf(batch)) await attemptAll(group, unit)
    })
  } catch (thrown) {
    return { thrown }
  }
  for (const member of batch) member.succeed()
  return undefined
}

/** Neighbours that may be mixed, and each of the others by itself. */
function groupsOf<Unit>(batch: readonly Member<Unit>[]): Member<Unit>[][] {
  const groups: Member<Unit>[][] = []
  for (const member of batch) {
    const last = groups.at(-1)
    if (member.mayBeMixed && last?.[0]?.mayBeMixed === true) last.push(member)
    else groups.push([member])
  }
  return groups
}

/** @throws what the first that failed has thrown, once all are done: the others may have failed because of it */
async function attemptAll<Unit>(
  group: readonly Member<Unit>[],
  unit: Unit
): Promise<void> {
  const failures: unknown[] = []
  await Promise.all(
    group.map((member) =>
      member.attempt(unit).catch((thrown: unknown) => {
        failures.push(thrown)
      })
    )
  )
  if (failures.length > 0) throw failures[0]
}
