/**
 * Measures what the package adds to a country configuration, each way beside a bare hapi route that parses the same
 * request and checks the same token, in one run:
 *
 *   npm run bench                              everything; the tables of docs/performance.md
 *   npm run bench -- --json FILE               and the same as JSON
 *   npm run bench -- --quick                   only to see that it all works
 *   npm run bench -- --only trigger,callback --store sqlite --concurrency 16,64 --backlog 0,100000 \
 *                    --seconds 4 --repeats 3
 *   npm run bench -- --memory 100000           the memory curve; also --start-up, --processes 1,2,4
 *   npm run bench -- --only identity,mosip     what single adapters cost
 *   npm run bench -- --from FILE --markdown docs/performance.md   fills in the tables, and measures nothing
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { readArguments, type Arguments } from './arguments'
import { countryGoalLines } from './country/goals'
import { measureGroups } from './groups'
import { fillMarkdown } from './markdown'
import { goalLines } from './mosip/goals'
import { machine, table } from './report'
import { readResult, type BenchResult, type Machine, type Run } from './result'

async function measure(asked: Arguments): Promise<BenchResult> {
  const here: Machine = machine()
  const runs: Run[] = []
  const said: string[] = []
  const result: BenchResult = { machine: here, runs }
  await measureGroups(asked, {
    add(rows) {
      runs.push(...rows)
      console.error(table(rows))
      // Written as it comes, so that what ends early is not lost.
      if (asked.json !== undefined) write(asked.json, result)
    },
    say: (line) => said.push(line),
    loadGenerator(floor) {
      if (floor !== undefined) here.loadGenerator = floor
    }
  })
  console.log(`medians of ${asked.repeats} runs on`, here)
  console.log(table(runs))
  for (const each of said) console.log(each)
  return result
}

function write(file: string, result: BenchResult): void {
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`)
}

async function main(): Promise<void> {
  const asked = readArguments()
  const result =
    asked.from === undefined
      ? await measure(asked)
      : readResult(readFileSync(asked.from, 'utf8'))
  for (const each of [
    ...countryGoalLines(result.runs),
    ...goalLines(result.runs)
  ])
    console.log(each)
  if (asked.json !== undefined) {
    write(asked.json, result)
    console.log(`written to ${asked.json}`)
  }
  if (asked.markdown !== undefined) {
    const text = readFileSync(asked.markdown, 'utf8')
    writeFileSync(asked.markdown, fillMarkdown(text, result))
    console.log(`filled in ${asked.markdown}`)
  }
}

main().catch((failure: unknown) => {
  console.error(failure)
  process.exitCode = 1
})
