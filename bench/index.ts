/**
 * Measures what the package adds to a country configuration, each way beside a bare hapi route that parses the same
 * request and checks the same token, in one run:
 *
 *   npm run bench                            a table of everything
 *   npm run bench -- --only identity         one group: trigger, identity, mosip
 *   npm run bench -- --json FILE             and the same as JSON
 *   npm run bench -- --runs 5 --calls 2000 --concurrency 1,16
 *   npm run bench -- --only mosip --registrations 10000
 */
import { writeFileSync } from 'node:fs'
import { readArguments, type Arguments } from './arguments'
import { credential } from './identity/credential'
import { evidence } from './identity/evidence'
import { redeem } from './identity/redeem'
import { createKeys } from './keys'
import { measureScenario, type Run } from './measure'
import { goalLines } from './mosip/goals'
import { outage } from './mosip/outage'
import { measureThroughput } from './mosip/throughput'
import { verification } from './mosip/verification'
import { difference, machine, table } from './report'
import type { Scenario } from './scenario'
import { trigger } from './trigger'

const SCENARIOS: readonly Scenario[] = [
  trigger,
  redeem,
  evidence,
  credential,
  outage,
  verification
]

async function measureAll(
  asked: Arguments
): Promise<{ runs: Run[]; differences: string[] }> {
  const keys = createKeys()
  const runs: Run[] = []
  const differences: string[] = []
  const scenarios = SCENARIOS.filter(({ group }) =>
    asked.groups.includes(group)
  )
  for (const scenario of scenarios) {
    for (const concurrency of asked.concurrency) {
      const rows = await measureScenario(scenario, concurrency, {
        ...asked,
        keys
      })
      runs.push(...rows)
      if (scenario.adds !== undefined)
        differences.push(difference(scenario.adds, rows))
    }
  }
  if (asked.groups.includes('mosip')) {
    for (const concurrency of asked.concurrency)
      runs.push(...(await measureThroughput(concurrency, { ...asked, keys })))
  }
  return { runs, differences }
}

async function main(): Promise<void> {
  const asked = readArguments()
  const { runs, differences } = await measureAll(asked)
  console.log(`medians of ${asked.runs} runs on`, machine())
  console.log(table(runs))
  for (const each of [...differences, ...goalLines(runs)]) console.log(each)
  if (asked.json === undefined) return
  const result = { machine: machine(), runs }
  writeFileSync(asked.json, `${JSON.stringify(result, null, 2)}\n`)
  console.log(`written to ${asked.json}`)
}

main().catch((failure: unknown) => {
  console.error(failure)
  process.exitCode = 1
})
