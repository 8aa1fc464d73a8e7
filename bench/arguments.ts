import { parseArgs } from 'node:util'
import { STORES, type MeasuredStore } from './country/databases'
import { SCENARIOS } from './country/matrix'

/** What can be named in `--only`. */
export const GROUPS = [
  ...SCENARIOS,
  'memory',
  'start-up',
  'processes',
  'identity',
  'mosip'
] as const

export type GroupName = (typeof GROUPS)[number]

/** What was asked for on the command line. */
export type Arguments = {
  groups: readonly GroupName[]
  stores: readonly MeasuredStore[]
  concurrency: readonly number[]
  /** Rows that wait in the store. */
  backlogs: readonly number[]
  /** Of each measurement. */
  seconds: number
  repeats: number
  /** Units before the clock starts, at the least. */
  warmUp: number
  /** Registrations of the memory curve. */
  memory: number
  /** Servers on one database. */
  processes: readonly number[]
  /** Of each measurement of the group `identity`, and with MOSIP. */
  calls: number
  /** With MOSIP, of each run. */
  registrations: number
  /** A PostgreSQL server to use instead of a private one. */
  postgresUrl?: string
  /** File for the figures. */
  json?: string
  /** File of figures to read instead of measuring. */
  from?: string
  /** Document whose tables are filled in. */
  markdown?: string
}

const USUAL = {
  store: STORES.join(),
  concurrency: '1,16,64,256',
  backlog: '0,100000,1000000',
  seconds: '4',
  repeats: '3',
  'warm-up': '400',
  memory: '100000',
  processes: '1,2,4',
  calls: '3000',
  registrations: '2000'
}

/** Enough to see that everything works. */
const QUICK: typeof USUAL = {
  store: STORES.join(),
  concurrency: '16',
  backlog: '0,2000',
  seconds: '0.5',
  repeats: '1',
  'warm-up': '50',
  memory: '400',
  processes: '1,2',
  calls: '100',
  registrations: '60'
}

const text = { type: 'string' } as const

/** @throws Error that says which argument is wrong */
export function readArguments(args = process.argv.slice(2)): Arguments {
  const { values } = parseArgs({
    args,
    options: {
      only: text,
      store: text,
      concurrency: text,
      backlog: text,
      seconds: text,
      repeats: text,
      'warm-up': text,
      memory: text,
      processes: text,
      calls: text,
      registrations: text,
      quick: { type: 'boolean', default: false },
      'start-up': { type: 'boolean', default: false },
      'postgres-url': text,
      json: text,
      from: text,
      markdown: text
    }
  })
  const preset = values.quick ? QUICK : USUAL
  const given = (name: keyof typeof USUAL) => values[name] ?? preset[name]
  const one = (name: keyof typeof USUAL) => asCount(name, given(name))
  const many = (name: keyof typeof USUAL, least = 1) =>
    given(name)
      .split(',')
      .map((each) => asCount(name, each, least))
  return {
    groups: groupsOf(values),
    stores: given('store')
      .split(',')
      .map((each) => asOneOf('store', each, STORES)),
    concurrency: many('concurrency'),
    backlogs: many('backlog', 0),
    seconds: asSeconds(given('seconds')),
    repeats: one('repeats'),
    warmUp: one('warm-up'),
    memory: one('memory'),
    processes: many('processes'),
    calls: one('calls'),
    registrations: one('registrations'),
    ...present('postgresUrl', values['postgres-url']),
    ...present('json', values.json),
    ...present('from', values.from),
    ...present('markdown', values.markdown)
  }
}

/** Whatever is named; everything where nothing is. */
function groupsOf(values: {
  only?: string
  memory?: string
  processes?: string
  'start-up': boolean
}): GroupName[] {
  const named: GroupName[] = (values.only?.split(',') ?? []).map((each) =>
    asOneOf('only', each, GROUPS)
  )
  if (values.memory !== undefined) named.push('memory')
  if (values.processes !== undefined) named.push('processes')
  if (values['start-up']) named.push('start-up')
  return named.length === 0 ? [...GROUPS] : named
}

function present<Key extends string>(
  key: Key,
  value: string | undefined
): { [K in Key]?: string } {
  // A computed key makes TypeScript forget which one it is.
  return value === undefined
    ? {}
    : ({ [key]: value } as { [K in Key]?: string })
}

function asOneOf<Word extends string>(
  name: string,
  text: string,
  words: readonly Word[]
): Word {
  const word = words.find((each) => each === text)
  if (word !== undefined) return word
  throw new Error(`--${name} ${text}: it takes ${words.join(', ')}.`)
}

function asCount(name: string, text: string, least = 1): number {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count >= least) return count
  throw new Error(`--${name} ${text}: it takes whole numbers from ${least}.`)
}

function asSeconds(text: string): number {
  const seconds = Number(text)
  if (seconds > 0 && seconds <= 600) return seconds
  throw new Error(`--seconds ${text}: it takes a number up to 600.`)
}
