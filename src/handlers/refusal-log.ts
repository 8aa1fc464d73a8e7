import type { AuditEvent } from '../domain/audit'
import type { DeliveryEvents } from '../delivery/events'
import type { Clock } from '../internal/clock'
import type { Logger } from '../internal/logger'
import type { Store } from '../store/store'

export type Refusal = {
  /** Which entry: `trigger`, `confirmation`, `operations`. */
  route: string
  code: string
  eventId?: string | undefined
  actionId?: string | undefined
}

/** Takes down refused calls: each in the metrics and the log, and in the audit trail up to a bound. */
export type RefusalLog = { note(refusal: Refusal): Promise<void> }

/** A flood of bad calls must not fill the disk: past this, a minute's refusals are only counted. */
const PER_MINUTE = 120

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
}): RefusalLog {
  const { store, clock, logger, events } = parts
  let minute = 0
  let inMinute = 0

  function mayAudit(): boolean {
    const now = Math.floor(clock.now() / 60_000)
    if (now !== minute) {
      minute = now
      inMinute = 0
    }
    inMinute += 1
    return inMinute <= PER_MINUTE
  }

  return {
    async note({ route, code, ...ids }) {
      const eventId = asUuid(ids.eventId)
      const actionId = asUuid(ids.actionId)
      logger.warn({ route, code, eventId, actionId }, 'call refused')
      events.emit({ type: 'call.refused', route, code })
      if (!mayAudit()) return
      const entry: AuditEvent = {
        kind: 'call.refused',
        at: clock.now(),
        actor: 'unknown',
        details: { route, code },
        ...(eventId === undefined ? {} : { eventId }),
        ...(actionId === undefined ? {} : { actionId })
      }
      try {
        await store.audit([entry])
      } catch {
        logger.error(
          { route, code },
          'the refusal could not be written to the audit trail'
        )
      }
    }
  }
}
