import { existsSync } from 'node:fs'
import * as path from 'node:path'

/** The folder of this package, from the sources as well as from what was compiled of them. */
export function packageFolder(): string {
  let folder = __dirname
  while (!existsSync(path.join(folder, 'package.json'))) {
    const above = path.dirname(folder)
    if (above === folder) throw new Error('there is no package.json above')
    folder = above
  }
  return folder
}
