import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync
} from 'node:fs'
import * as net from 'node:net'
import { userInfo } from 'node:os'
import * as path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { portOf } from './front-door'
import { mountSmallDisk, type SmallDisk } from './small-disk'
import type { PlaceOrder, StoreFault, StorePlace } from './store-place'

const PROGRAMS = [17, 16, 15, 14].map(
  (version) => `/usr/lib/postgresql/${version}/bin`
)
const DISK_MEGABYTES = 256

/** The programs of a PostgreSQL server, or undefined where none is installed. */
export function findPostgres(): string | undefined {
  return PROGRAMS.find((folder) => existsSync(path.join(folder, 'initdb')))
}

/** A PostgreSQL server of its own, listening on the loopback interface alone. */
export async function createPostgresPlace(
  order: PlaceOrder
): Promise<StorePlace> {
  const programs = findPostgres()
  if (programs === undefined) throw new Error('PostgreSQL is not installed')
  const folder = path.join(order.folder, 'postgres')
  mkdirSync(folder)
  const disk = order.random.happens(0.3)
    ? mountSmallDisk(folder, DISK_MEGABYTES)
    : undefined
  const server = await startServer(programs, folder)
  return {
    kind: 'postgres',
    options: { kind: 'postgres', url: server.url, statementTimeoutMs: 2_000 },
    faults: [
      'restarted',
      'frozen',
      'cut',
      ...(disk === undefined ? [] : (['full'] as const))
    ],
    breakFor: (fault, ms) => breakFor(server, disk, fault, ms),
    stop: () => server.stop(),
    async destroy() {
      await server.stop()
      disk?.remove()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

async function breakFor(
  server: PostgresServer,
  disk: SmallDisk | undefined,
  fault: StoreFault,
  ms: number
): Promise<void> {
  switch (fault) {
    case 'restarted':
      await server.stop()
      await sleep(ms)
      await server.start()
      return
    case 'frozen':
      await server.freezeFor(ms)
      return
    case 'full':
      await disk?.fillFor(ms)
      // PostgreSQL gives up altogether when its log cannot be written.
      if (!server.isRunning()) await server.start()
      return
    case 'cut':
    case 'locked':
      await server.cutConnections()
  }
}

type PostgresServer = {
  url: string
  start(): Promise<void>
  stop(): Promise<void>
  isRunning(): boolean
  freezeFor(ms: number): Promise<void>
  cutConnections(): Promise<void>
}

/** PostgreSQL refuses to run as root. The simulators of this process go on meanwhile. */
async function asOwner(
  program: string,
  args: readonly string[]
): Promise<void> {
  const isRoot = userInfo().uid === 0
  const command = isRoot ? 'runuser' : program
  const rest = isRoot ? ['-u', 'postgres', '--', program, ...args] : args
  // Not a pipe: the server that is started would keep it open for ever.
  const child = spawn(command, rest, { stdio: 'ignore' })
  const [status] = (await once(child, 'exit')) as [number | null]
  if (status !== 0)
    throw new Error(`${program} ended with ${status ?? 'a signal'}`)
}

async function startServer(
  programs: string,
  folder: string
): Promise<PostgresServer> {
  if (userInfo().uid === 0) giveToPostgres(folder)
  const data = path.join(folder, 'data')
  const program = (name: string) => path.join(programs, name)
  await asOwner(program('initdb'), [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '--no-sync'
  ])
  const port = await freePort()
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder}`
  async function start(): Promise<void> {
    await asOwner(program('pg_ctl'), [
      ...['-D', data, '-w', '-t', '60', '-s'],
      ...['-l', path.join(folder, 'log'), '-o', settings, 'start']
    ])
  }
  function processes(): number[] {
    const [first] = readFileSync(
      path.join(data, 'postmaster.pid'),
      'utf8'
    ).split('\n')
    const children = execFileSync('ps', ['-o', 'pid=', '--ppid', first ?? ''], {
      encoding: 'utf8'
    })
    return [first ?? '', ...children.trim().split(/\s+/)]
      .map(Number)
      .filter((pid) => pid > 1)
  }
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const server: PostgresServer = {
    url,
    start,
    async stop() {
      try {
        await asOwner(program('pg_ctl'), [
          '-D',
          data,
          '-w',
          '-s',
          '-m',
          'immediate',
          'stop'
        ])
      } catch {
        // It was down already.
      }
    },
    isRunning: () => existsSync(path.join(data, 'postmaster.pid')),
    async freezeFor(ms) {
      const frozen = processes()
      for (const pid of frozen) signal(pid, 'SIGSTOP')
      await sleep(ms)
      for (const pid of frozen) signal(pid, 'SIGCONT')
    },
    cutConnections: () => cutConnections(url)
  }
  await start()
  return server
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // A backend that has ended meanwhile.
  }
}

async function cutConnections(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and usename is not null'
    )
    await client.end()
  } catch {
    // It takes no connections just now: there is nothing to cut.
  }
}

function giveToPostgres(folder: string): void {
  const id = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  // Whoever made the folder above is root, and lets nobody in.
  chmodSync(path.dirname(folder), 0o711)
  chownSync(folder, id('-u'), id('-g'))
}

async function freePort(): Promise<number> {
  const listener = net.createServer()
  await new Promise<void>((resolve) => {
    listener.listen(0, '127.0.0.1', resolve)
  })
  const port = portOf(listener)
  await new Promise((resolve) => listener.close(resolve))
  return port
}
