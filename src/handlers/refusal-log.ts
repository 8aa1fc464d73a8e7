import type { AuditEvent } from '../domain/audit'
import { plainCode } from '../domain/code'
import type { DeliveryEvents } from '../delivery/events'
import type { Clock } from '../internal/clock'
import type { Logger } from '../internal/logger'
import type { Store } from '../store/store'
import type { AuditBudget } from './audit-budget'

export type Refusal = {
  /** Which entry. */
  route:
    | 'trigger'
    | 'confirmation'
    | 'operations'
    | 'metrics'
    | 'system'
    | 'sign-in'
    | 'redeem'
    | 'identity-check'
  code: string
  /** Our own error's text, for the log: names and ids, never values. */
  reason?: string | undefined
  /** What the caller was told to quote. */
  reference?: string
  eventId?: string | undefined
  actionId?: string | undefined
}

/** Takes down refused calls: each in the metrics, and in the log and the audit trail up to a bound. Never throws. */
export type RefusalLog = { note(refusal: Refusal): Promise<void> }

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Ids of a refused call come from the caller, so only real UUIDs are repeated. */
function asUuid(id: string | undefined): string | undefined {
  return id !== undefined && UUID.test(id) ? id : undefined
}

export function createRefusalLog(parts: {
  store: Store
  clock: Clock
  logger: Logger
  events: DeliveryEvents
  budget: AuditBudget
}): RefusalLog {
  const { store, clock, logger, events, budget } = parts

  async function write(entry: AuditEvent, about: object): Promise<void> {
    try {
      await store.audit([entry])
    } catch {
      logger.error(about, 'the refusal could not be written to the audit trail')
    }
  }

  return {
    async note({ route, ...refusal }) {
      const code = plainCode(refusal.code)
      events.emit({ type: 'call.refused', route, code })
      const { granted, missed } = budget.take(`refused.${route}`)
      if (!granted) {
        if (missed === 1)
          logger.warn(
            { route },
            'too many calls are refused; until the minute ends they are only counted'
          )
        return
      }
      const eventId = asUuid(refusal.eventId)
      const actionId = asUuid(refusal.actionId)
      const { reason } = refusal
      const told =
        refusal.reference === undefined ? {} : { reference: refusal.reference }
      logger.warn(
        { route, code, eventId, actionId, reason, ...told },
        'call refused'
      )
      const entry: AuditEvent = {
        kind: 'call.refused',
        at: clock.now(),
        actor: 'unknown',
        details: { route, code, ...told, ...(missed === 0 ? {} : { missed }) },
        ...(eventId === undefined ? {} : { eventId }),
        ...(actionId === undefined ? {} : { actionId })
      }
      await write(entry, { route, code })
    }
  }
}
