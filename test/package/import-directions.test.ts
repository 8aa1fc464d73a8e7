import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { run } from './country'

const root = path.resolve(__dirname, '../..')

type Report = {
  summary: {
    violations: Array<{ from: string; to: string; rule: { name: string } }>
  }
}

/** Puts files with these imports into a tree of its own and checks it. */
function violations(files: Record<string, readonly string[]>): string[] {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'imports-'))
  try {
    for (const [file, imports] of Object.entries(files)) {
      const place = path.join(folder, file)
      fs.mkdirSync(path.dirname(place), { recursive: true })
      const lines = imports.map(
        (name, at) => `import * as i${at} from '${name}'`
      )
      const uses = imports.map((_, at) => `i${at}`).join(', ')
      fs.writeFileSync(place, `${lines.join('\n')}\nexport default [${uses}]\n`)
    }
    fs.symlinkSync(
      path.join(root, 'node_modules'),
      path.join(folder, 'node_modules')
    )
    for (const file of [
      'package.json',
      'tsconfig.json',
      '.dependency-cruiser.cjs'
    ]) {
      fs.copyFileSync(path.join(root, file), path.join(folder, file))
    }
    const bin = path.join(root, 'node_modules/.bin/depcruise')
    const config = ['--config', '.dependency-cruiser.cjs']
    const { output } = run(folder, bin, [...config, '-T', 'json', 'src'])
    const report = JSON.parse(output) as Report
    return report.summary.violations
      .map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`)
      .sort()
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

const leaves = {
  'src/domain/word.ts': [],
  'src/internal/tool.ts': ['../domain/word'],
  'src/systems/system.ts': ['../domain/word'],
  'src/systems/osia/osia.ts': ['../system'],
  'src/store/store.ts': ['../domain/word', '../internal/tool'],
  'src/store/kysely/tables.ts': ['kysely', '../store'],
  'src/store/sqlite/driver.ts': ['better-sqlite3', '../kysely/tables'],
  'src/opencrvs/core.ts': ['../domain/word'],
  'src/sandbox/core.ts': ['@hapi/boom', '../internal/tool']
}

describe('the check of import directions', () => {
  it('lets every folder import what it may', () => {
    expect(
      violations({
        ...leaves,
        'src/systems/http/http.ts': [
          '../system',
          '../../domain/word',
          '../../internal/tool'
        ],
        'src/handlers/action.ts': [
          '@hapi/boom',
          '../opencrvs/core',
          '../store/store',
          '../systems/system'
        ],
        'src/plugin.ts': ['./handlers/action', './store/sqlite/driver']
      })
    ).toEqual([])
  })

  it('reports a folder that imports what it may not', () => {
    const found = violations({
      ...leaves,
      'src/domain/delivery.ts': ['../internal/tool', 'node:crypto'],
      'src/internal/http.ts': ['../store/store'],
      'src/systems/http/http.ts': ['../osia/osia', '../../store/store'],
      'src/delivery/worker.ts': ['../store/store', '../handlers/action'],
      'src/handlers/action.ts': ['../systems/osia/osia', 'kysely'],
      'src/config/options.ts': ['better-sqlite3', '@hapi/boom'],
      'src/plugin.ts': ['./sandbox/core'],
      'src/opencrvs/helpers.ts': ['./core', 'nock'],
      'src/opencrvs/index.ts': ['./helpers']
    })
    expect(found).toEqual(
      expect.arrayContaining([
        'delivery-imports: src/delivery/worker.ts -> src/handlers/action.ts',
        'domain-imports: src/domain/delivery.ts -> src/internal/tool.ts',
        'file-names: src/opencrvs/index.ts -> src/opencrvs/helpers.ts',
        'handlers-imports: src/handlers/action.ts -> src/systems/osia/osia.ts',
        'internal-imports: src/internal/http.ts -> src/store/store.ts',
        'ports-as-types: src/delivery/worker.ts -> src/store/store.ts',
        'sandbox-stays-out: src/plugin.ts -> src/sandbox/core.ts',
        'systems-adapter-imports: src/systems/http/http.ts -> src/store/store.ts',
        'systems-adapter-imports: src/systems/http/http.ts -> src/systems/osia/osia.ts'
      ])
    )
    const packages = found.filter((line) => /-> (?!src)/.test(line))
    expect(packages.map((line) => line.replace(/ -> .*/, ''))).toEqual([
      'declared-dependencies: src/opencrvs/helpers.ts',
      'domain-stands-alone: src/domain/delivery.ts',
      'hapi-at-the-door: src/config/options.ts',
      'sql-in-the-store: src/handlers/action.ts',
      'sqlite-driver: src/config/options.ts'
    ])
  })

  it('reports files that need each other', () => {
    expect(
      violations({
        'src/opencrvs/read.ts': ['./merge'],
        'src/opencrvs/merge.ts': ['./read']
      })
    ).toEqual(['no-cycles: src/opencrvs/merge.ts -> src/opencrvs/read.ts'])
  })
})
