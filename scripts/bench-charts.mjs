/**
 * Draws the figures of `npm run bench -- --json FILE` as SVG:
 *
 *   node scripts/bench-charts.mjs FILE docs/charts/
 *
 * The charts need nothing from anywhere else and are readable on light and on dark pages.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lineChart } from './line-chart.mjs'

const STORES = { sqlite: 'SQLite', postgres: 'PostgreSQL' }
const SCENARIOS = {
  trigger: 'Trigger to its durable 202',
  delivery: 'Delivery to the ID system',
  callback: 'Callback to the accepted record',
  mixed: 'A mixed day'
}
/** What the cost of a backlog is drawn for. */
const BACKLOG_CONCURRENCY = 64
const MEMORY = /^memory after (\d+) registrations$/

/** @returns the charts by file name; those without figures are left out */
function chartsOf(runs) {
  const charts = new Map()
  for (const [scenario, title] of Object.entries(SCENARIOS)) {
    charts.set(`throughput-${scenario}.svg`, throughput(runs, scenario, title))
  }
  charts.set('ratio-to-bare-hapi.svg', ratio(runs))
  charts.set('cost-of-backlog.svg', backlogCost(runs))
  charts.set('memory.svg', memory(runs))
  return new Map([...charts].filter(([, chart]) => chart.series.length > 0))
}

function throughput(runs, scenario, title) {
  const of = (name, store, label) =>
    series(
      label,
      runs.filter(
        (run) =>
          run.scenario === name && run.store === store && run.backlog === 0
      ),
      'concurrency',
      'perSecond'
    )
  const lines = Object.entries(STORES).flatMap(([store, label]) =>
    of(scenario, store, label)
  )
  return {
    title: `${title}: units per second`,
    x: 'units at a time',
    y: 'units per second',
    scale: 'log',
    series:
      lines.length === 0
        ? []
        : [...of(`bare hapi (${scenario})`, 'none', 'bare hapi'), ...lines]
  }
}

function ratio(runs) {
  return {
    title: 'Share of what bare hapi does in the same run',
    x: 'units at a time',
    y: 'share of the calls per second of bare hapi',
    scale: 'log',
    series: everyStore((scenario, store, label) =>
      series(
        label,
        runs.filter(
          (run) =>
            run.scenario === scenario &&
            run.store === store &&
            run.backlog === 0
        ),
        'concurrency',
        'ratioToBareHapi'
      )
    )
  }
}

function backlogCost(runs) {
  return {
    title: `What waiting rows cost, ${BACKLOG_CONCURRENCY} units at a time`,
    x: 'deliveries that wait in the store',
    y: 'units per second',
    scale: 'log',
    series: everyStore((scenario, store, label) =>
      series(
        label,
        runs.filter(
          (run) =>
            run.scenario === scenario &&
            run.store === store &&
            run.concurrency === BACKLOG_CONCURRENCY
        ),
        'backlog',
        'perSecond'
      )
    )
  }
}

function memory(runs) {
  return {
    title: 'Memory of the server through registrations',
    x: 'registrations, from trigger to accepted record',
    y: 'resident memory, MB',
    scale: 'linear',
    series: Object.entries(STORES).flatMap(([store, label]) =>
      series(
        label,
        runs
          .filter((run) => run.store === store)
          .flatMap((run) => {
            const after = MEMORY.exec(run.scenario)?.[1]
            return after === undefined
              ? []
              : [{ ...run, registrations: Number(after) }]
          }),
        'registrations',
        'rssMb'
      )
    )
  }
}

function everyStore(linesOf) {
  return Object.keys(SCENARIOS).flatMap((scenario, colour) =>
    Object.entries(STORES).flatMap(([store, label]) =>
      linesOf(scenario, store, `${scenario}, ${label}`).map((line) => ({
        ...line,
        colour,
        isDashed: store === 'postgres'
      }))
    )
  )
}

/** @returns one series, or none when it would have no point */
function series(label, rows, x, y) {
  const points = rows
    .map((row) => [row[x], row[y]])
    .sort((one, other) => one[0] - other[0])
  return points.length === 0 ? [] : [{ label, points }]
}

const [file, folder] = process.argv.slice(2)
if (file === undefined || folder === undefined) {
  console.error('usage: node scripts/bench-charts.mjs FILE FOLDER')
  process.exit(1)
}
const { machine, runs } = JSON.parse(readFileSync(file, 'utf8'))
mkdirSync(folder, { recursive: true })
const note = `${machine.cores} cores of ${machine.cpu}, Node ${machine.node}`
for (const [name, chart] of chartsOf(runs)) {
  writeFileSync(join(folder, name), lineChart({ ...chart, note }))
  console.log(join(folder, name))
}
