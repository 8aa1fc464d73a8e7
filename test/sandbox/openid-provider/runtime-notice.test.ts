import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const LIBRARY = join(
  __dirname,
  '../../../src/sandbox/openid-provider/library.ts'
)

/** Runs a program on what the library takes for an old Node, and gives what it said on standard error. */
async function warningsOf(program: string): Promise<string> {
  const { stderr } = await promisify(execFile)(process.execPath, [
    '--require',
    join(__dirname, 'register-typescript.js'),
    '--eval',
    `Object.defineProperty(process, 'release', { value: { lts: 'Iron' } });
     ${program}`
  ])
  return stderr
}

it('says nothing of the Node version, and lets every other warning through', async () => {
  expect(await warningsOf(`import('oidc-provider')`)).toContain(
    'Unsupported runtime'
  )
  const said = await warningsOf(`
    const { loadOidcLibrary } = require(${JSON.stringify(LIBRARY)})
    const loads = [loadOidcLibrary(), loadOidcLibrary()]
    console.warn('meanwhile')
    Promise.all(loads).then(() => console.warn('afterwards'))`)
  expect(said).toBe('meanwhile\nafterwards\n')
})
