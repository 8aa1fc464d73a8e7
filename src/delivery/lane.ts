import type { DeliveryState, StoredDelivery } from '../domain/delivery'
import { NationalIdError } from '../domain/errors'
import type { DeliveryDependencies } from './dependencies'

/**
 * While a lane has more than half of its work under way, what ends within this time is replaced together: taking work is
 * a transaction, which costs more than most steps.
 */
const GATHER_MS = 5

/** Longest pause when the store itself fails again and again. */
const STORE_PAUSE_MAX_MS = 30_000

export type LaneOptions = {
  name: string
  owner: string
  states: readonly DeliveryState[]
  concurrency: number
  /** Takes no work while false. */
  isOpen(): boolean
  run(delivery: StoredDelivery): Promise<void>
}

/**
 * One stream of the worker's work: it takes what is due, as much at a time as it may, and sleeps until something wakes
 * it. Work of one lane never holds up another: a hanging ID system does not stop confirmations.
 */
export class Lane {
  readonly #dependencies: DeliveryDependencies
  readonly #options: LaneOptions
  readonly #running = new Map<string, Promise<void>>()
  #stopping = false
  /** Something may have become due since the last look. */
  #rung = false
  #endRest: (() => void) | undefined
  #gathering: NodeJS.Timeout | undefined
  #loop: Promise<void> = Promise.resolve()
  #failures = 0

  constructor(dependencies: DeliveryDependencies, options: LaneOptions) {
    this.#dependencies = dependencies
    this.#options = options
  }

  start(): void {
    this.#loop = this.#forever()
  }

  /** Something new may be due. A lane that is busy looks a moment later. */
  wake(): void {
    if (this.#room() < this.#options.concurrency / 2)
      this.#gathering ??= setTimeout(() => {
        this.#ring()
      }, GATHER_MS).unref()
    else this.#ring()
  }

  #ring(): void {
    clearTimeout(this.#gathering)
    this.#gathering = undefined
    this.#rung = true
    this.#endRest?.()
  }

  /** Takes no more work and resolves when what is under way has ended. */
  async drain(): Promise<void> {
    this.#stopping = true
    this.#ring()
    await this.#loop
    await Promise.all(this.#running.values())
  }

  async #forever(): Promise<void> {
    while (!this.#stopping) {
      this.#rung = false
      await this.#rest(await this.#turn())
    }
  }

  /** Waits that long, or until the bell rings; not at all when it has rung meanwhile. */
  #rest(ms: number): Promise<void> {
    if (this.#rung || ms <= 0) return Promise.resolve()
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        this.#endRest = undefined
        resolve()
      }
      const timer = setTimeout(end, ms).unref()
      this.#endRest = end
    })
  }

  /** Takes what there is room for, and gives how long to sleep. */
  async #turn(): Promise<number> {
    try {
      await this.#takeWork()
      this.#failures = 0
      // While it is closed or full, what is due cannot be taken: asking for it would only turn in circles.
      return this.#room() > 0 && this.#options.isOpen()
        ? await this.#untilDue()
        : this.#pollMs()
    } catch (error) {
      this.#failures += 1
      this.#dependencies.logger.error(
        {
          lane: this.#options.name,
          error: codeOf(error),
          failures: this.#failures
        },
        'the store could not be read'
      )
      const pause = this.#pollMs() * 2 ** Math.min(this.#failures, 10)
      return Math.min(pause, STORE_PAUSE_MAX_MS)
    }
  }

  async #takeWork(): Promise<void> {
    const limit = this.#room()
    if (limit <= 0 || !this.#options.isOpen()) return
    const { clock, settings, store } = this.#dependencies
    const { owner, states } = this.#options
    const claimed = await store.claim({
      owner,
      now: clock.now(),
      leaseMs: settings.leaseMs,
      limit,
      states
    })
    for (const delivery of claimed) this.#begin(delivery)
  }

  #begin(delivery: StoredDelivery): void {
    const { id } = delivery
    // Its lease had run out while it is still worked on here. Taking it again has renewed the lease; that is all.
    if (this.#running.has(id)) return
    const work = this.#runOne(delivery).finally(() => {
      this.#running.delete(id)
      this.wake()
    })
    this.#running.set(id, work)
  }

  async #runOne(delivery: StoredDelivery): Promise<void> {
    try {
      await this.#options.run(delivery)
    } catch (error) {
      // A step writes its own failures; what arrives here is the store failing. The lease ends, and it is tried again.
      this.#dependencies.logger.error(
        {
          lane: this.#options.name,
          deliveryId: delivery.id,
          error: codeOf(error)
        },
        'a step could not be written; it is taken up again when its lease ends'
      )
    }
  }

  #room(): number {
    return this.#options.concurrency - this.#running.size
  }

  #pollMs(): number {
    return this.#dependencies.settings.pollMs
  }

  async #untilDue(): Promise<number> {
    if (this.#rung) return 0
    const { clock, store } = this.#dependencies
    const due = await store.nextDue(this.#options.states)
    if (due === undefined) return this.#pollMs()
    return Math.min(this.#pollMs(), Math.max(due - clock.now(), 10))
  }
}

function codeOf(error: unknown): string {
  if (error instanceof NationalIdError) return error.code
  return error instanceof Error ? error.name : typeof error
}
