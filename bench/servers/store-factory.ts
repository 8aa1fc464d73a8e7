import * as nationalId from 'opencrvs-national-id'
import type { StoreFactory } from 'opencrvs-national-id'
import type { DatabaseOrder } from './order'

/** The store of an order, as a country would configure it. */
export function storeFor(database: DatabaseOrder): StoreFactory {
  return database.kind === 'sqlite'
    ? nationalId.sqlite({ path: database.path })
    : postgres(database.url)
}

/** Whether the package that is measured can keep deliveries in PostgreSQL. */
export function hasPostgres(): boolean {
  return typeof Reflect.get(nationalId, 'postgres') === 'function'
}

function postgres(url: string): StoreFactory {
  if (!hasPostgres()) throw new Error('this package has no postgres()')
  // A function of this shape, by the package's own documentation.
  const create = Reflect.get(nationalId, 'postgres') as (options: {
    url: string
  }) => StoreFactory
  return create({ url })
}
