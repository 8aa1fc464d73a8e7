import type { BenchResult, Run } from '../../bench/result'

/** A row whose figures matter to nobody but where they are given. */
export function run(figures: Partial<Run> & Pick<Run, 'scenario'>): Run {
  return {
    store: 'sqlite',
    concurrency: 64,
    backlog: 0,
    perSecond: 1_000,
    p50Ms: 10,
    p99Ms: 20,
    cpuMsPerUnit: 1,
    rssMb: 150,
    ratioToBareHapi: 0.5,
    ...figures
  }
}

/** A result in which every scenario has figures. */
export function sampleResult(): BenchResult {
  const scenarios = ['trigger', 'delivery', 'callback', 'mixed']
  return {
    machine: {
      cpu: 'a processor',
      cores: 2,
      memoryGb: 24,
      platform: 'linux',
      node: 'v20.20.2',
      loadGenerator: { cpuMsPerCall: 0.1, p50Ms: 0.08, p99Ms: 0.4 }
    },
    runs: [
      ...scenarios.flatMap((scenario) =>
        [1, 64].flatMap((concurrency) => [
          run({
            scenario: `bare hapi (${scenario})`,
            store: 'none',
            concurrency,
            ratioToBareHapi: 1
          }),
          ...(['sqlite', 'postgres'] as const).flatMap((store) =>
            [0, 1_000_000].map((backlog) =>
              run({ scenario, store, backlog, concurrency })
            )
          )
        ])
      ),
      run({ scenario: 'memory after 5000 registrations', rssMb: 140 }),
      run({ scenario: 'memory after 10000 registrations', rssMb: 180 })
    ]
  }
}
