import type { DatabaseOrder } from '../servers/order'
import type { Prepared } from './prepared-ids'
import type { RowMaker } from './rows'

/** A database that servers under measurement use one after the other. */
export type BenchDatabase = {
  order: DatabaseOrder
  /** Writes deliveries as if they had come before. */
  add(prepared: Prepared): Promise<void>
  /**
   * Takes away everything that came after the backlog. A million rows are some gigabytes: copying them for each
   * server would leave the disk busy when the clock starts, and nothing that is measured touches the backlog's rows.
   */
  reset(): Promise<void>
  /** Leaves nothing behind. */
  remove(): Promise<void>
}

/** Where databases are made. */
export type DatabaseMaker = (
  name: string,
  rows: RowMaker
) => Promise<BenchDatabase>

/** Many rows are written without indices, which are made afterwards. */
export const WITHOUT_INDICES = 50_000

/** Tables that hold nothing of the backlog. */
export const EMPTIED = [
  'national_id_audit',
  'national_id_inbound',
  'national_id_ticket',
  'national_id_sign_in',
  'national_id_proof'
] as const
