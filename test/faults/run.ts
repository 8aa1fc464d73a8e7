import { randomInt } from 'node:crypto'
import { Command, InvalidArgumentError, Option } from 'commander'
import { isGood, reportLines } from './report'
import { runSeed, type SeedResult } from './run-seed'
import type { StoreKind } from './store-place'

type Options = {
  seeds: number
  seed?: number
  registrations: number
  store: StoreKind
  workers: number
  keep: boolean
}

/** Workers end with this process, but mounted file systems and a database would stay. */
const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // Whoever asks twice means it.
    if (interrupted.signal.aborted) process.exit(130)
    interrupted.abort()
  })

function wholeNumber(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number >= 1) return number
  throw new InvalidArgumentError('It must be a whole number from 1.')
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function run(options: Options): Promise<boolean> {
  const { keep, registrations, store, workers } = options
  const first = options.seed ?? randomInt(1, 1_000_000)
  const seeds = Array.from(
    { length: options.seeds },
    (_, index) => first + index
  )
  const results: SeedResult[] = []
  for (const seed of seeds) {
    print(
      `seed ${seed} begins; again with: --seed ${seed} --seeds 1 --store ${store} --workers ${workers} --registrations ${registrations}`
    )
    const tell = (line: string) => {
      print(`  seed ${seed}: ${line}`)
    }
    const result = await runSeed({
      signal: interrupted.signal,
      keep,
      seed,
      store,
      registrations,
      workers,
      tell
    })
    results.push(result)
    for (const line of reportLines(result)) print(line)
  }
  print('')
  for (const result of results) print(reportLines(result)[0] ?? '')
  const good = results.filter(isGood).length
  print(`${good} of ${results.length} seeds good`)
  return good === results.length
}

const program = new Command('test:faults')
  .description(
    'Registers people while everything goes wrong, and compares what core, the ID system and we hold.'
  )
  .option('--keep', "leave the database and the workers' log behind", false)
  .option('--seeds <number>', 'how many seeds', wholeNumber, 1)
  .option(
    '--seed <number>',
    'the first of them; default a random one',
    wholeNumber
  )
  .option(
    '--registrations <number>',
    'registrations for each seed',
    wholeNumber,
    1_000
  )
  .addOption(
    new Option('--store <kind>', 'where work is kept')
      .choices(['sqlite', 'postgres'])
      .default('sqlite')
  )
  .option(
    '--workers <number>',
    'country configurations at the same time',
    wholeNumber,
    1
  )

program.action(async (options: Options) => {
  process.exitCode = (await run(options)) ? 0 : 1
})
program.parseAsync().catch((failure: unknown) => {
  process.stderr.write(
    `${String(failure instanceof Error ? failure.stack : failure)}\n`
  )
  process.exitCode = 2
})
