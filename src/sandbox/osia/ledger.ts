import { createHash } from 'node:crypto'
import type { OsiaAttributes } from './attributes'

/** One thing that was really done. */
export type OsiaLedgerEntry = {
  /**
   * - `issued`: a number was minted;
   * - `created`: the register knows the person now;
   * - the others: what happened to a person that it knew.
   */
  what:
    | 'issued'
    | 'created'
    | 'updated'
    | 'died'
    | 'revived'
    | 'cancelled'
    | 'revoked'
  uin: string
  /** The `transactionId` of the call, or the topic of the event, that brought it about. */
  by: string
  /** Milliseconds since 1970. */
  at: number
}

/** What was really done, whatever was answered. */
export type OsiaLedger = {
  readonly entries: readonly OsiaLedgerEntry[]
  /** Entries of one kind. */
  of(what: OsiaLedgerEntry['what']): OsiaLedgerEntry[]
  /** Numbers that were minted for a transactionId. */
  issuedFor(transactionId: string): string[]
  /** Numbers beyond the first that were minted for one transactionId, or for the very same data. */
  doneTwice(): string[]
}

/** The ledger's own side. */
export type OsiaLedgerBook = OsiaLedger & {
  add(entry: OsiaLedgerEntry): void
  addIssued(
    entry: Omit<OsiaLedgerEntry, 'what'>,
    attributes: OsiaAttributes
  ): void
}

/** An empty ledger in memory. */
export function createOsiaLedger(): OsiaLedgerBook {
  const entries: OsiaLedgerEntry[] = []
  const seen = new Set<string>()
  const twice: string[] = []
  return {
    entries,
    of: (what) => entries.filter((entry) => entry.what === what),
    issuedFor: (transactionId) =>
      entries
        .filter(({ by, what }) => what === 'issued' && by === transactionId)
        .map(({ uin }) => uin),
    doneTwice: () => [...twice],
    add: (entry) => void entries.push(entry),
    addIssued(entry, attributes) {
      entries.push({ ...entry, what: 'issued' })
      const keys = [`by ${entry.by}`, `data ${digestOf(attributes)}`]
      if (keys.some((key) => seen.has(key))) twice.push(entry.uin)
      for (const key of keys) seen.add(key)
    }
  }
}

/** The same for the same data, without holding them. */
function digestOf(attributes: OsiaAttributes): string {
  const sorted = Object.entries(attributes).toSorted(([a], [b]) =>
    a < b ? -1 : 1
  )
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex')
}
