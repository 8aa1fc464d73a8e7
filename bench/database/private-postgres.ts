import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import * as os from 'node:os'
import * as path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'

const DEBIAN = '/usr/lib/postgresql'
const USER = 'bench'
/** How long a server may take to come up. */
const PATIENCE_MS = 30_000

/** A PostgreSQL server of our own. */
export type PrivatePostgres = { url: string; stop(): Promise<void> }

/**
 * Starts a PostgreSQL server on loopback with a fresh cluster in a temporary folder, durable as it is by default
 * (`fsync` and `synchronous_commit` on).
 *
 * @returns undefined where PostgreSQL is not installed
 */
export async function startPrivatePostgres(): Promise<
  PrivatePostgres | undefined
> {
  const bin = binaries()
  if (bin === undefined) return undefined
  const folder = mkdtempSync(path.join(os.tmpdir(), 'national-id-postgres-'))
  const password = randomBytes(24).toString('hex')
  const identity = unprivileged()
  const passwordFile = path.join(folder, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (identity !== undefined) {
    for (const each of [folder, passwordFile])
      chownSync(each, identity.uid, identity.gid)
  }
  chmodSync(folder, 0o700)
  const data = path.join(folder, 'data')
  const port = await freePort()
  execFileSync(
    path.join(bin, 'initdb'),
    [
      ...['-D', data, '-U', USER, '-E', 'UTF8', '--locale=C'],
      ...['--auth=scram-sha-256', `--pwfile=${passwordFile}`]
    ],
    { ...identity, stdio: 'ignore', cwd: folder }
  )
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: folder,
    shared_buffers: '512MB',
    max_wal_size: '4GB',
    max_connections: '200'
  }
  const child = spawn(
    path.join(bin, 'postgres'),
    [
      ...['-D', data],
      ...Object.entries(settings).flatMap(([name, value]) => [
        '-c',
        `${name}=${value}`
      ])
    ],
    { ...identity, stdio: 'ignore', cwd: folder }
  )
  // Should the bench fail, nothing goes on behind it.
  const kill = () => child.kill('SIGQUIT')
  process.once('exit', kill)
  const url = `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`
  await comesUp(url, child)
  return {
    url,
    async stop() {
      process.off('exit', kill)
      if (child.exitCode === null) {
        const exit = once(child, 'exit')
        // Fast shutdown: open connections are ended.
        child.kill('SIGINT')
        await exit
      }
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** Of the newest version that is installed. */
function binaries(): string | undefined {
  const folders = existsSync(DEBIAN)
    ? readdirSync(DEBIAN)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => path.join(DEBIAN, version, 'bin'))
    : []
  return [...folders, '/usr/bin', '/usr/local/bin'].find((folder) =>
    existsSync(path.join(folder, 'initdb'))
  )
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP server's address is an object.
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** @throws Error when it does not */
async function comesUp(url: string, child: ChildProcess): Promise<void> {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    const client = new Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      return
    } catch (cause) {
      if (child.exitCode !== null || performance.now() > until)
        throw new Error('the private PostgreSQL server did not come up', {
          cause
        })
      await pause(100)
    }
  }
}
