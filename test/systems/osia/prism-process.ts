import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import * as path from 'node:path'

/** Prism in front of a server: what the published file does not allow becomes an error, in either direction. */
export type Prism = { url: string; stop(): Promise<void> }

/** The folder with OSIA's published files, beside or above this repository; undefined where there is none. */
export function publishedFiles(): string | undefined {
  const wanted = path.join('shared', 'contracts', 'osia', 'openapi')
  let folder = __dirname
  while (folder !== path.dirname(folder)) {
    folder = path.dirname(folder)
    const found = path.join(folder, wanted)
    if (existsSync(found)) return found
  }
  return undefined
}

/** Starts one; resolves when it listens. */
export async function startPrism(
  file: string,
  upstream: string
): Promise<Prism> {
  const port = await freePort()
  const child = spawn(
    process.execPath,
    [
      require.resolve('@stoplight/prism-cli/dist/index.js'),
      ...['proxy', file, upstream, '--errors'],
      ...['--host', '127.0.0.1', '--port', String(port)]
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] }
  )
  await new Promise<void>((resolve, reject) => {
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('Prism is listening')) resolve()
    })
    child.once('exit', () => reject(new Error(`prism ended: ${said}`)))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners('exit')
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
      })
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      // Listening on a port, so the address is no text.
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
