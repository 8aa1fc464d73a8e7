import { execFileSync } from 'node:child_process'
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { sampleResult } from './sample-result'

const SCRIPT = path.join(__dirname, '../../scripts/bench-charts.mjs')

describe('the charts', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'national-id-charts-'))

  beforeAll(() => {
    const file = path.join(folder, 'result.json')
    writeFileSync(file, JSON.stringify(sampleResult()))
    execFileSync(process.execPath, [SCRIPT, file, path.join(folder, 'charts')])
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  function chart(name: string): string {
    return readFileSync(path.join(folder, 'charts', name), 'utf8')
  }

  it('are drawn for everything that has figures', () => {
    expect(readdirSync(path.join(folder, 'charts')).sort()).toEqual([
      'cost-of-backlog.svg',
      'memory.svg',
      'ratio-to-bare-hapi.svg',
      'throughput-callback.svg',
      'throughput-delivery.svg',
      'throughput-mixed.svg',
      'throughput-trigger.svg'
    ])
  })

  it('name both axes with their units, and what they were measured on', () => {
    const svg = chart('memory.svg')
    expect(svg).toContain('resident memory, MB')
    expect(svg).toContain('registrations, from trigger to accepted record')
    expect(svg).toContain('2 cores of a processor')
  })

  it('put a higher figure higher, and a later one further right', () => {
    const [, points = ''] = /points="([^"]+)"/.exec(chart('memory.svg')) ?? []
    const [first, second] = points
      .split(' ')
      .map((pair) => pair.split(',').map(Number))
    expect(second![0]).toBeGreaterThan(first![0]!)
    expect(second![1]).toBeLessThan(first![1]!)
  })

  it('need nothing from the web, and change with the colours of the page', () => {
    for (const name of readdirSync(path.join(folder, 'charts'))) {
      const svg = chart(name)
      expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
        /https?:|<script|<image|@import/
      )
      expect(svg).toContain('prefers-color-scheme: dark')
      expect(svg).not.toMatch(/NaN|undefined|Infinity/)
    }
  })
})
