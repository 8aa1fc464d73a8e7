import type { Delivery } from '../domain/delivery'
import type { IdentityProblem } from '../domain/identity'

/** What happens to deliveries and to people's identity, for metrics and logs. Never holds personal data. */
export type DeliveryEvent =
  | { type: 'delivery.stored'; delivery: Delivery }
  | { type: 'delivery.submitted'; delivery: Delivery }
  | {
      type: 'delivery.answered'
      delivery: Delivery
      outcome: 'accepted' | 'refused'
    }
  | { type: 'delivery.ended'; delivery: Delivery }
  | { type: 'delivery.parked'; delivery: Delivery; code: string }
  | {
      type: 'delivery.retried'
      delivery: Delivery
      code: string
      step: 'submit' | 'status' | 'confirm'
    }
  | { type: 'delivery.stalled'; delivery: Delivery }
  | { type: 'callback.received'; result: string }
  | { type: 'call.refused'; route: string; code: string }
  | {
      type: 'trigger.answered'
      eventType: string
      actionType: string
      decision: string
      status: number
    }
  | { type: 'authentication.started' }
  | {
      type: 'authentication.ended'
      outcome: 'succeeded' | 'failed' | 'cancelled'
      problem?: IdentityProblem
    }
  | { type: 'ticket.shown'; outcome: string }
  | { type: 'credential.checked'; outcome: 'verified' | IdentityProblem }

export type DeliveryEvents = {
  emit(event: DeliveryEvent): void
  on(listener: (event: DeliveryEvent) => void): void
}

/** A plain list of listeners: nothing is buffered, and a listener must not throw. */
export function createDeliveryEvents(): DeliveryEvents {
  const listeners: Array<(event: DeliveryEvent) => void> = []
  return {
    emit(event) {
      for (const listener of listeners) listener(event)
    },
    on(listener) {
      listeners.push(listener)
    }
  }
}
