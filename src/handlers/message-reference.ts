import { OPEN_STATES } from '../domain/delivery'
import type { Store } from '../store/store'
import type { CallbackMessage } from '../systems/system'

/** More than one is too many already. */
const MOST = 20

/**
 * The id of the delivery that a callback's message is about; undefined when it
 * names a record of which none, or more than one, is waiting for such an answer:
 * then it is not known which is meant, and nothing is guessed.
 *
 * @throws StoreError
 */
export async function deliveryIdOf(
  store: Pick<Store, 'list'>,
  {
    onlyFor,
    reference,
    referenceIs
  }: Pick<CallbackMessage, 'onlyFor' | 'reference' | 'referenceIs'>
): Promise<string | undefined> {
  if (referenceIs === undefined) return reference
  const { deliveries } = await store.list({
    trackingId: reference,
    states: [...OPEN_STATES, 'parked'],
    limit: MOST
  })
  const [only, ...others] = deliveries.filter(
    ({ operation }) => onlyFor?.some((one) => one === operation) ?? true
  )
  return others.length === 0 ? only?.id : undefined
}
