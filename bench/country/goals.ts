import type { Run } from '../result'
import { MEMORY } from './memory'
import { PROCESSES } from './processes'

const STORE_NAMES = { none: 'none', sqlite: 'SQLite', postgres: 'PostgreSQL' }

/** How much more a million waiting rows may cost. */
const BACKLOG_SHARE = 0.8

/** Each goal that the rows say something about, with what was measured, in a line. */
export function countryGoalLines(runs: readonly Run[]): string[] {
  return [
    ...triggerLines(runs),
    ...backlogLines(runs),
    ...callbackLines(runs),
    ...memoryLines(runs),
    ...processLines(runs)
  ]
}

function line(isMet: boolean, goal: string, measured: string): string {
  return `${isMet ? 'met' : 'missed'}: ${goal}; ${measured}`
}

function triggerLines(runs: readonly Run[]): string[] {
  return runs
    .filter(
      ({ backlog, concurrency, scenario }) =>
        scenario === 'trigger' && concurrency === 64 && backlog === 0
    )
    .flatMap(({ p99Ms, ratioToBareHapi, store }) => {
      const least = store === 'postgres' ? 0.35 : 0.5
      return [
        line(
          ratioToBareHapi >= least,
          `trigger to 202 on ${STORE_NAMES[store]}, 64 at a time: at least ${least} of bare hapi`,
          ratioToBareHapi.toFixed(2)
        ),
        line(
          p99Ms < 25,
          `trigger to 202 on ${STORE_NAMES[store]}, 64 at a time: p99 under 25 ms`,
          `${p99Ms.toFixed(1)} ms (bare hapi ${bareP99(runs, 'trigger', 64)} ms)`
        )
      ]
    })
}

function bareP99(
  runs: readonly Run[],
  scenario: string,
  concurrency: number
): string {
  const bare = runs.find(
    (run) =>
      run.scenario === `bare hapi (${scenario})` &&
      run.concurrency === concurrency
  )
  return bare?.p99Ms.toFixed(1) ?? 'unknown'
}

function backlogLines(runs: readonly Run[]): string[] {
  return runs
    .filter(({ backlog }) => backlog >= 1_000_000)
    .flatMap((run) => {
      const empty = runs.find(
        (each) =>
          each.scenario === run.scenario &&
          each.store === run.store &&
          each.concurrency === run.concurrency &&
          each.backlog === 0
      )
      if (empty === undefined || run.scenario === 'start-up') return []
      const share = run.perSecond / empty.perSecond
      return [
        line(
          share >= BACKLOG_SHARE,
          `${run.scenario} on ${STORE_NAMES[run.store]} with ${run.backlog} waiting, ${run.concurrency} at a time: within 20 % of empty`,
          `${(share * 100).toFixed(0)} %`
        )
      ]
    })
}

function callbackLines(runs: readonly Run[]): string[] {
  return runs
    .filter(
      ({ backlog, concurrency, scenario }) =>
        scenario === 'callback' && concurrency === 64 && backlog === 0
    )
    .map(({ perSecond, store }) =>
      line(
        perSecond >= 400,
        `callback to accepted on ${STORE_NAMES[store]}, one process: at least 400 per second`,
        perSecond.toFixed(0)
      )
    )
}

function memoryLines(runs: readonly Run[]): string[] {
  return ['sqlite', 'postgres'].flatMap((store) => {
    const curve = runs.filter(
      (run) => run.store === store && MEMORY.test(run.scenario)
    )
    const most = Math.max(...curve.map(({ rssMb }) => rssMb))
    if (curve.length === 0) return []
    return [
      line(
        most < 200,
        `${curve.at(-1)?.scenario ?? ''} on ${store}: under 200 MB all the way`,
        `${most.toFixed(0)} MB at the most`
      )
    ]
  })
}

function processLines(runs: readonly Run[]): string[] {
  const counted = runs.flatMap((run) => {
    const count = PROCESSES.exec(run.scenario)?.[1]
    return count === undefined ? [] : [{ run, count: Number(count) }]
  })
  const alone = counted.find(({ count }) => count === 1)?.run
  if (alone === undefined) return []
  return counted
    .filter(({ count }) => count > 1)
    .map(({ count, run }) => {
      const times = run.perSecond / alone.perSecond
      const cores = (run.perSecond * run.cpuMsPerUnit) / 1000
      return line(
        times >= 1.6,
        `${count} processes on PostgreSQL: at least 1.6 times one`,
        `${times.toFixed(2)} times; the servers used ${cores.toFixed(2)} cores, PostgreSQL, core, the ID system and the load generator share the rest`
      )
    })
}
