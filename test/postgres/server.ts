import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import * as path from 'node:path'

const INSTALLED = '/usr/lib/postgresql'

/** A PostgreSQL server on loopback. */
export type PostgresServer = {
  /** Of a role that may do anything. */
  url: string
  /** Where its files are; undefined for a server that is not ours. */
  data: string | undefined
  start(): void
  /** `immediate` is a crash: nothing is written down on the way out. */
  stop(mode?: 'fast' | 'immediate'): void
  /** Runs SQL with psql and gives what it prints. */
  psql(statement: string): string
  remove(): void
}

/** A server that is there already, and stays; its role must be allowed to make schemas and roles. */
function givenUrl(): string | undefined {
  return process.env['NATIONAL_ID_TEST_POSTGRES']
}

/** Where the server's programs are, or undefined where there are none. */
function postgresPrograms(): string | undefined {
  const given = process.env['PGBIN']
  if (given !== undefined) return given
  if (!existsSync(INSTALLED)) return undefined
  return readdirSync(INSTALLED)
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => path.join(INSTALLED, version, 'bin'))
    .find((folder) => existsSync(path.join(folder, 'initdb')))
}

/** The server that was given, or one of our own with these settings. */
export async function usePostgres(
  settings: Readonly<Record<string, string>> = {}
): Promise<PostgresServer> {
  const url = givenUrl()
  return url === undefined ? startPostgres(settings) : givenServer(url)
}

function givenServer(url: string): PostgresServer {
  const notOurs = () => {
    throw new Error('the server that was given is not ours to stop')
  }
  return {
    url,
    data: undefined,
    start: notOurs,
    stop: notOurs,
    psql: (statement) => psql('psql', url, statement),
    remove: () => undefined
  }
}

/**
 * A server in a new folder, running, as durable as in production.
 *
 * @param settings of its configuration, beside the defaults
 * @throws Error when PostgreSQL is not installed
 */
export async function startPostgres(
  settings: Readonly<Record<string, string>> = {}
): Promise<PostgresServer> {
  const programs = postgresPrograms()
  if (programs === undefined) throw new Error('PostgreSQL is not installed')
  const folder = mkdtempSync(path.join(tmpdir(), 'national-id-pg-'))
  if (isRoot()) execFileSync('chown', ['postgres', folder])
  const data = path.join(folder, 'data')
  const port = await freePort()
  const run = (program: string, ...args: string[]) =>
    asOwner(path.join(programs, program), args)
  run('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync')
  const all = Object.entries({
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    max_connections: '100',
    fsync: 'on',
    ...settings
  }).map(([name, value]) => `-c ${name}=${value}`)
  const options = [`-p ${port}`, ...all].join(' ')
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const server: PostgresServer = {
    url,
    data,
    start() {
      const log = path.join(folder, 'log')
      run('pg_ctl', '-D', data, '-w', '-s', '-l', log, '-o', options, 'start')
    },
    stop(mode = 'fast') {
      run('pg_ctl', '-D', data, '-w', '-s', '-m', mode, 'stop')
    },
    psql: (statement) => psql(path.join(programs, 'psql'), url, statement),
    remove() {
      try {
        server.stop('immediate')
      } catch {
        // It was down already.
      }
      rmSync(folder, { recursive: true, force: true })
    }
  }
  server.start()
  return server
}

function psql(program: string, url: string, statement: string): string {
  return execFileSync(
    program,
    ['-d', url, '-v', 'ON_ERROR_STOP=1', '-XAtq', '-c', statement],
    { encoding: 'utf8', maxBuffer: 2 ** 28, stdio: 'pipe' }
  )
}

/** Tests that need a server; without one they are skipped, and it is said why. */
export function describePostgres(name: string, tests: () => void): void {
  const isThere = givenUrl() !== undefined || postgresPrograms() !== undefined
  describeIf(isThere, name, tests)
}

/** Tests that stop and start the server, so it must be their own. */
export function describeOwnPostgres(name: string, tests: () => void): void {
  describeIf(postgresPrograms() !== undefined, name, tests)
}

function describeIf(isThere: boolean, name: string, tests: () => void): void {
  if (isThere) {
    describe(name, tests)
    return
  }
  // eslint-disable-next-line no-console -- tests that are left out must be seen
  console.warn(
    `!!! SKIPPED: ${name}. No PostgreSQL server was found: apt-get install postgresql, or set PGBIN or NATIONAL_ID_TEST_POSTGRES.`
  )
  describe.skip(name, tests)
}

function isRoot(): boolean {
  return userInfo().uid === 0
}

/** PostgreSQL refuses to run as root. */
function asOwner(program: string, args: readonly string[]): void {
  const [command, rest] = isRoot()
    ? ['runuser', ['-u', 'postgres', '--', program, ...args]]
    : [program, [...args]]
  // No pipe: the server that is started would hold it open.
  execFileSync(command, rest, { stdio: 'ignore', cwd: tmpdir() })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
