import { postgres, sqlite, type StoreFactory } from 'opencrvs-national-id'
import type { DatabaseOrder } from './order'

/** The store of an order, as a country would configure it. */
export function storeFor(database: DatabaseOrder): StoreFactory {
  return database.kind === 'sqlite'
    ? sqlite({ path: database.path })
    : postgres({ url: database.url })
}
