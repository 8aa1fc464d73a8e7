import { createHash } from 'node:crypto'
import type { MosipPacket } from './packet'

/** One piece of work that MOSIP has really done. */
export type MosipLedgerEntry = {
  applicationId: string
  process: string
  /**
   * - `issued`: a new identity;
   * - `overwritten`: the data of the identity that this packet had got;
   * - the others: what happened to an identity that there was.
   */
  what:
    | 'issued'
    | 'overwritten'
    | 'updated'
    | 'deceased'
    | 'revived'
    | 'deactivated'
  /** The identity. */
  uin: string
  vid: string
  psut: string
  /** Milliseconds since 1970. */
  at: number
}

/** What was really done, whatever was answered. */
export type MosipLedger = {
  readonly entries: readonly MosipLedgerEntry[]
  /** Entries of one kind. */
  of(what: MosipLedgerEntry['what']): MosipLedgerEntry[]
  /** The identity of an application id. */
  issuedFor(applicationId: string): MosipLedgerEntry | undefined
  /**
   * Application ids whose work another application id had done before: a second
   * identity for a packet with the very same data, or a second flag of the same
   * death. MOSIP does not notice either (FACTS 2.2).
   */
  doneTwice(): string[]
}

/** The ledger's own side. */
export type LedgerBook = MosipLedger & {
  add(entry: MosipLedgerEntry, packet: MosipPacket): void
}

/** An empty ledger in memory. */
export function createMosipLedger(): LedgerBook {
  const entries: MosipLedgerEntry[] = []
  const issued = new Map<string, MosipLedgerEntry>()
  const firstWith = new Map<string, string>()
  const twice = new Set<string>()

  function compare(key: string, applicationId: string): void {
    const first = firstWith.get(key) ?? applicationId
    firstWith.set(key, first)
    if (first !== applicationId) twice.add(applicationId)
  }

  return {
    entries,
    of: (what) => entries.filter((entry) => entry.what === what),
    issuedFor: (applicationId) => issued.get(applicationId),
    doneTwice: () => [...twice],
    add(entry, packet) {
      const { applicationId, what, uin } = entry
      entries.push(entry)
      if (what === 'issued') {
        issued.set(applicationId, entry)
        compare(`issued ${digestOf(packet)}`, applicationId)
      }
      if (what === 'deceased') compare(`deceased ${uin}`, applicationId)
    }
  }
}

/** The same for the same data, without holding them. */
function digestOf({ fields }: MosipPacket): string {
  const sorted = Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex')
}
