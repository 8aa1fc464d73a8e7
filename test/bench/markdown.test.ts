import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import { countryGoalLines } from '../../bench/country/goals'
import { fillMarkdown } from '../../bench/markdown'
import { run, sampleResult } from './sample-result'

function document(name: string): string {
  return readFileSync(path.join(__dirname, '../../docs', name), 'utf8')
}

describe('filling in a document', () => {
  it('puts the rows of a scenario between its markers, and nothing else', () => {
    const text = 'a\n<!-- bench:trigger -->\nold\n<!-- /bench -->\nb\n'
    const filled = fillMarkdown(text, sampleResult())
    expect(filled).toMatch(/^a\n<!-- bench:trigger -->\n\n\| scenario/)
    expect(filled).toMatch(
      /\|\n\n!\[[^\]]+\]\(charts\/throughput-trigger\.svg\)\n\n<!-- \/bench -->\nb\n$/
    )
    expect(filled).toContain('| bare hapi (trigger) |')
    expect(filled).not.toContain('old')
    expect(filled).not.toContain('callback')
  })

  it('changes nothing when it is done again', () => {
    const once = fillMarkdown(document('performance.md'), sampleResult())
    expect(fillMarkdown(once, sampleResult())).toBe(once)
  })

  it('leaves what the result says nothing about', () => {
    const text = '<!-- bench:mosip -->\nold\n<!-- /bench -->\n'
    expect(fillMarkdown(text, sampleResult())).toBe(text)
  })

  it('refuses a marker that means nothing', () => {
    const text = '<!-- bench:nothing -->\n<!-- /bench -->\n'
    expect(() => fillMarkdown(text, sampleResult())).toThrow(
      'bench:nothing is not known'
    )
  })

  it.each(['performance.md', 'scaling.md'])(
    'knows all markers of %s',
    (name) => {
      expect(fillMarkdown(document(name), sampleResult())).toContain('bench:')
    }
  )
})

describe('the goals', () => {
  it('are met or missed by what was measured', () => {
    const lines = countryGoalLines([
      run({ scenario: 'trigger', ratioToBareHapi: 0.49, p99Ms: 24.9 }),
      run({ scenario: 'trigger', store: 'postgres', ratioToBareHapi: 0.36 }),
      run({ scenario: 'trigger', backlog: 1_000_000, perSecond: 799 }),
      run({ scenario: 'callback', perSecond: 400 }),
      run({ scenario: 'memory after 100000 registrations', rssMb: 200 }),
      run({ scenario: 'callback on 1 process', store: 'postgres' }),
      run({
        scenario: 'callback on 4 processes',
        store: 'postgres',
        perSecond: 1_600
      })
    ])
    const verdicts = lines.map((line) => line.split(':', 1)[0])
    expect(verdicts).toEqual([
      'missed', // 0.49 of bare hapi on SQLite
      'met', // 24.9 ms
      'met', // 0.36 on PostgreSQL
      'met', // 20 ms
      'missed', // 79.9 % with a million waiting
      'met', // 400 callbacks
      'missed', // 200 MB
      'met' // 1.6 times one process
    ])
  })
})
