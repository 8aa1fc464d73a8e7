import type { Verdict } from '../../src/handlers/verdict'
import { createVerdicts } from '../../src/handlers/verdicts'

const REJECTED: Verdict = {
  answer: { status: 400, body: { code: 'RULE', message: 'no' } },
  decision: 'reject'
}

function desk(verdict: Verdict = REJECTED) {
  const time = { now: 0 }
  const verdicts = createVerdicts({ now: () => time.now })
  let reached = 0
  const ask = (action = 'a') =>
    verdicts.about(action, async () => {
      reached += 1
      return Promise.resolve(verdict)
    })
  return { time, verdicts, ask, reached: () => reached }
}

describe('a verdict about an action', () => {
  it('is reached once for all who ask at the same time, and afterwards', async () => {
    const { ask, reached } = desk()
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(
      Array(3).fill(REJECTED)
    )
    await ask()
    expect(reached()).toBe(1)
  })

  it('is reached again after ten minutes', async () => {
    const { time, ask, reached } = desk()
    await ask()
    time.now += 10 * 60_000
    await ask()
    expect(reached()).toBe(2)
  })

  it('says nothing about another action', async () => {
    const { ask, reached } = desk()
    await ask('a')
    await ask('b')
    expect(reached()).toBe(2)
  })

  it.each<[string, Verdict]>([
    ['has a delivery', { ...REJECTED, deliveryId: 'd' }],
    ["is the country's", { answer: 'otherwise' }]
  ])('that %s is looked up again', async (_what, verdict) => {
    const { ask, reached } = desk(verdict)
    await ask()
    await ask()
    expect(reached()).toBe(2)
  })

  it("is kept with what was found out about people, although it is the country's", async () => {
    const { ask, reached } = desk({ answer: 'otherwise', corrections: {} })
    await ask()
    await ask()
    expect(reached()).toBe(1)
  })

  it('that could not be reached is not kept', async () => {
    const { verdicts, ask } = desk()
    const failing = verdicts.about('a', () => Promise.reject(new Error('no')))
    await expect(failing).rejects.toThrow('no')
    expect(await ask()).toEqual(REJECTED)
  })

  it('does not pile up with others for ever', async () => {
    const { ask, reached } = desk()
    for (let n = 0; n <= 10_000; n += 1) await ask(`action ${n}`)
    const before = reached()
    await ask('action 10000')
    expect(reached()).toBe(before)
    await ask('action 0')
    expect(reached()).toBe(before + 1)
  })
})
