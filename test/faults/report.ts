import type { Finding } from './check'
import type { SeedResult } from './run-seed'

const FAULTS = ['lost', 'duplicated', 'stuck'] as const

/** What is told and makes no run bad; see `check`. */
const HARMLESS: readonly Finding['kind'][] = [
  'parked',
  'misshown',
  'contradicted'
]

/** Whether everything of a seed was as it must be. */
export function isGood({ deaths, findings, leaks }: SeedResult): boolean {
  return (
    deaths.length === 0 &&
    leaks.length === 0 &&
    findings.every(({ kind }) => HARMLESS.includes(kind))
  )
}

/** One line for a seed, and one more for each thing that is wrong with it. */
export function reportLines(result: SeedResult): string[] {
  const { deaths, findings, helped, leaks } = result
  const counts = FAULTS.map((kind) => `${kind} ${count(findings, kind)}`)
  const help = Object.entries(helped).map(([code, times]) => `${code} ${times}`)
  return [
    [
      `seed ${result.seed}`,
      `${result.store} x${result.workers}`,
      `${result.registrations} registrations`,
      `${result.kills} kills of ${result.episodes} troubles`,
      ...counts,
      `misshown ${count(findings, 'misshown')}`,
      `parked ${count(findings, 'parked')}`,
      `contradicted ${count(findings, 'contradicted')}`,
      `died ${deaths.length}`,
      `leaks ${leaks.length}`,
      `helped ${help.length === 0 ? 'none' : help.join(', ')}`,
      `${result.seconds.toFixed(0)} s`,
      isGood(result) ? 'good' : 'NOT GOOD'
    ].join(' | '),
    ...findings.map(
      ({ eventId = '', kind, number, what }) =>
        `  ${kind}: number ${number} ${eventId}: ${what}`
    ),
    ...deaths.map((death) => `  died: ${death}`),
    ...leaks.map((leak) => `  leak: ${leak}`)
  ]
}

function count(findings: readonly Finding[], kind: Finding['kind']): number {
  return findings.filter((finding) => finding.kind === kind).length
}
