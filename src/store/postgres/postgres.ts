import Joi from 'joi'
import { createKyselyStore } from '../kysely/kysely-store'
import type { StoreFactory } from '../store'
import { postgresAdapter } from './postgres-adapter'
import {
  postgresIssues,
  postgresSchema,
  type PostgresOptions
} from './postgres-options'
import { isThisMachine, readUrl } from './postgres-url'

/**
 * Keeps deliveries and the audit trail in PostgreSQL (14 or newer), in a schema of their own inside a database that may
 * hold other things. Made for any number of processes: each delivery is worked on by one of them at a time, whichever
 * ends, and new work that one writes wakes the others at once.
 */
export function postgres(options: PostgresOptions): StoreFactory {
  return {
    name: 'postgres',
    issues: (path) => postgresIssues(options, path),
    weakenings: (path) =>
      postgresIssues(options, path).length === 0 && isInTheClear(options)
        ? [
            {
              option: `${path}.ssl`,
              effect:
                'what is written and the role’s password cross the network unencrypted'
            }
          ]
        : [],
    create(dependencies) {
      const settings = Joi.attempt<typeof postgresSchema>(
        options,
        postgresSchema
      )
      return createKyselyStore(postgresAdapter(settings), dependencies)
    }
  }
}

function isInTheClear({ host, ssl, url }: PostgresOptions): boolean {
  if (ssl !== false) return false
  const address = typeof url === 'string' ? readUrl(url) : undefined
  const known = typeof address === 'object' ? address.host : host
  // Where a function tells it, the server may be anywhere.
  return known === undefined || !isThisMachine(known)
}
