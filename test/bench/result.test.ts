import { readResult } from '../../bench/result'
import { run, sampleResult } from './sample-result'

describe('the result of the bench', () => {
  it('is read as it was written', () => {
    const result = sampleResult()
    expect(readResult(JSON.stringify(result))).toEqual(result)
  })

  it.each([
    [
      'a row without a figure',
      { runs: [{ ...run({ scenario: 'a' }), rssMb: undefined }] }
    ],
    [
      'a row with a figure of its own',
      { runs: [{ ...run({ scenario: 'a' }), extra: 1 }] }
    ],
    ['a figure below zero', { runs: [run({ scenario: 'a', perSecond: -1 })] }],
    ['no machine', { machine: undefined }],
    ['something beside machine and runs', { notes: [] }]
  ])('is refused with %s', (_, change) => {
    const text = JSON.stringify({ ...sampleResult(), ...change })
    expect(() => readResult(text)).toThrow('this is no result of the bench')
  })
})
