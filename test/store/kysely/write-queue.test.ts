import { setImmediate, setTimeout } from 'node:timers/promises'
import { createWriteQueue } from '../../../src/store/kysely/write-queue'

/** A transaction that keeps a list, and forgets what was added when it fails. */
function listTransactions() {
  const kept: number[][] = []
  async function transact(
    work: (unit: number[]) => Promise<void>
  ): Promise<void> {
    const unit: number[] = []
    await work(unit)
    kept.push(unit)
  }
  return { kept, transact }
}

function add(value: number): (unit: number[]) => Promise<number> {
  return async (unit) => {
    unit.push(value)
    return value
  }
}

function fail(): Promise<never> {
  return Promise.reject(new Error('this one'))
}

describe('the write queue', () => {
  it('commits together what arrives together, and gives each its own result', async () => {
    const { kept, transact } = listTransactions()
    const queue = createWriteQueue(transact, () => false)
    const results = await Promise.all([1, 2, 3].map((n) => queue.run(add(n))))
    expect(results).toEqual([1, 2, 3])
    expect(kept).toEqual([[1, 2, 3]])
  })

  it('waits for what goes on arriving, and not for long', async () => {
    const { kept, transact } = listTransactions()
    const queue = createWriteQueue(transact, () => false)
    const runs: Promise<number>[] = []
    // As requests come in: each turn of the process brings one before the queue has its turn.
    for (let turn = 1; turn <= 20; turn += 1) {
      const next = setImmediate()
      runs.push(queue.run(add(turn)))
      await next
    }
    await Promise.all(runs)
    expect(kept.flat()).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
    expect(kept.length).toBeLessThanOrEqual(5)
    expect(kept.length).toBeGreaterThan(1)
  })

  it('does not hold up a write that is alone', async () => {
    const { transact } = listTransactions()
    const queue = createWriteQueue(transact, () => false)
    let isDone = false
    void queue.run(add(1)).then(() => {
      isDone = true
    })
    await setImmediate()
    await setImmediate()
    expect(isDone).toBe(true)
  })

  it('takes a write that arrives during a commit into the next one', async () => {
    const { kept, transact } = listTransactions()
    const queue = createWriteQueue<number[]>(
      async (work) => {
        await transact(work)
        await setTimeout(20)
      },
      () => false
    )
    const first = queue.run(add(1))
    await setTimeout(5)
    await Promise.all([first, queue.run(add(2)), queue.run(add(3))])
    expect(kept).toEqual([[1], [2, 3]])
  })

  it('fails only the write that failed, and runs the others once more', async () => {
    const { kept, transact } = listTransactions()
    const queue = createWriteQueue(transact, () => false)
    const results = await Promise.allSettled([
      queue.run(add(1)),
      queue.run(fail),
      queue.run(add(3))
    ])
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled'
    ])
    expect(kept.flat()).toEqual([1, 3])
  })

  it('does not try one by one what a fault of the database fails anyway', async () => {
    let transactions = 0
    const queue = createWriteQueue<number[]>(
      () => {
        transactions += 1
        return Promise.reject(new Error('disk full'))
      },
      () => true
    )
    const results = await Promise.allSettled(
      [1, 2].map((n) => queue.run(add(n)))
    )
    expect(results.every(({ status }) => status === 'rejected')).toBe(true)
    expect(transactions).toBe(1)
  })

  it('mixes those that may be, where the database takes ahead, and lets the others be alone', async () => {
    const steps: string[] = []
    const twoSteps = (name: string) => async (): Promise<void> => {
      steps.push(`${name}1`)
      await setImmediate()
      steps.push(`${name}2`)
    }
    const { transact } = listTransactions()
    const queue = createWriteQueue(transact, () => false, 'mixed')
    await Promise.all([
      queue.run(twoSteps('a'), 'mixed'),
      queue.run(twoSteps('b'), 'mixed'),
      queue.run(twoSteps('c')),
      queue.run(twoSteps('d'), 'mixed')
    ])
    expect(steps).toEqual(['a1', 'b1', 'a2', 'b2', 'c1', 'c2', 'd1', 'd2'])
  })

  it('gives each of the mixed ones its own failure or result', async () => {
    const { kept, transact } = listTransactions()
    const queue = createWriteQueue(transact, () => false, 'mixed')
    const results = await Promise.allSettled([
      queue.run(add(1), 'mixed'),
      queue.run(fail, 'mixed'),
      queue.run(add(3), 'mixed')
    ])
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled'
    ])
    expect(kept).toEqual([[1], [3]])
  })

  it('goes on after a failure', async () => {
    const { kept, transact } = listTransactions()
    const queue = createWriteQueue(transact, () => false)
    await expect(queue.run(fail)).rejects.toThrow('this one')
    expect(await queue.run(add(2))).toBe(2)
    expect(kept).toEqual([[2]])
  })

  it('is drained when all that was waiting is on disk', async () => {
    const { kept, transact } = listTransactions()
    const queue = createWriteQueue(transact, () => false)
    const writes = Array.from({ length: 600 }, (_, n) => queue.run(add(n)))
    await queue.drain()
    expect(kept.flat()).toHaveLength(600)
    expect(kept.every((unit) => unit.length <= 256)).toBe(true)
    await Promise.all(writes)
    await queue.drain()
  })
})
