import type { Arguments, GroupName } from './arguments'
import { createDatabases, type Databases } from './country/databases'
import { measureMatrix, SCENARIOS } from './country/matrix'
import type { Bench } from './country/measure-cell'
import { measureMemory } from './country/memory'
import { measureProcesses } from './country/processes'
import { measureStartUp } from './country/start-up'
import { startGenerator } from './generator/start'
import { credential } from './identity/credential'
import { evidence } from './identity/evidence'
import { redeem } from './identity/redeem'
import { createKeys } from './keys'
import { measureScenario } from './measure'
import { outage } from './mosip/outage'
import { measureThroughput } from './mosip/throughput'
import { verification } from './mosip/verification'
import { difference } from './report'
import type { Machine, Run } from './result'
import { rounded } from './statistics'

/** Groups that need databases and the load generator. */
const COUNTRY: readonly GroupName[] = [
  ...SCENARIOS,
  'memory',
  'start-up',
  'processes'
]

/** More sign-ins at once than this are refused, as they should be. */
const MOST_SIGN_INS = 64

/** Where figures go as they come. */
export type Sink = {
  add(runs: readonly Run[]): void
  /** A comparison in words. */
  say(line: string): void
  loadGenerator(floor: Machine['loadGenerator']): void
}

/** Measures what was asked for. */
export async function measureGroups(
  asked: Arguments,
  sink: Sink
): Promise<void> {
  const keys = createKeys()
  if (asked.groups.some((group) => COUNTRY.includes(group))) {
    const generator = await startGenerator(keys)
    const databases = await createDatabases(
      asked.stores,
      keys,
      asked.postgresUrl
    )
    const { seconds, warmUp } = asked
    const bench: Bench = { generator, keys, seconds, warmUp }
    try {
      const floor = await generator.floor()
      sink.loadGenerator({
        cpuMsPerCall: rounded(floor.cpuMsPerCall, 3),
        p50Ms: rounded(floor.p50Ms),
        p99Ms: rounded(floor.p99Ms)
      })
      await measureCountry(asked, bench, databases, sink)
    } finally {
      await databases.remove()
      await generator.stop()
    }
  }
  await measureSystems(asked, keys, sink)
}

async function measureCountry(
  { backlogs, concurrency, groups, memory, processes, repeats }: Arguments,
  bench: Bench,
  databases: Databases,
  sink: Sink
): Promise<void> {
  for (const scenario of SCENARIOS) {
    if (!groups.includes(scenario)) continue
    for (const each of concurrency) {
      const order = { scenario, concurrency: each, backlogs, repeats }
      sink.add(await measureMatrix(bench, databases, order))
    }
  }
  if (groups.includes('processes')) {
    const order = { counts: processes, repeats }
    sink.add(await measureProcesses(bench, databases, order))
  }
  if (groups.includes('start-up'))
    sink.add(await measureStartUp(bench, databases, { backlogs, repeats }))
  if (groups.includes('memory')) {
    for (const store of databases.stores)
      sink.add(await measureMemory(bench, databases, store, memory))
  }
}

/** What single adapters and entries cost: counted calls on SQLite. */
async function measureSystems(
  asked: Arguments,
  keys: ReturnType<typeof createKeys>,
  sink: Sink
): Promise<void> {
  const { calls, groups, registrations, repeats: runs } = asked
  const effort = { calls, keys, runs }
  const scenarios = [redeem, evidence, credential, outage, verification]
  const concurrency = asked.concurrency.filter((each) => each <= MOST_SIGN_INS)
  for (const scenario of scenarios) {
    if (!groups.includes(scenario.group)) continue
    for (const each of concurrency) {
      const rows = await measureScenario(scenario, each, effort)
      sink.add(rows)
      if (scenario.adds !== undefined) sink.say(difference(scenario.adds, rows))
    }
  }
  if (!groups.includes('mosip')) return
  for (const each of concurrency)
    sink.add(await measureThroughput(each, { ...effort, registrations }))
}
