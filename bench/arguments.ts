import { parseArgs } from 'node:util'
import { GROUPS, type Group } from './scenario'

/** What was asked for on the command line. */
export type Arguments = {
  groups: readonly Group[]
  runs: number
  calls: number
  concurrency: readonly number[]
  /** With MOSIP, of each run. */
  registrations: number
  /** File for the figures. */
  json?: string
}

/** @throws Error that says which argument is wrong */
export function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: GROUPS.join() },
      json: { type: 'string' },
      runs: { type: 'string', default: '3' },
      calls: { type: 'string', default: '3000' },
      concurrency: { type: 'string', default: '1,16,64' },
      registrations: { type: 'string', default: '2000' }
    }
  })
  const { only, json, runs, calls, concurrency, registrations } = values
  return {
    groups: only.split(',').map(asGroup),
    runs: asCount('runs', runs),
    calls: asCount('calls', calls),
    registrations: asCount('registrations', registrations),
    concurrency: concurrency
      .split(',')
      .map((text) => asCount('concurrency', text)),
    ...(json === undefined ? {} : { json })
  }
}

function asGroup(text: string): Group {
  const group = GROUPS.find((each) => each === text)
  if (group !== undefined) return group
  throw new Error(`--only ${text}: the groups are ${GROUPS.join(', ')}.`)
}

function asCount(name: string, text: string): number {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count > 0) return count
  throw new Error(`--${name} ${text}: it takes whole numbers above 0.`)
}
