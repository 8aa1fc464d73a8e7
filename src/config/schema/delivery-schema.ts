import Joi from 'joi'
import { count, milliseconds } from './values'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

function mode(preset: string, what: string): Joi.StringSchema {
  return Joi.string()
    .valid('async', 'sync', 'notify')
    .default(preset)
    .description(`How core is answered when ${what}.`)
}

const modesSchema = Joi.object({
  createIdentity: mode('async', 'a rule asks for a new identity'),
  updateIdentity: mode('notify', 'a rule sends changed attributes'),
  notifyDeath: mode('notify', 'a rule tells of a death'),
  withdraw: mode('notify', 'a rule withdraws')
})
  .default()
  .description(
    'Mode of each operation: `async` (202, the answer is brought back), `sync` (tried at once, then as `async`) or `notify` (200, told behind).'
  )

const retrySchema = Joi.object({
  initialMs: milliseconds().default(5_000).description('First pause.'),
  maxMs: milliseconds()
    .default(6 * HOUR_MS)
    .description('Longest pause.'),
  maxAttempts: count(1, 10_000)
    .default(40)
    .description('Attempts before a person is asked; 40 take about a week.')
})
  .default()
  .description('How often, and how far apart, a failed step is tried again.')

const circuitSchema = Joi.object({
  failures: count(1, 1_000)
    .default(5)
    .description('Failures in a row after which the system is left alone.'),
  openMs: milliseconds()
    .default(30_000)
    .description('How long the system is then left alone.')
})
  .default()
  .description('Circuit breaker for calls to the ID system.')

/** The schema of `DeliveryOptions`. */
export const deliverySchema = Joi.object({
  concurrency: count(1, 1_000)
    .default(8)
    .description('Calls to the ID system at the same time.'),
  submitTimeoutMs: milliseconds(1, 10 * 60_000)
    .default(30_000)
    .description('Longest time for one call to the ID system.'),
  syncBudgetMs: milliseconds(1, 55_000)
    .default(8_000)
    .description(
      "In `sync` mode, how long core may wait. OpenCRVS's own proxy gives up after 60 000."
    ),
  modes: modesSchema,
  retry: retrySchema,
  circuit: circuitSchema,
  stalledAfterMs: milliseconds()
    .default(DAY_MS)
    .description('A delivery that is open for longer is reported as stalled.'),
  statusEveryMs: milliseconds()
    .default(HOUR_MS)
    .description(
      'How often a system with a status query is asked about what it has not answered.'
    ),
  leaseMs: milliseconds()
    .default(60_000)
    .description(
      'How long a worker may hold a delivery without a sign of life.'
    ),
  pollMs: milliseconds()
    .default(1_000)
    .description(
      'How often the store is looked at when nothing wakes the worker.'
    ),
  renewTokenBeforeMs: milliseconds(0, 6 * DAY_MS)
    .default(4 * DAY_MS)
    .description(
      'A record token, which lasts a week, is renewed when it has less than this left.'
    ),
  keepEndedDays: count(1, 36_500)
    .default(90)
    .description(
      'Deliveries that ended are removed after this many days; their personal parts go at once.'
    ),
  stopTimeoutMs: milliseconds()
    .default(10_000)
    .description('How long stopping waits for work under way.')
})
  .default()
  .description('How work is carried to the ID system and back.')
