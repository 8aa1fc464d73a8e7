import { existsSync, readFileSync } from 'node:fs'
import * as path from 'node:path'
import {
  ALSO_SEEN,
  RELIABILITY,
  SECURITY,
  type Probe,
  type Shown
} from './incumbent-probes'

const TESTS = path.join(__dirname, '../..')

const named = (probes: readonly Probe[]) =>
  probes.map((probe) => [probe.row, probe.probe, probe.shown] as const)

/** The measurements, where they are at hand: in a folder `shared` beside this tree or above it. */
function measurements(): string | undefined {
  const file = 'shared/contracts/mosip/INCUMBENT.md'
  for (let folder = TESTS; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, file)
    if (existsSync(candidate)) return readFileSync(candidate, 'utf8')
    if (folder === path.dirname(folder)) return undefined
  }
}

/** The first cells of the table under a heading. */
function rowsOf(text: string, heading: string): string[] {
  const [, after = ''] = text.split(`\n## ${heading}`)
  const [section = ''] = after.split('\n## ')
  return [...section.matchAll(/^\| (\d+[a-z]?) \|/gm)].map(
    ([, row = '']) => row
  )
}

/** Whether a file has a test, or a row of a table of tests, of that name. */
function has([file, test]: Shown): boolean {
  const source = readFileSync(path.join(TESTS, file), 'utf8')
  return [`'${test}'`, `"${test}"`].some((name) => source.includes(name))
}

function isSkipping([file]: Shown): boolean {
  const source = readFileSync(path.join(TESTS, file), 'utf8')
  return /\b(?:it|test|describe)\.(?:skip|todo|failing|only)\b|\bx(?:it|test|describe)\(/.test(
    source
  )
}

describe.each([
  ['reliability', RELIABILITY],
  ['security', SECURITY],
  ['other faults', ALSO_SEEN]
])('of the %s probes', (_what, probes) => {
  it.each(named(probes))(
    '%s (%s) is shown by tests that there are, and that run',
    (_row, _probe, shown) => {
      expect(shown.filter((each) => !has(each))).toEqual([])
      expect(shown.filter(isSkipping)).toEqual([])
    }
  )
})

const text = measurements()
const whereMeasured = text === undefined ? it.skip : it

whereMeasured(
  'every row of the measurements is here (skipped without shared/contracts)',
  () => {
    const rows = (probes: readonly Probe[]) => probes.map(({ row }) => row)
    expect(rows(RELIABILITY)).toEqual(rowsOf(text ?? '', '2. Reliability'))
    expect(rows(SECURITY)).toEqual(rowsOf(text ?? '', '3. Security'))
  }
)
