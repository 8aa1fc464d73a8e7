import type { Delivery } from '../domain/delivery'
import type { Logger } from '../internal/logger'
import type { DeliveryEvent, DeliveryEvents } from './events'

/**
 * One line for each thing that happens, so that an operator can follow a record through the log by its event id. Ids,
 * names and codes only.
 */
export function logDeliveryEvents(
  events: DeliveryEvents,
  logger: Logger
): void {
  events.on((event) => {
    log(event, logger)
  })
}

function log(event: DeliveryEvent, logger: Logger): void {
  switch (event.type) {
    case 'delivery.stored':
      logger.info(about(event.delivery), 'delivery stored')
      return
    case 'delivery.submitted':
      logger.info(about(event.delivery), 'the ID system has it and will answer')
      return
    case 'delivery.answered': {
      const { outcome } = event
      logger.info(
        { ...about(event.delivery), outcome },
        'the ID system answered'
      )
      return
    }
    case 'delivery.ended':
      logger.info(about(event.delivery), 'delivery ended')
      return
    case 'delivery.retried': {
      const { attempts, nextAttemptAt } = event.delivery
      const next = new Date(nextAttemptAt).toISOString()
      const { code, step } = event
      logger.warn(
        { ...about(event.delivery), step, code, attempts, next },
        'delivery is tried again later'
      )
      return
    }
    case 'delivery.parked':
      logger.error(
        { ...about(event.delivery), code: event.code },
        'delivery needs a person; see it in the operations API'
      )
      return
    case 'delivery.stalled':
      logger.warn(
        { ...about(event.delivery), lastCode: event.delivery.lastCode },
        'delivery is stalled'
      )
      return
    case 'trigger.answered': {
      const { type: _type, ...said } = event
      logger.info(said, 'trigger answered')
      return
    }
    case 'callback.received':
      logger.info({ result: event.result }, 'callback received')
      return
    // Logged where they happen, with the reference that the form shows.
    case 'call.refused':
    case 'authentication.started':
    case 'authentication.ended':
    case 'ticket.shown':
    case 'credential.checked':
      return
  }
}

function about({ id, event, operation, rule, state }: Delivery) {
  return {
    deliveryId: id,
    eventId: event.id,
    trackingId: event.trackingId,
    operation,
    state,
    rule
  }
}
