import type { AuditEvent } from '../../src/domain/audit'
import type { FinalAnswer } from '../../src/domain/delivery'
import type { Clock } from '../../src/internal/clock'
import { newId } from '../../src/internal/ids'
import type { NewDelivery } from '../../src/store/store'

export const START = 1_750_000_000_000
export const ENCRYPTION = 'a-secret-that-is-made-for-tests-0001'

/** Texts that must be found nowhere on disk. */
export const PERSONAL = {
  token: 'eyJhbGciOiJSUzI1NiJ9.cmVjb3JkLXRva2Vu.c2lnbmF0dXJl',
  surname: 'Nakamura-Oyelaran',
  identifier: '4837265910283746',
  registrationNumber: 'REG-2026-000123',
  comment: 'grandmother lives in Ilesa'
}

export const ACCEPTED: FinalAnswer = {
  outcome: 'accepted',
  identifier: PERSONAL.identifier
}

/** A clock that stands still until it is moved. */
export function heldClock(at = START): Clock & { at: number } {
  return {
    at,
    now() {
      return this.at
    }
  }
}

/** A delivery as a birth registration makes it. */
export function sampleDelivery(
  changes: Partial<NewDelivery> = {}
): NewDelivery {
  const id = changes.id ?? newId()
  const event = changes.event ?? {
    id: newId(),
    type: 'birth',
    trackingId: 'BX4K2P'
  }
  const action = changes.action ?? { id: newId(), type: 'REGISTER' }
  return {
    id,
    part: 'main',
    event,
    action,
    operation: 'createIdentity',
    mode: 'async',
    coreOwed: 'confirmation',
    state: 'queued',
    rule: 'newborn',
    nextAttemptAt: START,
    confirmNotBefore: START,
    createdAt: START,
    tokenExpiresAt: START + 7 * 86_400_000,
    secrets: {
      token: PERSONAL.token,
      request: {
        operation: 'createIdentity',
        reference: id,
        event,
        action,
        person: {
          name: { firstname: 'Ada', surname: PERSONAL.surname },
          attributes: {}
        }
      },
      target: {
        eventId: event.id,
        eventType: event.type,
        actionId: action.id,
        actionType: action.type,
        content: { comment: PERSONAL.comment }
      }
    },
    ...changes
  }
}

/** An audit entry about a delivery. */
export function entry(
  delivery: Pick<NewDelivery, 'id' | 'event' | 'action'>,
  kind: string,
  at = START
): AuditEvent {
  return {
    kind,
    at,
    actor: 'worker',
    deliveryId: delivery.id,
    eventId: delivery.event.id,
    actionId: delivery.action.id
  }
}
