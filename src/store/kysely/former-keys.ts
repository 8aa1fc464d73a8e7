import type { Tables } from './tables'

/** What stands under a key that is current no more, and stays so. */
export type FormerKey = {
  keyId: string
  auditEntries: number
  /** People who may be read back, and until when (milliseconds since 1970) at the latest. */
  readablePeople: number
  readableUntil?: number
}

/** The keys that were used here beside the current one. */
export async function formerKeys(
  { db }: Tables,
  current: string
): Promise<FormerKey[]> {
  const keys = await db
    .selectFrom('national_id_key')
    .select('key_id')
    .where('key_id', '!=', current)
    .orderBy('key_id')
    .execute()
  const former: FormerKey[] = []
  for (const { key_id: keyId } of keys) {
    const audit = await db
      .selectFrom('national_id_audit')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('key_id', '=', keyId)
      .executeTakeFirstOrThrow()
    const people = await db
      .selectFrom('national_id_readable')
      .select((eb) => [
        eb.fn.countAll<number>().as('count'),
        eb.fn.max('readable_until').as('until')
      ])
      .where('key_id', '=', keyId)
      .executeTakeFirstOrThrow()
    former.push({
      keyId,
      auditEntries: audit.count,
      readablePeople: people.count,
      ...(people.count === 0 ? {} : { readableUntil: people.until })
    })
  }
  return former
}
