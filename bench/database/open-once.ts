import { storeFor } from '../servers/store-factory'
import { ENCRYPTION, type DatabaseOrder } from '../servers/order'
import { internals } from './internals'

/** Makes the tables as the store itself makes them. */
export async function openOnce(order: DatabaseOrder): Promise<void> {
  const cipher = await internals().createCipher(ENCRYPTION)
  const clock = { now: () => Date.now() }
  const store = storeFor(order).create({ cipher, clock })
  await store.open()
  await store.close()
}
