import type { CallName } from '../../internal/system-call'
import type { OsiaHttp } from './osia-http'
import type { CheckedOsiaOptions } from './options'
import type { Clock } from '../../internal/clock'
import type { Publisher } from './publish'

/** What every operation works with. */
export type OsiaParts = {
  options: CheckedOsiaOptions
  http: OsiaHttp
  publisher: Publisher
  clock: Clock
}

/** What is being done for a delivery, as its calls are named in errors. */
export type Task = {
  operation: string
  reference: string
  signal: AbortSignal
}

/** A call's name: `generateUIN (createIdentity) for delivery 3f…`. */
export function named(
  { options }: Pick<OsiaParts, 'options'>,
  { operation, reference }: Task,
  osiaOperation: string,
  changes = false
): CallName {
  const what = `${osiaOperation} (${operation}) for ${reference}`
  return { system: options.name, what, changes }
}

/**
 * The `transactionId` of every call about one delivery: the same for each
 * attempt, so that a server which does deduplicate by it can.
 */
export function transactionId(
  { source }: Pick<CheckedOsiaOptions, 'source'>,
  { reference }: Pick<Task, 'reference'>
): readonly [name: string, value: string] {
  return ['transactionId', `${source}-${reference}`]
}
