import Joi from 'joi'
import type { OptionsIssue } from '../../domain/errors'
import type { Secret } from '../../internal/secret'
import { readUrl } from './postgres-url'

/** Certificates for the connection, as PEM. */
export type PostgresTls = {
  /** Authorities that may have signed the server's certificate, instead of those that Node trusts. */
  ca?: Secret
  /** Our own certificate and its key, where the server asks for one. */
  cert?: Secret
  key?: Secret
}

/** Where the server is. Either `url`, or the parts of one. */
export type PostgresPlace = {
  /** `postgres://user:password@host:5432/database`, or a function that gives it, asked anew for each connection. */
  url?: Secret
  host?: string
  /** Default 5432. */
  port?: number
  database?: string
  user?: string
  password?: Secret
  /**
   * `true`: encrypted, and the server's certificate is checked. `false`: not encrypted. Left out: encrypted, unless the
   * server is on this very machine.
   */
  ssl?: boolean | PostgresTls
}

/** Where and how deliveries are kept in PostgreSQL. */
export type PostgresOptions = PostgresPlace & {
  /** The schema of our tables, which are its only ones. Made, if there is none. Default `national_id`. */
  schema?: string
  /** Connections of one process at most, beside the one that listens: one writes, the others read. Default 5. */
  poolSize?: number
  /**
   * Whether processes tell each other of new work over a connection of its own. `false` behind a pooler that gives
   * each transaction another session (PgBouncer's `pool_mode = transaction`): then new work of another process is found
   * within `delivery.pollMs`, and nothing is used that needs a session. Default true.
   */
  listen?: boolean
  /** How long a statement may take, waiting included, in milliseconds. Default 10 000. */
  statementTimeoutMs?: number
}

/** With its defaults. */
export type PostgresSettings = PostgresOptions &
  Required<
    Pick<
      PostgresOptions,
      'schema' | 'poolSize' | 'listen' | 'statementTimeoutMs'
    >
  >

const secret = Joi.alternatives(Joi.string(), Joi.function().maxArity(0))

/** What the options must be, with their defaults. */
export const postgresSchema = Joi.object<PostgresSettings>({
  url: Joi.alternatives(
    Joi.string().custom(checkUrl),
    Joi.function().maxArity(0)
  ).description('Where the server is, and who we are there.'),
  host: Joi.string().description('The server, instead of `url`.'),
  port: Joi.number().integer().min(1).max(65_535),
  database: Joi.string(),
  user: Joi.string(),
  password: secret,
  ssl: Joi.alternatives(
    Joi.boolean(),
    Joi.object({ ca: secret, cert: secret, key: secret }).and('cert', 'key')
  ).description('How the connection is secured.'),
  schema: Joi.string()
    .pattern(/^[a-z_][a-z0-9_]{0,62}$/)
    .invalid('public', 'information_schema', 'pg_catalog')
    .default('national_id')
    .description('The schema of our tables.'),
  poolSize: Joi.number()
    .integer()
    .min(2)
    .max(100)
    .default(5)
    .description('Connections of one process at most.'),
  listen: Joi.boolean()
    .default(true)
    .description('Whether processes tell each other of new work.'),
  statementTimeoutMs: Joi.number()
    .integer()
    .min(100)
    .max(600_000)
    .default(10_000)
    .description('How long a statement may take.')
})
  .required()
  .xor('url', 'host')
  .with('host', ['database', 'user'])
  .without('url', ['port', 'database', 'user', 'password'])
  .label('postgres(...)')

const NAMES =
  'url, host, port, database, user, password, ssl, schema, poolSize, listen and statementTimeoutMs'

/** Says what is wrong without the URL, which has a password in it. */
function checkUrl(text: string, { message }: Joi.CustomHelpers): unknown {
  const address = readUrl(text)
  return typeof address === 'string' ? message({ custom: address }) : text
}

/** What is wrong with the options; `at` is where they stand. */
export function postgresIssues(
  options: PostgresOptions,
  at: string
): OptionsIssue[] {
  const { error } = postgresSchema.validate(options, {
    abortEarly: false,
    convert: false,
    errors: { label: false },
    messages: {
      'any.required': 'is missing',
      'any.invalid': 'must be a schema of our own',
      'alternatives.types': 'must be text, or a function that gives it',
      'string.pattern.base':
        'must be lower-case letters, digits and _, beginning with a letter',
      'object.unknown': `is not known; known are ${NAMES}`,
      'object.missing': 'needs either url, or host, database and user',
      'object.xor': 'needs either url or host, not both',
      'object.with': 'needs database and user beside host',
      'object.without': 'takes url alone: the parts stand in it',
      'object.and': 'needs cert and key together'
    }
  })
  return (error?.details ?? []).map(({ path, message }) => ({
    option: [at, ...path].join('.'),
    problem: message,
    see: 'docs/postgresql.md#options'
  }))
}
