import * as fs from 'node:fs'
import * as path from 'node:path'
import { makeCountry, removeCountry, run } from './country'

const entries = [
  'opencrvs-national-id',
  'opencrvs-national-id/opencrvs',
  'opencrvs-national-id/sandbox'
]

let country: string

beforeAll(() => {
  country = makeCountry(20)
})

afterAll(() => removeCountry(country))

function installed(...parts: string[]): string {
  return path.join(country, 'node_modules', 'opencrvs-national-id', ...parts)
}

function shippedFiles(): string[] {
  return fs
    .readdirSync(installed(), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      path.relative(installed(), path.join(entry.parentPath, entry.name))
    )
    .sort()
}

/** Runs a program in the country configuration and gives what it printed. */
function inCountry(program: string): unknown {
  const { status, output } = run(country, 'node', ['-e', program])
  if (status !== 0) throw new Error(output)
  return JSON.parse(output)
}

describe('the published package', () => {
  it('ships compiled code, its declarations, the docs, the examples and the papers, nothing else', () => {
    const others = shippedFiles().filter(
      (file) =>
        !/^(dist\/.+\.(js|d\.ts)|docs\/.+\.(md|svg)|examples\/.+\.ts)$/.test(
          file
        )
    )

    expect(others).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'NOTICE',
      'README.md',
      'SECURITY.md',
      'package.json'
    ])
    // README points there.
    expect(shippedFiles()).toContain('examples/basic/world.ts')
  })

  it('has a declaration beside every compiled file', () => {
    const files = new Set(shippedFiles())
    const compiled = [...files].filter((file) => file.endsWith('.js'))

    expect(compiled.length).toBeGreaterThan(0)
    for (const file of compiled) {
      expect(files).toContain(file.replace(/\.js$/, '.d.ts'))
    }
  })

  it('names no folder of the machine that built it', () => {
    const home = path.resolve(__dirname, '../..')
    const naming = shippedFiles().filter((file) =>
      fs.readFileSync(installed(file), 'utf8').includes(home)
    )

    expect(naming).toEqual([])
  })

  it('exports these names and no others', () => {
    const program = `
      const names = {}
      for (const entry of ${JSON.stringify(entries)}) {
        names[entry] = Object.keys(require(entry)).sort()
      }
      console.log(JSON.stringify(names))`

    expect(inCountry(program)).toMatchSnapshot()
  })

  it('keeps its inner files closed', () => {
    const program = `
      const tried = ['dist/index.js', 'dist/domain/errors.js'].map((file) => {
        try { return require('opencrvs-national-id/' + file) && 'opened' }
        catch (error) { return error.code }
      })
      console.log(JSON.stringify(tried))`

    expect(inCountry(program)).toEqual([
      'ERR_PACKAGE_PATH_NOT_EXPORTED',
      'ERR_PACKAGE_PATH_NOT_EXPORTED'
    ])
  })

  it('opens nothing and starts nothing when it is loaded', () => {
    const program = `
      const before = Object.keys(process.env).length
      for (const entry of ${JSON.stringify(entries)}) require(entry)
      const busy = process.getActiveResourcesInfo()
        .filter((name) => name !== 'PipeWrap' && name !== 'TTYWrap')
      const environment = Object.keys(process.env).length - before
      console.log(JSON.stringify({ busy, environment }))`

    expect(inCountry(program)).toEqual({ busy: [], environment: 0 })
  })

  it('does not load the simulators with the main entry', () => {
    const program = `
      require('opencrvs-national-id')
      const loaded = Object.keys(require.cache)
        .filter((file) => file.includes('dist/sandbox'))
      console.log(JSON.stringify(loaded))`

    expect(inCountry(program)).toEqual([])
  })
})
