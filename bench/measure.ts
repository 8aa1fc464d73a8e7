import { sendAll } from './load'
import type { Scenario, Variant } from './scenario'
import type { BenchKeys } from './keys'
import type { Run } from './result'
import { withServer } from './server-process'
import { median, rounded } from './statistics'

/** How much is measured. */
export type Effort = {
  runs: number
  /** Of each run; a fifth of them are sent before the clock starts. */
  calls: number
  keys: BenchKeys
}

/** What one measurement gives. */
export type Figures = Pick<
  Run,
  'perSecond' | 'p50Ms' | 'p99Ms' | 'cpuMsPerUnit' | 'rssMb'
>

/** Measures the rows of a scenario, run by run in turn, so that a change of the machine's speed meets all of them. */
export async function measureScenario(
  scenario: Scenario,
  concurrency: number,
  effort: Effort
): Promise<Run[]> {
  const measured: Array<{ variant: Variant; figures: Figures[] }> = []
  for (let run = 0; run < effort.runs; run += 1) {
    const order = { count: effort.calls, keys: effort.keys }
    const variants = await scenario.variants(order)
    for (const [index, variant] of variants.entries()) {
      const row = (measured[index] ??= { variant, figures: [] })
      row.figures.push(await measure(variant, concurrency, effort.keys))
    }
  }
  const bare = measured[0]?.figures ?? []
  return measured.map(({ variant, figures }) => {
    const store = variant.server === 'bareHapi' ? 'none' : 'sqlite'
    return medianRun(
      { scenario: variant.name, store, concurrency },
      figures,
      bare
    )
  })
}

function measure(
  variant: Variant,
  concurrency: number,
  keys: BenchKeys
): Promise<Figures> {
  const { mosip, refusal, server } = variant
  const choice = { kind: server, ...(mosip === undefined ? {} : { mosip }) }
  // Making the calls may take more connections than sending them.
  const connections = Math.max(concurrency, 16)
  return withServer(choice, keys, connections, async ({ target, usage }) => {
    const calls = await variant.calls(target)
    // The first calls compile and open connections; they are not counted.
    const warmUp = Math.floor(calls.length / 5)
    await sendAll(target, calls.slice(0, warmUp), concurrency, refusal)
    const before = await usage()
    const counted = calls.slice(warmUp)
    const load = await sendAll(target, counted, concurrency, refusal)
    const after = await usage()
    return {
      ...load,
      cpuMsPerUnit: (after.cpuMs - before.cpuMs) / counted.length,
      rssMb: after.rssMb
    }
  })
}

/** One row out of the figures of several runs, beside those of the bare hapi server in the same runs. */
export function medianRun(
  about: Pick<Run, 'scenario' | 'store' | 'concurrency'> & {
    /** Default 0. */
    backlog?: number
  },
  figures: readonly Figures[],
  bare: readonly Figures[]
): Run {
  const medians = mediansOf(figures)
  const { perSecond } = mediansOf(bare)
  return {
    backlog: 0,
    ...about,
    ...medians,
    ratioToBareHapi: rounded(medians.perSecond / perSecond, 3)
  }
}

function mediansOf(figures: readonly Figures[]): Figures {
  const of = (key: keyof Figures, digits?: number) =>
    rounded(median(figures.map((each) => each[key])), digits)
  return {
    perSecond: of('perSecond'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    cpuMsPerUnit: of('cpuMsPerUnit', 3),
    rssMb: of('rssMb')
  }
}
