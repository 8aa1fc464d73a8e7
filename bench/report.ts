import * as os from 'node:os'
import type { Machine, Run } from './result'

/** What it was measured on. */
export function machine(): Machine {
  const cpus = os.cpus()
  return {
    cpu: cpus[0]?.model ?? 'unknown',
    cores: cpus.length,
    memoryGb: Math.round(os.totalmem() / 1024 ** 3),
    platform: `${os.platform()} ${os.release()}`,
    node: process.version
  }
}

type Column = { title: string; cell: (run: Run) => string }

const COLUMNS: readonly Column[] = [
  { title: 'scenario', cell: ({ scenario }) => scenario },
  { title: 'store', cell: ({ store }) => store },
  { title: 'concurrent', cell: ({ concurrency }) => String(concurrency) },
  { title: 'waiting', cell: ({ backlog }) => String(backlog) },
  { title: 'per second', cell: ({ perSecond }) => perSecond.toFixed(0) },
  { title: 'p50 ms', cell: ({ p50Ms }) => p50Ms.toFixed(2) },
  { title: 'p99 ms', cell: ({ p99Ms }) => p99Ms.toFixed(1) },
  { title: 'CPU ms per unit', cell: (run) => run.cpuMsPerUnit.toFixed(2) },
  { title: 'RSS MB', cell: ({ rssMb }) => rssMb.toFixed(0) },
  { title: 'ratio', cell: (run) => run.ratioToBareHapi.toFixed(2) }
]

/** All rows as one Markdown table, which also a terminal shows well. */
export function table(runs: readonly Run[]): string {
  const rows = [
    COLUMNS.map(({ title }) => title),
    ...runs.map((run) => COLUMNS.map(({ cell }) => cell(run)))
  ]
  const widths = COLUMNS.map((_column, index) =>
    Math.max(...rows.map((row) => row[index]?.length ?? 0))
  )
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const [head = '', ...body] = rows.map((row) =>
    line(row.map((cell, index) => cell.padEnd(widths[index] ?? 0)))
  )
  return [head, line(widths.map((width) => '-'.repeat(width))), ...body].join(
    '\n'
  )
}

/**
 * What the last of a scenario's rows costs more than the one before it, in a sentence.
 *
 * @param adds what the last has and the other has not
 */
export function difference(adds: string, rows: readonly Run[]): string {
  const [without, last] = rows.slice(-2)
  if (without === undefined || last === undefined)
    throw new Error('nothing to compare')
  const cpu = last.cpuMsPerUnit - without.cpuMsPerUnit
  const p50 = last.p50Ms - without.p50Ms
  return `${adds} adds ${cpu.toFixed(2)} ms of CPU and ${p50.toFixed(2)} ms at the median per trigger, ${last.concurrency} at a time`
}
