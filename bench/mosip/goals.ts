import type { Run } from '../result'

type Goal = {
  scenario: RegExp
  words: string
  figure: (run: Run) => number
  isMet: (figure: number) => boolean
}

const GOALS: readonly Goal[] = [
  {
    scenario: /^registrations accepted, /,
    words: 'accepted, as a share of bare hapi: at least 0.5',
    figure: ({ ratioToBareHapi }) => ratioToBareHapi,
    isMet: (ratio) => ratio >= 0.5
  },
  {
    scenario: /all in$/,
    words: 'CPU per registration, all in: at most 1 ms',
    figure: ({ cpuMsPerUnit }) => cpuMsPerUnit,
    isMet: (ms) => ms <= 1
  },
  {
    scenario: /^credentials /,
    words: 'callbacks confirmed per second: at least 400',
    figure: ({ perSecond }) => perSecond,
    isMet: (perSecond) => perSecond >= 400
  },
  {
    scenario: /^verification /,
    words: 'verifications per second: at least 300',
    figure: ({ perSecond }) => perSecond,
    isMet: (perSecond) => perSecond >= 300
  },
  {
    scenario: /^credentials /,
    words: 'memory after all registrations: below 150 MB',
    figure: ({ rssMb }) => rssMb,
    isMet: (mb) => mb < 150
  }
]

/** Each goal beside what was measured, in a line; and what MOSIP's state does to the 202. */
export function goalLines(runs: readonly Run[]): string[] {
  return [
    ...GOALS.flatMap(({ figure, isMet, scenario, words }) =>
      runs
        .filter((run) => scenario.test(run.scenario))
        .map((run) => {
          const measured = figure(run)
          const verdict = isMet(measured) ? 'met' : 'missed'
          return `${verdict}: ${words}; ${measured.toFixed(2)} with ${run.concurrency} at a time`
        })
    ),
    ...outageLines(runs)
  ]
}

/** Within this share, two medians of a shared machine are the same. */
const NOISE = 1.15

function outageLines(runs: readonly Run[]): string[] {
  const ways = runs.filter(({ scenario }) =>
    scenario.startsWith('trigger to 202, MOSIP')
  )
  return ways
    .filter(({ scenario }) => !scenario.endsWith('instant'))
    .flatMap((run) => {
      const instant = ways.find(
        ({ concurrency, scenario }) =>
          concurrency === run.concurrency && scenario.endsWith('instant')
      )
      if (instant === undefined) return []
      const verdict = run.p50Ms <= instant.p50Ms * NOISE ? 'met' : 'missed'
      return [
        `${verdict}: ${run.scenario}: not slower than with an instant one; ${run.p50Ms.toFixed(2)} ms against ${instant.p50Ms.toFixed(2)} ms at the median with ${run.concurrency} at a time`
      ]
    })
}
