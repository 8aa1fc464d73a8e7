// Removes the folders given as arguments, so that no file of an earlier build
// stays behind and is shipped. `rm -rf` would not run everywhere that npm does.
import { rmSync } from 'node:fs'

for (const folder of process.argv.slice(2)) {
  rmSync(folder, { recursive: true, force: true })
}
