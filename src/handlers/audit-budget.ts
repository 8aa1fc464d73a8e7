import type { Clock } from '../internal/clock'

/** Keeps anybody from filling the disk through the audit trail: so many entries of a kind per minute, and no more. */
export type AuditBudget = {
  /**
   * Whether another entry of this kind may be written now, and how many of its kind were not written since the last
   * one. Kinds are our own words, so there are few; each has a budget of its own, so that a flood at one entry does not
   * hide what happens at another.
   */
  take(kind: string): { granted: boolean; missed: number }
}

const PER_MINUTE = 120

type Account = { minute: number; taken: number; missed: number }

export function createAuditBudget(clock: Clock): AuditBudget {
  const accounts = new Map<string, Account>()

  function accountOf(kind: string): Account {
    const minute = Math.floor(clock.now() / 60_000)
    const account = accounts.get(kind) ?? { minute, taken: 0, missed: 0 }
    if (account.minute !== minute) {
      account.minute = minute
      account.taken = 0
    }
    accounts.set(kind, account)
    return account
  }

  return {
    take(kind) {
      const account = accountOf(kind)
      if (account.taken >= PER_MINUTE) {
        account.missed += 1
        return { granted: false, missed: account.missed }
      }
      const { missed } = account
      account.taken += 1
      account.missed = 0
      return { granted: true, missed }
    }
  }
}
