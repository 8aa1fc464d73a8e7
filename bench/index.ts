/**
 * Measures the way from a trigger to its durable 202 beside a bare hapi route that parses the same body and checks the
 * same token, in one run:
 *
 *   npm run bench                       a table
 *   npm run bench -- --json FILE        and the same as JSON
 *   npm run bench -- --runs 5 --calls 2000
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import * as http from 'node:http'
import * as os from 'node:os'
import * as path from 'node:path'
import { parseArgs } from 'node:util'
import { sendAll } from './load'
import { createKeys, createTriggers, type TriggerCall } from './trigger-load'

type Run = {
  scenario: string
  store: string
  concurrency: number
  perSecond: number
  p50Ms: number
  p99Ms: number
  cpuMsPerUnit: number
  rssMb: number
  ratioToBareHapi: number
}

type Kind = 'bareHapi' | 'trigger'

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    runs: { type: 'string', default: '3' },
    calls: { type: 'string', default: '2000' },
    concurrency: { type: 'string', default: '1,16,64' }
  }
})

function machine() {
  const cpus = os.cpus()
  return {
    cpu: cpus[0]?.model ?? 'unknown',
    cores: cpus.length,
    memoryGb: Math.round(os.totalmem() / 1024 ** 3),
    platform: `${os.platform()} ${os.release()}`,
    node: process.version
  }
}

async function measure(
  kind: Kind,
  calls: readonly TriggerCall[],
  concurrency: number,
  publicKey: string
): Promise<Omit<Run, 'ratioToBareHapi'>> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'national-id-bench-'))
  const child = fork(path.join(__dirname, 'server.js'), [], {
    stdio: 'inherit'
  })
  const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency })
  try {
    child.send({ kind, publicKey, folder })
    const { url } = (await answerOf(child)) as { url: string }
    const route = `${url}/trigger/events/birth/actions/REGISTER`
    // The first calls compile and open connections; they are not counted.
    const warmUp = Math.floor(calls.length / 5)
    await sendAll(route, calls.slice(0, warmUp), concurrency, agent)
    const before = await usage(child)
    const counted = calls.slice(warmUp)
    const load = await sendAll(route, counted, concurrency, agent)
    const after = await usage(child)
    return {
      scenario: kind === 'trigger' ? 'trigger to 202' : 'bare hapi',
      store: kind === 'trigger' ? 'sqlite' : 'none',
      concurrency,
      ...load,
      cpuMsPerUnit: (after.cpuMs - before.cpuMs) / counted.length,
      rssMb: after.rssMb
    }
  } finally {
    agent.destroy()
    child.send('stop')
    await once(child, 'exit')
    rmSync(folder, { recursive: true, force: true })
  }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const [message] = (await once(child, 'message')) as [unknown]
  return message
}

async function usage(
  child: ChildProcess
): Promise<{ cpuMs: number; rssMb: number }> {
  child.send('usage')
  return (await answerOf(child)) as { cpuMs: number; rssMb: number }
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

function medianRun(
  runs: ReadonlyArray<Omit<Run, 'ratioToBareHapi'>>
): Omit<Run, 'ratioToBareHapi'> {
  const [first] = runs
  if (first === undefined) throw new Error('nothing was measured')
  const of = (
    key: 'perSecond' | 'p50Ms' | 'p99Ms' | 'cpuMsPerUnit' | 'rssMb'
  ) => Number(median(runs.map((run) => run[key])).toFixed(2))
  return {
    ...first,
    perSecond: of('perSecond'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    cpuMsPerUnit: of('cpuMsPerUnit'),
    rssMb: of('rssMb')
  }
}

async function main(): Promise<void> {
  const keys = createKeys()
  const runs: Run[] = []
  const counts = values.concurrency.split(',').map(Number)
  for (const concurrency of counts) {
    const measured: Record<Kind, Array<Omit<Run, 'ratioToBareHapi'>>> = {
      bareHapi: [],
      trigger: []
    }
    for (let i = 0; i < Number(values.runs); i += 1) {
      const calls = createTriggers(Number(values.calls), keys.privateKey)
      // In turn, so that a change of the machine's speed meets both.
      for (const kind of ['bareHapi', 'trigger'] as const) {
        measured[kind].push(
          await measure(kind, calls, concurrency, keys.publicKey)
        )
      }
    }
    const bare = medianRun(measured.bareHapi)
    const ours = medianRun(measured.trigger)
    runs.push({ ...bare, ratioToBareHapi: 1 })
    runs.push({
      ...ours,
      ratioToBareHapi: Number((ours.perSecond / bare.perSecond).toFixed(3))
    })
  }
  console.log(`medians of ${values.runs} runs on`, machine())
  console.table(runs)
  if (values.json !== undefined) {
    writeFileSync(
      values.json,
      `${JSON.stringify({ machine: machine(), runs }, null, 2)}\n`
    )
    console.log(`written to ${values.json}`)
  }
}

void main()
