import {
  capacityOf,
  needOf,
  slowestStep,
  type Capacity
} from '../../bench/scaling-model'
import { run, sampleResult } from './sample-result'

const CAPACITY: Capacity = {
  store: 'postgres',
  backlog: 1_000_000,
  trigger: 800,
  delivery: 500,
  callback: 400,
  mixed: 100
}

describe('the capacity of a store', () => {
  it('is that of 64 at a time with the longest backlog', () => {
    const { runs } = sampleResult()
    const slow = runs.map((each) =>
      each.backlog > 0 && each.scenario === 'mixed' && each.concurrency === 64
        ? { ...each, perSecond: 90 }
        : each
    )
    expect(capacityOf(slow, 'sqlite')).toEqual({
      store: 'sqlite',
      backlog: 1_000_000,
      trigger: 1_000,
      delivery: 1_000,
      callback: 1_000,
      mixed: 90
    })
  })

  it('falls back to a shorter backlog where a scenario has no figure', () => {
    const runs = sampleResult().runs.filter(
      ({ backlog, scenario }) => backlog === 0 || scenario !== 'mixed'
    )
    expect(capacityOf(runs, 'sqlite')?.backlog).toBe(0)
  })

  it('is unknown where a scenario was not measured', () => {
    expect(capacityOf([run({ scenario: 'trigger' })], 'sqlite')).toBeUndefined()
  })
})

describe('what a country needs', () => {
  it('follows from its births, working time and busiest second', () => {
    // 14 million: 252,000 births, 360,000 units, 7.2 million working seconds.
    const need = needOf(14_000_000, CAPACITY)
    expect(need.birthsPerYear).toBe(252_000)
    expect(need.peakPerSecond).toBeCloseTo(0.5)
    expect(need.meanShare).toBeCloseTo(0.0005)
    // 1,008 births a day at 250 in a second.
    expect(need.catchUpMinutes).toBeCloseTo(1_008 / 250 / 60)
    expect(need.dayOnDiskMb).toBeCloseTo(3.024)
  })

  it('has one replica on PostgreSQL that may be missing', () => {
    // 1,400 million: exactly 50 in the busiest second, and 50 are planned with.
    expect(needOf(1_400_000_000, CAPACITY)).toMatchObject({
      processes: 1,
      replicas: 2
    })
    const slower = { ...CAPACITY, mixed: 99 }
    expect(needOf(1_400_000_000, slower)).toMatchObject({
      processes: 2,
      replicas: 3,
      isEnough: true
    })
  })

  it('says so where SQLite, which has one process, is not enough', () => {
    const sqlite: Capacity = { ...CAPACITY, store: 'sqlite', mixed: 99 }
    expect(needOf(1_000_000_000, sqlite)).toMatchObject({
      replicas: 1,
      isEnough: true
    })
    expect(needOf(1_400_000_000, sqlite)).toMatchObject({
      replicas: 1,
      isEnough: false
    })
  })

  it('is limited first by the slowest step of a birth', () => {
    expect(slowestStep(CAPACITY)).toBe('callback')
    expect(slowestStep({ ...CAPACITY, trigger: 300 })).toBe('trigger')
    expect(slowestStep({ ...CAPACITY, delivery: 300 })).toBe('delivery')
  })
})
