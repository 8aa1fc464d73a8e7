import { countryGoalLines } from './country/goals'
import { MEMORY } from './country/memory'
import { PROCESSES } from './country/processes'
import { goalLines } from './mosip/goals'
import { table } from './report'
import type { BenchResult, Machine, Run } from './result'
import { capacityOf, needOf, slowestStep } from './scaling-model'

type Part = (result: BenchResult) => string

/** What each marker of a document stands for. */
const PARTS: Readonly<Record<string, Part>> = {
  machine: ({ machine }) => machineLine(machine),
  trigger: charted(
    rowsOf(/^(bare hapi \()?trigger\)?$/),
    'Triggers per second by concurrency',
    'throughput-trigger'
  ),
  delivery: charted(
    rowsOf(/^(bare hapi \()?delivery\)?$/),
    'Deliveries per second by concurrency',
    'throughput-delivery'
  ),
  callback: charted(
    rowsOf(/^(bare hapi \()?callback\)?$/),
    'Callbacks per second by concurrency',
    'throughput-callback'
  ),
  mixed: charted(
    rowsOf(/^(bare hapi \()?mixed\)?$/),
    'Units of a mixed day per second by concurrency',
    'throughput-mixed'
  ),
  processes: rowsOf(PROCESSES, /^bare hapi \(processes\)$/),
  'start-up': rowsOf(/^(bare hapi \()?start-up\)?$/),
  memory: charted(rowsOf(MEMORY), 'Memory through registrations', 'memory'),
  backlog: ({ runs }) =>
    runs.some(({ backlog }) => backlog > 0)
      ? [
          image('Share of bare hapi by concurrency', 'ratio-to-bare-hapi'),
          image('Units per second by waiting rows', 'cost-of-backlog')
        ].join('\n\n')
      : '',
  identity: rowsOf(/redeem|declaration|identity check/),
  mosip: rowsOf(
    /MOSIP|registrations\)|^registrations|credentials|verification/
  ),
  goals: ({ runs }) =>
    [...countryGoalLines(runs), ...goalLines(runs)]
      .map((line) => `- ${line}`)
      .join('\n'),
  'scaling-sqlite': (result) => scaling(result, 'sqlite'),
  'scaling-postgres': (result) => scaling(result, 'postgres')
}

const MARKED = /(<!-- bench:([a-z-]+) -->\n)[\s\S]*?(<!-- \/bench -->)/g

/**
 * Fills what stands between `<!-- bench:trigger -->` and `<!-- /bench -->` in a document, and so on, from a result. What the
 * result says nothing about stays.
 *
 * @throws Error for a marker that means nothing
 */
export function fillMarkdown(text: string, result: BenchResult): string {
  return text.replace(
    MARKED,
    (whole, opening: string, name: string, closing: string) => {
      const part = PARTS[name]
      if (part === undefined)
        throw new Error(
          `bench:${name} is not known; known are ${Object.keys(PARTS).join(', ')}`
        )
      const filled = part(result)
      return filled === '' ? whole : `${opening}\n${filled}\n\n${closing}`
    }
  )
}

function rowsOf(...scenarios: RegExp[]): Part {
  return ({ runs }) => {
    const rows = runs.filter(({ scenario }) =>
      scenarios.some((each) => each.test(scenario))
    )
    return rows.length === 0 ? '' : table(inOrder(rows))
  }
}

/** With the chart that scripts/bench-charts.mjs draws of the same rows. */
function charted(part: Part, alt: string, chart: string): Part {
  return (result) => {
    const rows = part(result)
    return rows === '' ? '' : `${rows}\n\n${image(alt, chart)}`
  }
}

function image(alt: string, chart: string): string {
  return `![${alt}](charts/${chart}.svg)`
}

/** By concurrency, the bare rows first; otherwise as they came. */
function inOrder(rows: readonly Run[]): Run[] {
  return [...rows].sort((a, b) => a.concurrency - b.concurrency)
}

function machineLine(machine: Machine): string {
  const { cores, cpu, loadGenerator, memoryGb, node, platform } = machine
  const measured = `Measured on ${cores} cores of ${cpu} with ${memoryGb} GB, ${platform}, Node ${node}.`
  if (loadGenerator === undefined) return measured
  const { cpuMsPerCall, p50Ms, p99Ms } = loadGenerator
  return `${measured} The load generator itself, together with a server that does nothing, needs ${cpuMsPerCall} ms of processor time for a call and ${p50Ms} ms at the median (p99 ${p99Ms} ms), which is part of every latency below.`
}

const POPULATIONS = [1, 10, 100, 1_400]

function scaling({ runs }: BenchResult, store: 'sqlite' | 'postgres'): string {
  const capacity = capacityOf(runs, store)
  if (capacity === undefined) return ''
  const head = [
    'people (million)',
    'births a year',
    'busiest second',
    'processes for it',
    store === 'sqlite' ? 'one process is enough' : 'replicas planned',
    'mean use of one process',
    'catching up after a day without the ID system',
    'that day on disk'
  ]
  const rows = POPULATIONS.map((million) => {
    const need = needOf(million * 1_000_000, capacity)
    return [
      million.toLocaleString('en'),
      Math.round(need.birthsPerYear).toLocaleString('en'),
      `${need.peakPerSecond.toFixed(2)} units`,
      String(need.processes),
      store === 'sqlite'
        ? need.isEnough
          ? 'yes'
          : 'no'
        : String(need.replicas),
      `${(need.meanShare * 100).toFixed(3)} %`,
      `${need.catchUpMinutes.toFixed(2)} minutes`,
      `${need.dayOnDiskMb.toFixed(1)} MB`
    ]
  })
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const { backlog, callback, delivery, mixed, trigger } = capacity
  return [
    `One process, 64 at a time, ${backlog.toLocaleString('en')} rows waiting: ${[
      `${trigger.toFixed(0)} triggers`,
      `${delivery.toFixed(0)} deliveries`,
      `${callback.toFixed(0)} callbacks to acceptances`,
      `${mixed.toFixed(0)} units of a mixed day`
    ].join(', ')} a second. It is slowest at the ${slowestStep(capacity)}.`,
    '',
    line(head),
    line(head.map(() => '---')),
    ...rows.map(line)
  ].join('\n')
}
