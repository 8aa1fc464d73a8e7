import { Client, type ClientConfig, type Notification } from 'pg'

/** Whether the other end is still there is asked this often. */
const LOOK_MS = 15_000
const PAUSE_MIN_MS = 200
const PAUSE_MAX_MS = 10_000

/** What becomes of a connection. */
export type ConnectionEvents = {
  /** Asked of each new connection before it counts. */
  begin: string
  onBegun(): void
  /** Told by another connection. */
  onNotification(message: Notification): void
}

/** One connection that is made again whenever it is lost. */
export class LastingConnection {
  readonly #config: () => Promise<ClientConfig>
  readonly #events: ConnectionEvents
  #client: Client | undefined
  #isOver = false
  #failures = 0
  #timer: NodeJS.Timeout | undefined

  /** @param config read for each connection */
  constructor(config: () => Promise<ClientConfig>, events: ConnectionEvents) {
    this.#config = config
    this.#events = events
  }

  /** Begins to connect, and goes on trying. */
  async start(): Promise<void> {
    let fresh: Client | undefined
    try {
      fresh = new Client(await this.#config())
      this.#watch(fresh)
      await fresh.connect()
      await fresh.query(this.#events.begin)
      if (this.#isOver) {
        await fresh.end()
        return
      }
      this.#client = fresh
      this.#events.onBegun()
      this.#schedule(() => this.#look(), LOOK_MS)
    } catch {
      // What is wrong with the database is said by whoever reads or writes.
      fresh?.end().catch(() => undefined)
      this.#again()
    }
  }

  /** Asks something if there is a connection; what becomes of it is not told. */
  ask(text: string, values: string[]): void {
    this.#client?.query(text, values).catch(() => undefined)
  }

  async stop(): Promise<void> {
    this.#isOver = true
    clearTimeout(this.#timer)
    const client = this.#client
    this.#client = undefined
    await client?.end().catch(() => undefined)
  }

  #watch(client: Client): void {
    client.on('error', () => {
      this.#lost(client)
    })
    client.on('end', () => {
      this.#lost(client)
    })
    client.on('notification', (message) => {
      // Our own says nothing new.
      if (message.processId !== processIdOf(client))
        this.#events.onNotification(message)
    })
  }

  #lost(client: Client): void {
    if (this.#client !== client) return
    this.#client = undefined
    client.end().catch(() => undefined)
    this.#again()
  }

  #again(): void {
    const pause = Math.min(PAUSE_MIN_MS * 2 ** this.#failures, PAUSE_MAX_MS)
    this.#failures = Math.min(this.#failures + 1, 10)
    this.#schedule(() => this.start(), pause)
  }

  /** A connection whose other end has vanished says nothing; a question shows it. */
  async #look(): Promise<void> {
    const client = this.#client
    if (client === undefined) return
    try {
      await client.query('select 1')
      this.#failures = 0
      this.#schedule(() => this.#look(), LOOK_MS)
    } catch {
      this.#lost(client)
    }
  }

  #schedule(next: () => Promise<void>, ms: number): void {
    if (this.#isOver) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void next(), ms).unref()
  }
}

/** The server's process behind a connection; `pg` has it, and its types do not. */
function processIdOf(client: Client): number | undefined {
  const id: unknown = Reflect.get(client, 'processID')
  return typeof id === 'number' ? id : undefined
}
