import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'

const root = path.resolve(__dirname, '../..')

/** Runs a program in a folder and gives what it did; never throws. */
export function run(
  folder: string,
  command: string,
  args: readonly string[]
): { status: number; output: string } {
  try {
    const output = execFileSync(command, args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 120_000
    })
    return { status: 0, output }
  } catch (error) {
    const failed = error as { status?: number; stdout: string; stderr: string }
    return {
      status: failed.status ?? 1,
      output: `${failed.stdout}${failed.stderr}`
    }
  }
}

function link(target: string, name: string, folder: string): void {
  const place = path.join(folder, 'node_modules', name)
  fs.mkdirSync(path.dirname(place), { recursive: true })
  fs.symlinkSync(path.join(root, 'node_modules', target), place)
}

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>
}

/**
 * An otherwise empty country configuration in a folder of its own, with this
 * package installed from the very tarball that would be published. Beside it
 * stands only what npm would install: the package's own dependencies (linked,
 * so that no network is needed), hapi and Node's types. Whatever the package
 * needs beyond its dependencies fails to load or to compile here.
 */
export function makeCountry(hapi: 20 | 21): string {
  const built = path.join(root, 'dist', 'index.js')
  if (!fs.existsSync(built)) {
    throw new Error('dist is missing: run `npm run build` before these tests')
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'country-'))
  const packed = run(root, 'node', ['scripts/pack.mjs', folder])
  if (packed.status !== 0) throw new Error(packed.output)

  const ours = path.join(folder, 'node_modules', 'opencrvs-national-id')
  fs.mkdirSync(ours, { recursive: true })
  const tarball = path.join(folder, 'package.tgz')
  const args = ['-xzf', tarball, '-C', ours, '--strip-components=1']
  execFileSync('tar', args)

  const manifest = readJson(path.join(ours, 'package.json'))
  for (const name of Object.keys(manifest['dependencies'] as object)) {
    link(name, name, folder)
  }
  link('@types/node', '@types/node', folder)
  if (hapi === 21) {
    link('@hapi/hapi', '@hapi/hapi', folder)
  } else {
    // hapi 20 has no declarations of its own.
    link('hapi20', '@hapi/hapi', folder)
    link('hapi20-types', '@types/hapi__hapi', folder)
  }
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n')
  return folder
}

export function removeCountry(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true })
}
