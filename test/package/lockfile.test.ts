import * as fs from 'node:fs'
import * as path from 'node:path'

type Locked = {
  resolved?: string
  optionalDependencies?: Record<string, string>
}

const file = path.resolve(__dirname, '../../package-lock.json')
const { packages } = JSON.parse(fs.readFileSync(file, 'utf8')) as {
  packages: Record<string, Locked>
}

/** Whether a package finds a dependency in its own folder or one above it. */
function isLocked(from: string, name: string): boolean {
  const places = [`node_modules/${name}`, `${from}/node_modules/${name}`]
  return places.some((place) => place in packages)
}

describe('the lockfile', () => {
  it('knows the native parts for every platform, as `npm ci` demands', () => {
    const missing = Object.entries(packages).flatMap(([from, entry]) =>
      Object.keys(entry.optionalDependencies ?? {}).filter(
        (name) => !isLocked(from, name)
      )
    )

    expect(missing).toEqual([])
  })

  it('ties nobody to the registry that it was written with', () => {
    const tied = Object.values(packages)
      .map(({ resolved }) => resolved ?? 'https://registry.npmjs.org/')
      .filter((url) => !url.startsWith('https://registry.npmjs.org/'))

    expect(tied).toEqual([])
  })
})
