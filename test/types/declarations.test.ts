import * as fs from 'node:fs'
import * as path from 'node:path'
import { makeCountry, removeCountry, run } from '../package/country'

const root = path.resolve(__dirname, '../..')
const sources = path.join(__dirname, 'country')

const compilers = {
  '5.1': 'typescript51',
  '5.6': 'typescript56',
  '6.0': 'typescript'
}
type Version = keyof typeof compilers

/** The two ways that country configurations have their modules found. */
const resolutions = {
  /** As OpenCRVS's own country configuration template has it. */
  node: { target: 'es6', module: 'commonjs', moduleResolution: 'node' },
  node16: { target: 'es2022', module: 'node16', moduleResolution: 'node16' }
}
type Resolution = keyof typeof resolutions

/** How a complaint about another package's declarations begins. */
const OTHER_PACKAGES = /^(\.\.\/|.*node_modules\/(?!opencrvs-national-id\/))/

/**
 * What the compiler says about the country's own files and about ours.
 * Declarations of other packages are checked too (ours are only checked when
 * theirs are), but what is wrong inside them is not ours to answer for.
 */
function compile(
  country: string,
  version: Version,
  resolution: Resolution
): string[] {
  const config = {
    compilerOptions: {
      ...resolutions[resolution],
      lib: ['es2022'],
      // TypeScript 6 still knows `node`, and asks to be told that we know it
      // is on its way out.
      ...(version === '6.0' && { ignoreDeprecations: '6.0' }),
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      esModuleInterop: true,
      skipLibCheck: false,
      noEmit: true
    },
    include: ['src']
  }
  const name = `tsconfig.${version}.${resolution}.json`
  fs.writeFileSync(path.join(country, name), JSON.stringify(config))
  const tsc = path.join(root, 'node_modules', compilers[version], 'lib/tsc.js')
  const args = [tsc, '-p', name, '--pretty', 'false', '--listFiles']
  const { output } = run(country, 'node', args)
  const lines = output.split('\n')
  const complaints = lines
    .filter((line) => /error TS\d+/.test(line))
    .filter((line) => !OTHER_PACKAGES.test(line))
  // A compiler that did not get as far as our declarations found no fault.
  const unread = [
    'index',
    'form-fields/index',
    'opencrvs/index',
    'sandbox/index'
  ]
    .map((entry) => `opencrvs-national-id/dist/${entry}.d.ts`)
    .filter((file) => !lines.some((line) => line.endsWith(file)))
    .map((file) => `${file} was not compiled`)
  return [...complaints, ...unread]
}

describe.each([20, 21] as const)('beside hapi %i', (hapi) => {
  let country: string

  beforeAll(() => {
    country = makeCountry(hapi)
    fs.cpSync(sources, path.join(country, 'src'), { recursive: true })
  })

  afterAll(() => removeCountry(country))

  // The types of hapi have no part in how a compiler reads ours, so that one
  // combination of each is enough beside the older hapi.
  const combinations: Array<[Version, Resolution]> =
    hapi === 21
      ? [
          ['5.1', 'node'],
          ['5.1', 'node16'],
          ['5.6', 'node'],
          ['5.6', 'node16'],
          ['6.0', 'node'],
          ['6.0', 'node16']
        ]
      : [
          ['5.1', 'node'],
          ['6.0', 'node16']
        ]

  it.each(combinations)(
    'compiles in a country configuration with TypeScript %s, resolution %s',
    (version, resolution) => {
      expect(compile(country, version, resolution)).toEqual([])
    },
    120_000
  )

  it('reports a country file that misuses it', () => {
    const wrong = path.join(country, 'src', 'wrong.ts')
    fs.writeFileSync(
      wrong,
      "import { createNationalId } from 'opencrvs-national-id'\n" +
        'createNationalId({ publicUrl: 1 })\n'
    )
    try {
      expect(compile(country, '6.0', 'node16')).toEqual([
        expect.stringMatching(/^src\/wrong\.ts\(2,/)
      ])
    } finally {
      fs.rmSync(wrong)
    }
  }, 120_000)
})
