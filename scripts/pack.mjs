// Packs what would be published into the folder given as argument, as
// `package.tgz`. Expects an up-to-date `dist`; prints the tarball's path.
import { execFileSync } from 'node:child_process'
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2] ?? '.build/package'
const tarball = join(folder, 'package.tgz')

rmSync(tarball, { force: true })
mkdirSync(folder, { recursive: true })
const packed = execFileSync(
  'npm',
  ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
  { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }
)
const [{ filename }] = JSON.parse(packed)
renameSync(join(folder, filename), tarball)
process.stdout.write(`${tarball}\n`)
