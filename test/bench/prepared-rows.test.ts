import { preparedIds } from '../../bench/database/prepared-ids'

describe('the ids of prepared rows', () => {
  it('are the same in every process', () => {
    expect(preparedIds('backlog', 7)).toEqual(preparedIds('backlog', 7))
  })

  it('are UUIDs, and differ by row, by seed and by what they name', () => {
    const all = ['backlog', 'measured'].flatMap((seed) =>
      Array.from({ length: 500 }, (_, index) =>
        Object.values(preparedIds(seed, index))
      ).flat()
    )
    expect(new Set(all).size).toBe(3_000)
    for (const id of all)
      expect(id).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/
      )
  })

  it('are in order of time for deliveries, and scattered for what OpenCRVS names', () => {
    const made = Array.from({ length: 300 }, (_, index) =>
      preparedIds('a', index)
    )
    const ids = made.map(({ id }) => id)
    const eventIds = made.map(({ eventId }) => eventId)
    expect(ids).toEqual([...ids].sort())
    expect(eventIds).not.toEqual([...eventIds].sort())
  })
})
