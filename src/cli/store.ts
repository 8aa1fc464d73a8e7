import type { Command } from 'commander'
import { NationalIdError } from '../domain/errors'
import type { KyselyAdapter } from '../store/kysely/adapter'
import { inUse } from '../store/kysely/in-use'
import { moveStore, type MoveReport } from '../store/kysely/move'
import { rewrapStore, type RewrapReport } from '../store/kysely/rewrap-store'
import type { StoreDependencies } from '../store/store'
import { addKeyOption, dependenciesFrom } from './encryption-key'
import { addStoreOptions, findStore } from './store-address'
import type { Terminal } from './terminal'

type Result = { status: number }

type RewrapOptions = {
  store?: string
  storeEnv?: string
  storeSchema: string
  keyEnv: string
  serversStopped?: boolean
}

type MoveChoice = {
  from?: string
  fromEnv?: string
  fromSchema: string
  to?: string
  toEnv?: string
  toSchema: string
  keyEnv: string
  evenInUse?: boolean
}

/** `store`: what can be done with a whole store. */
export function addStoreCommand(
  program: Command,
  terminal: Terminal,
  result: Result
): void {
  const store = program.command('store').description('a whole store')
  const rewrap = store
    .command('rewrap')
    .description(
      'seals everything that is sealed with another key anew with the current one, while servers run'
    )
    .option(
      '--servers-stopped',
      'allows a current key that no server has been started with yet'
    )
  addKeyOption(addStoreOptions(rewrap, 'store')).action(
    (options: RewrapOptions) => runRewrap(options, terminal, result)
  )
  const move = store
    .command('move')
    .description(
      'copies a store into another, compares them, and verifies the copy; the source stays as it is'
    )
    .option(
      '--even-in-use',
      'copies although a server is running, for practice: what it writes meanwhile is not copied'
    )
  addKeyOption(addStoreOptions(addStoreOptions(move, 'from'), 'to')).action(
    (options: MoveChoice) => runMove(options, terminal, result)
  )
}

async function runRewrap(
  options: RewrapOptions,
  terminal: Terminal,
  result: Result
): Promise<void> {
  const { keyEnv, serversStopped, store, storeEnv, storeSchema } = options
  const adapter = findStore(
    'store',
    { address: store, variable: storeEnv, schema: storeSchema },
    { access: 'shared', file: 'required' },
    terminal
  )
  const dependencies = await dependenciesFrom(keyEnv, terminal)
  const servers = serversStopped === true ? 'stopped' : 'running'
  const report = await rewrapStore(
    adapter,
    dependencies,
    servers,
    everyThousand((count) => {
      terminal.print(`${count} sealed anew\n`)
    })
  )
  terminal.print(describeRewrap(report))
  if (!report.isIncomplete && report.unreadable.length === 0) return
  result.status = 1
  terminal.fail(describeTrouble(report))
}

function describeRewrap({ former, keyId, rewrapped }: RewrapReport): string {
  const lines = [
    `${rewrapped} values were sealed anew with the key ${keyId}.`,
    ...former.map(
      ({ auditEntries, keyId: old, readablePeople, readableUntil = 0 }) =>
        [
          `Key ${old}: ${auditEntries} audit entries are verified with it.`,
          ...(readablePeople === 0
            ? []
            : [
                `${readablePeople} people are found by it until ${new Date(readableUntil).toISOString()}; servers need it until then.`
              ])
        ].join(' ')
    )
  ]
  return `${lines.join('\n')}\n`
}

function describeTrouble({ isIncomplete, unreadable }: RewrapReport): string {
  const lines = [
    ...(isIncomplete
      ? [
          'New values keep coming under another key: a server still writes with it. Give it the new one as current, and run this again.'
        ]
      : []),
    ...(unreadable.length === 0
      ? []
      : [
          `Damaged, and left as they are: ${unreadable.join(', ')}. Restore them from a backup, or cancel the deliveries.`
        ])
  ]
  return `${lines.join('\n')}\n`
}

async function runMove(
  options: MoveChoice,
  terminal: Terminal,
  result: Result
): Promise<void> {
  const { evenInUse } = options
  const access = evenInUse === true ? 'shared' : 'alone'
  const from = findStore(
    'from',
    {
      address: options.from,
      variable: options.fromEnv,
      schema: options.fromSchema
    },
    { access, file: 'required' },
    terminal
  )
  const to = findStore(
    'to',
    { address: options.to, variable: options.toEnv, schema: options.toSchema },
    { access, file: 'made' },
    terminal
  )
  const dependencies = await dependenciesFrom(options.keyEnv, terminal)
  const whenInUse = evenInUse === true ? 'copy' : 'refuse'
  const report = await move({ from, to, whenInUse }, dependencies, terminal)
  terminal.print(describeMove(report))
  if (report.audit.intact) return
  result.status = 1
  terminal.fail(
    `The copy is equal to its source, whose audit trail is broken at entry ${report.audit.brokenAt}: ${report.audit.problem}.\n`
  )
}

async function move(
  stores: {
    from: KyselyAdapter
    to: KyselyAdapter
    whenInUse: 'refuse' | 'copy'
  },
  dependencies: StoreDependencies,
  terminal: Terminal
): Promise<MoveReport> {
  const tell = new Map<string, (rows: number) => void>()
  try {
    return await moveStore(
      {
        ...stores,
        onProgress(title, rows) {
          const known = tell.get(title) ?? everyThousand(print(title))
          tell.set(title, known)
          known(rows)
        }
      },
      dependencies
    )
  } catch (error) {
    // A file that another process has open cannot be opened alone.
    if (error instanceof NationalIdError && error.code === 'ERR_STORE_BUSY')
      throw inUse('store')
    throw error
  }

  function print(title: string): (rows: number) => void {
    return (rows) => {
      terminal.print(`${title}: ${rows}\n`)
    }
  }
}

function describeMove({ audit, tables }: MoveReport): string {
  const lines = tables.map(
    ({ added, changed, removed, rows, title }) =>
      `${title}: ${rows}, of which ${added} added and ${changed} changed now; ${removed} removed`
  )
  const isNew = tables.some(
    ({ added, changed, removed }) => added + changed + removed > 0
  )
  return [
    ...lines,
    isNew
      ? 'Both stores are equal.'
      : 'Nothing was new. Both stores are equal.',
    ...(audit.intact
      ? [
          `The audit trail is intact: ${audit.entries} entries.`,
          `head ${audit.head}`
        ]
      : []),
    ''
  ].join('\n')
}

/** Tells of every thousandth or so, so that whoever waits sees it going on. */
function everyThousand(tell: (count: number) => void): (count: number) => void {
  let told = 0
  return (count) => {
    if (count - told < 1000) return
    told = count
    tell(count)
  }
}
