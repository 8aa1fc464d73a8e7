/** Whom new work is for: the lane towards the system, the one towards core, or (left out) either. */
export type WorkTowards = 'system' | 'core' | undefined

/** Tells other processes on the same database that there is new work. A hint: whoever misses it finds the work later. */
export type WorkSignal = {
  /** Begins to listen; resolves at once, and goes on trying. */
  start(): void
  /** Something was made durable. Never throws, and holds nobody up. */
  tell(towards: WorkTowards): void
  stop(): Promise<void>
}
