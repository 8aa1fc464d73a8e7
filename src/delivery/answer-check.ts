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

/**
 * Whether what an adapter gave is an answer at all. Adapters are also written by countries, and not always in
 * TypeScript: a wrong shape must leave the delivery to a person, not go round in circles.
 */
export function isAnswer(given: unknown): boolean {
  if (!isObject(given)) return false
  switch (given.outcome) {
    case 'accepted':
      return (
        isTextOrAbsent(given.identifier) &&
        (given.declaration === undefined || isObject(given.declaration))
      )
    case 'refused':
      return typeof given.code === 'string' && typeof given.reason === 'string'
    case 'pending':
      return isTextOrAbsent(given.systemReference)
    default:
      return false
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}
