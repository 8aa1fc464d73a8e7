import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import * as path from 'node:path'
import type { FrontDoor } from './front-door'
import { packageFolder } from './package-folder'

/** What a country configuration is told when it starts; see `worker.js`. */
export type WorkerOrder = {
  store: Record<string, string | number>
  coreUrl: string
  systemClient: { clientId: string; clientSecret: string }
  idSystemUrl: string
  authorities: string
  client: { clientId: string; clientSecret: string }
  callbackSecret: string
  idempotent: boolean
  logFile: string
}

/** One country configuration that is started again whenever it ends, as an orchestrator does. */
export type Worker = {
  start(): void
  /** SIGKILL; it comes back after `downMs`. */
  kill(downMs: number): void
  /** Asks it to stop in order, as a deployment does; it comes back. */
  stopInOrder(): void
  /** Stops it in the middle of whatever it does, and lets it go on later. */
  freeze(ms: number): void
  setClock(offsetMs: number): void
  /**
   * Resolves when it listens.
   * @throws Error when it does not for a minute, with why its last start failed
   */
  ready(): Promise<void>
  /** Ends it for good. */
  end(): Promise<void>
  /** Ends that nobody asked for, as it explained them. */
  readonly deaths: readonly string[]
  readonly starts: number
}

const PAUSE_AFTER_FAILED_START_MS = 150
const LONGEST_START_MS = 60_000

/** A worker that listens behind the door as number `index`. Call `start`. */
export function createWorker(
  index: number,
  door: FrontDoor,
  order: WorkerOrder
): Worker {
  const deaths: string[] = []
  let child: ChildProcess | undefined
  let clockOffsetMs = 0
  let starts = 0
  let downMs = 0
  let isExpected = false
  let isOver = false
  let port: number | undefined
  let lastFailure = 'it says nothing'

  function start(): void {
    if (isOver) return
    starts += 1
    isExpected = false
    const worker = path.join(packageFolder(), 'test/faults/worker.js')
    const started = fork(worker, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc']
    })
    child = started
    started.on('message', (message: Message) => {
      hear(message)
    })
    started.on('exit', () => {
      gone(started)
    })
    started.send({ command: 'start', ...order, clockOffsetMs }, () => undefined)
  }

  function hear(message: Message): void {
    if (message.port !== undefined) {
      port = message.port
      door.direct(index, port)
    }
    // A start that fails (its database is away) is tried again; dying later is a fault of ours.
    if (message.failed !== undefined) {
      lastFailure = `${message.failed} ${message.what ?? ''}`
      isExpected = true
      downMs = PAUSE_AFTER_FAILED_START_MS
    }
    if (message.died !== undefined) deaths.push(message.died)
  }

  function gone(ended: ChildProcess): void {
    if (child !== ended) return
    port = undefined
    door.direct(index, undefined)
    if (!isExpected && ended.exitCode !== 70)
      deaths.push(`exit ${ended.exitCode ?? ended.signalCode ?? ''}`)
    const pause = downMs
    downMs = 0
    setTimeout(start, pause)
  }

  function signal(name: NodeJS.Signals): void {
    child?.kill(name)
  }

  return {
    start,
    kill(forMs) {
      isExpected = true
      downMs = forMs
      signal('SIGKILL')
    },
    stopInOrder() {
      isExpected = true
      door.direct(index, undefined)
      child?.send({ command: 'stop' }, () => undefined)
    },
    freeze(ms) {
      const frozen = child
      frozen?.kill('SIGSTOP')
      setTimeout(() => frozen?.kill('SIGCONT'), ms)
    },
    setClock(offsetMs) {
      clockOffsetMs = offsetMs
      child?.send({ command: 'clock', offsetMs }, () => undefined)
    },
    async ready() {
      const until = Date.now() + LONGEST_START_MS
      while (port === undefined && !isOver) {
        if (Date.now() > until)
          throw new Error(`worker ${index} does not start: ${lastFailure}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
    async end() {
      isOver = true
      isExpected = true
      if (
        child === undefined ||
        child.exitCode !== null ||
        child.signalCode !== null
      )
        return
      const exited = once(child, 'exit')
      signal('SIGCONT')
      signal('SIGKILL')
      await exited
    },
    deaths,
    get starts() {
      return starts
    }
  }
}

type Message = { port?: number; failed?: string; what?: string; died?: string }
