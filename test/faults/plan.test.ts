import fc from '../fast-check'
import { makePlan } from './plan'
import { seededRandom } from './seeded-random'

function planOf(seed: number, registrations = 200) {
  return makePlan({
    seed,
    random: seededRandom(seed),
    registrations,
    workers: 2,
    storeFaults: ['locked', 'full']
  })
}

describe('the plan of a run', () => {
  it('is the same for the same seed', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31), (seed) => {
        expect(planOf(seed)).toEqual(planOf(seed))
      }),
      { numRuns: 20 }
    )
  })

  it('differs from seed to seed, and in time holds every kind of trouble', () => {
    const plans = Array.from({ length: 30 }, (_, seed) => planOf(seed))
    const seen = new Set(
      plans.flatMap(({ episodes }) => episodes.map(({ what }) => what))
    )
    expect([...seen].sort()).toEqual([
      'callbacks',
      'clock',
      'core',
      'freeze',
      'idSystem',
      'kill',
      'stop',
      'store'
    ])
    expect(
      new Set(plans.map(({ episodes }) => JSON.stringify(episodes))).size
    ).toBe(30)
  })

  it('kills somebody every few registrations', () => {
    const kills = planOf(7, 1_000).episodes.filter(
      ({ what }) => what === 'kill'
    )
    expect(kills.length).toBeGreaterThan(25)
  })
})
