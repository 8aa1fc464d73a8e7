import type { JsonValue } from '../domain/json'

/** One call that a simulator got or made. Times are milliseconds since 1970. */
export type Exchange = {
  /** `received`: somebody called the simulator; `sent`: the simulator called. */
  direction: 'received' | 'sent'
  at: number
  /** When the answer was known, or the connection ended. */
  endedAt: number
  /** What kind of call, as `faults` names it: `accept`, `token`, `trigger`, ... */
  kind: string
  method: string
  /** Without the query string. */
  path: string
  /** HTTP status, or how it ended without one. */
  status: number | 'cut' | 'hung' | 'noAnswer'
  /** What was sent, as JSON where it was JSON. Absent for calls that carry tokens or secrets in the body. */
  body?: JsonValue
  answer?: JsonValue
}

/** Everything that a simulator received and sent, in the order in which it ended. */
export type ExchangeLog = {
  readonly entries: readonly Exchange[]
  add(exchange: Exchange): void
  /** Those of one kind. */
  of(kind: string): Exchange[]
  clear(): void
}

/** A log in memory. It keeps bodies, so it is for made-up people only. */
export function createExchangeLog(): ExchangeLog {
  const entries: Exchange[] = []
  return {
    entries,
    add: (exchange) => void entries.push(exchange),
    of: (kind) => entries.filter((entry) => entry.kind === kind),
    clear: () => void entries.splice(0)
  }
}
