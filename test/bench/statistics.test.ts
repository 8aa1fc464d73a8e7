import { turned } from '../../bench/country/matrix'
import { median, percentile } from '../../bench/statistics'

describe('statistics of the bench', () => {
  it('takes the middle one as the median, in whatever order they came', () => {
    expect(median([30, 10, 20])).toBe(20)
  })

  it('takes the 99th of a hundred as p99', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1)
    expect(percentile(hundred, 0.99)).toBe(100)
    expect(percentile(hundred, 0.5)).toBe(51)
  })

  it('gives 0 where nothing was measured', () => {
    expect(percentile([], 0.99)).toBe(0)
  })

  it('begins each round with another one, and leaves none out', () => {
    expect(turned(3, 0)).toEqual([0, 1, 2])
    expect(turned(3, 1)).toEqual([1, 2, 0])
    expect(turned(3, 5)).toEqual([2, 0, 1])
  })
})
