import { existsSync } from 'node:fs'
import * as path from 'node:path'
import * as product from 'opencrvs-national-id'
import { packageFolder } from './package-folder'
import { findPostgres } from './postgres-place'
import { isGood, reportLines } from './report'
import { runSeed, type SeedOrder } from './run-seed'

/** As large as the minutes of a test run allow; `npm run test:faults` goes on for longer. */
const REGISTRATIONS = 100

const told: string[] = []

beforeAll(() => {
  if (!existsSync(path.join(packageFolder(), 'dist/index.js')))
    throw new Error('dist is missing: run `npm run build` before this test')
})

async function weather(order: Pick<SeedOrder, 'seed' | 'store' | 'workers'>) {
  const result = await runSeed({
    ...order,
    registrations: REGISTRATIONS,
    tell: (line) => void told.push(line)
  })
  const report = reportLines(result)
  // What is wrong is in the lines.
  expect([isGood(result), ...report.slice(1)]).toEqual([true])
  expect(result.kills).toBeGreaterThan(0)
}

describe('a hundred registrations while everything goes wrong', () => {
  it('are all registered once, with one identity each, on SQLite', async () => {
    await weather({ seed: 11, store: 'sqlite', workers: 1 })
  }, 120_000)

  const missing = findPostgres() === undefined
  const postgres = 'postgres' in product && !missing ? it : it.skip
  postgres(
    'are all registered once, with one identity each, by two workers on PostgreSQL',
    async () => {
      await weather({ seed: 12, store: 'postgres', workers: 2 })
    },
    120_000
  )
})
