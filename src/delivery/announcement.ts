import type {
  FinalAnswer,
  StoredDelivery,
  SystemRequest
} from '../domain/delivery'
import { newOrderedId } from '../internal/ids'
import type { ConfirmationResult } from '../opencrvs/core'
import type { NewDelivery } from '../store/store'
import type { AnnouncedRecord } from '../systems/system'
import type { DeliveryDependencies } from './dependencies'

/**
 * The announcement that a delivery owes once core has what it brought about, where the system wants to know. Written in
 * the transaction that ends the delivery, so that it is owed exactly when the record stands.
 *
 * Its request is that of the delivery, under the same reference, with what the record has by now: the identifier that
 * was issued and the registration number.
 */
export function announcementOf(
  { clock, system }: Pick<DeliveryDependencies, 'clock' | 'system'>,
  delivery: StoredDelivery,
  answer: FinalAnswer,
  result: ConfirmationResult | undefined
): NewDelivery | undefined {
  const { action, event, operation, rule, secrets } = delivery
  const wanted = system.capabilities.announces ?? []
  const request = secrets?.request
  if (
    answer.outcome !== 'accepted' ||
    request === undefined ||
    request === null ||
    !wanted.some((one) => one === operation)
  )
    return undefined
  const now = clock.now()
  return {
    id: newOrderedId(),
    part: 'announcement',
    event,
    action,
    operation: 'announceIdentity',
    mode: 'notify',
    coreOwed: 'nothing',
    state: 'queued',
    rule,
    nextAttemptAt: now,
    confirmNotBefore: now,
    createdAt: now,
    secrets: {
      request: withRecord(request, {
        identifier: answer.identifier,
        registrationNumber:
          result?.registrationNumber ?? secrets?.registrationNumber
      }),
      // Core is told nothing: which action it was is enough.
      target: {
        eventId: event.id,
        eventType: event.type,
        actionId: action.id,
        actionType: action.type
      }
    }
  }
}

function withRecord(
  request: SystemRequest,
  {
    identifier,
    registrationNumber
  }: { [Part in keyof AnnouncedRecord]-?: string | undefined }
): SystemRequest {
  return {
    ...request,
    ...(identifier === undefined ? {} : { identifier }),
    ...(registrationNumber === undefined ? {} : { registrationNumber })
  }
}
