/** One piece of work that the ID system has done. */
export type LedgerEntry = {
  reference: string
  operation: string
  /** With `createIdentity`: the identity that came into being. */
  identifier?: string
  /** Milliseconds since 1970. */
  at: number
}

/** What was really done, whatever was answered: the proof that nothing was done twice. */
export type Ledger = {
  readonly entries: readonly LedgerEntry[]
  add(entry: LedgerEntry): void
  /** Identifiers issued for a reference: more than one is an identity too many. */
  issuedFor(reference: string): string[]
  /** References for which something was done more than once. */
  doneTwice(): string[]
}

/** An empty ledger in memory. */
export function createLedger(): Ledger {
  const entries: LedgerEntry[] = []
  return {
    entries,
    add: (entry) => void entries.push(entry),
    issuedFor: (reference) =>
      entries.flatMap((entry) =>
        entry.reference === reference && entry.identifier !== undefined
          ? [entry.identifier]
          : []
      ),
    doneTwice: () => {
      const counts = new Map<string, number>()
      for (const { reference } of entries) {
        counts.set(reference, (counts.get(reference) ?? 0) + 1)
      }
      return [...counts].filter(([, count]) => count > 1).map(([id]) => id)
    }
  }
}
