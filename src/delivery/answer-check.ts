import type { DeliveryOperation, FinalAnswer } from '../domain/delivery'
import type { EventSettings } from './dependencies'

/**
 * Whether an answer says that an identity was issued, and does not say which. Confirming it would leave the record
 * without an identifier for ever, so it is refused, whoever gives it.
 */
export function lacksIdentifier(
  operation: DeliveryOperation,
  answer: FinalAnswer,
  event: EventSettings | undefined
): boolean {
  return (
    operation === 'createIdentity' &&
    answer.outcome === 'accepted' &&
    event?.writeIdentifier === true &&
    (answer.identifier ?? '').trim() === ''
  )
}
