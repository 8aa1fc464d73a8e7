import type { ActionReference, EventReference } from '../domain/event'
import type { Clock } from '../internal/clock'
import type { Logger } from '../internal/logger'
import type { OpenCrvsCore } from '../opencrvs/core'
import type { Store } from '../store/store'
import type { AbandonedTriggers } from './abandoned'
import type { DeliveryEvents } from './events'
import type { FlushGate } from './flush-gate'
import type { HookRunner } from './hooks'
import type { SystemGateway } from './system-gateway'

/** How deliveries are carried out; the options' defaults are filled in. */
export type DeliverySettings = {
  concurrency: number
  submitTimeoutMs: number
  retry: { initialMs: number; maxMs: number; maxAttempts: number }
  stalledAfterMs: number
  statusEveryMs: number
  leaseMs: number
  pollMs: number
  renewTokenBeforeMs: number
  keepEndedDays: number
  stopTimeoutMs: number
  /** Between the end of our 202 and the acceptance. */
  acceptPauseMs: number
  /** After a 200 or 400, when to make sure that core has it. */
  checkAfterMs: number
  /** Annotation field for a reason that core would drop. */
  reasonAnnotation?: string
}

/** What the worker must know of an event type. */
export type EventSettings = {
  identifierField: string
  writeIdentifier: boolean
  /** Ids of all declaration fields; absent: core is asked. */
  fields?: ReadonlySet<string>
}

export type RegistrationNumberGenerator = (context: {
  event: EventReference
  action: ActionReference
}) => string | Promise<string>

/** Everything that carrying out a delivery needs. */
export type DeliveryDependencies = {
  store: Store
  core: OpenCrvsCore
  system: SystemGateway
  clock: Clock
  logger: Logger
  settings: DeliverySettings
  eventSettings: (eventType: string) => EventSettings | undefined
  registrationNumber?: RegistrationNumberGenerator
  gate: FlushGate
  abandoned: AbandonedTriggers
  hooks: HookRunner
  events: DeliveryEvents
}
