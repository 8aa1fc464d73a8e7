import Joi from 'joi'
import type { OptionsIssue } from '../../domain/errors'
import { createKyselyStore } from '../kysely/kysely-store'
import type { StoreFactory } from '../store'
import { openDatabase } from './open-database'
import { sqliteAdapter } from './sqlite-adapter'

/** Where and how deliveries are kept in SQLite. */
export type SqliteOptions = {
  /**
   * The database file; made, for its owner alone, if there is none. It must be on a local disk, in a folder that this
   * process can write. `:memory:` forgets everything when the process ends: for tests.
   */
  path: string
  /** How long a write waits for another process that writes the same file, in milliseconds. Default 5 000. */
  busyTimeoutMs?: number
}

const schema = Joi.object<Required<SqliteOptions>>({
  path: Joi.string()
    .required()
    .description('The database file, on a local disk.'),
  busyTimeoutMs: Joi.number()
    .integer()
    .min(0)
    .max(60_000)
    .default(5_000)
    .description('How long a write waits for another process.')
})
  .required()
  .label('sqlite(...)')

/**
 * Keeps deliveries and the audit trail in one SQLite file: durable before anything is answered, made for one process.
 * A second process on the same file (an old and a new one during a deployment) is safe: every change is a guarded
 * transaction, so each delivery is taken by one of them. For replicas on several machines it is the wrong store.
 */
export function sqlite(options: SqliteOptions): StoreFactory {
  return {
    name: 'sqlite',
    issues: (path) => issuesOf(options, path),
    weakenings: (path) =>
      issuesOf(options, path).length === 0 && options.path === ':memory:'
        ? [
            {
              option: `${path}.path`,
              effect:
                'deliveries and the audit trail are lost when the process ends'
            }
          ]
        : [],
    create(dependencies) {
      const { path, busyTimeoutMs } = checked(options)
      const adapter = sqliteAdapter(() => openDatabase(path, busyTimeoutMs))
      return createKyselyStore(adapter, dependencies)
    }
  }
}

function checked(options: SqliteOptions): Required<SqliteOptions> {
  return Joi.attempt<typeof schema>(options, schema)
}

function issuesOf(options: SqliteOptions, at: string): OptionsIssue[] {
  const { error } = schema.validate(options, {
    abortEarly: false,
    convert: false,
    errors: { label: false },
    messages: {
      'any.required': 'is missing',
      'object.unknown': 'is not known; known are path and busyTimeoutMs'
    }
  })
  return (error?.details ?? []).map(({ path, message }) => ({
    option: [at, ...path].join('.'),
    problem: message,
    see: 'docs/options.md#store'
  }))
}
