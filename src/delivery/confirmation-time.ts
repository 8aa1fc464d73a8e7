import type { StoredDelivery } from '../domain/delivery'
import type { DeliveryDependencies } from './dependencies'

/** When core may be told at the earliest: its own answer must never be overtaken (FACTS C6). */
export function earliestConfirmation(
  dependencies: Pick<DeliveryDependencies, 'clock' | 'gate' | 'settings'>,
  delivery: Pick<StoredDelivery, 'id' | 'coreOwed' | 'confirmNotBefore'>
): number {
  const { clock, gate, settings } = dependencies
  if (delivery.coreOwed === 'nothing') return 0
  const flushed = gate.flushedAt(delivery.id)
  if (flushed === 'held') return clock.now() + settings.acceptPauseMs
  if (flushed === 'unknown') return delivery.confirmNotBefore
  const pause =
    delivery.coreOwed === 'check'
      ? settings.checkAfterMs
      : settings.acceptPauseMs
  return Math.max(flushed + pause, delivery.confirmNotBefore)
}
