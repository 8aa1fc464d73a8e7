import { createAuditBudget } from '../../src/handlers/audit-budget'

function budget() {
  const time = { now: 0 }
  return { time, take: createAuditBudget({ now: () => time.now }).take }
}

function takeAll(take: ReturnType<typeof budget>['take'], kind: string) {
  let granted = 0
  while (take(kind).granted) granted += 1
  return granted
}

describe('the budget of the audit trail', () => {
  it('is used up by a flood, and is there again the next minute', () => {
    const { time, take } = budget()
    const granted = takeAll(take, 'a')
    expect(granted).toBeGreaterThan(0)
    expect(take('a').granted).toBe(false)
    time.now += 60_000
    expect(takeAll(take, 'a')).toBe(granted)
  })

  it('says with the next entry how many were not written, once', () => {
    const { time, take } = budget()
    takeAll(take, 'a')
    take('a')
    take('a')
    time.now += 60_000
    expect(take('a')).toEqual({ granted: true, missed: 3 })
    expect(take('a')).toEqual({ granted: true, missed: 0 })
  })

  it('of one kind is not touched by a flood of another', () => {
    const { take } = budget()
    takeAll(take, 'a')
    expect(take('b').granted).toBe(true)
  })
})
