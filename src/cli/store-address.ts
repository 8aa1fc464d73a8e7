import { existsSync } from 'node:fs'
import { Option, type Command } from 'commander'
import Joi from 'joi'
import type { KyselyAdapter } from '../store/kysely/adapter'
import { postgresAdapter } from '../store/postgres/postgres-adapter'
import {
  postgresIssues,
  postgresSchema
} from '../store/postgres/postgres-options'
import { openDatabase } from '../store/sqlite/open-database'
import { sqliteAdapter } from '../store/sqlite/sqlite-adapter'
import type { Terminal } from './terminal'
import { wrongOption } from './wrong-option'

const SQLITE = 'sqlite:'

/** How long a command waits for a server that writes the same file, in milliseconds. */
const BUSY_TIMEOUT_MS = 30_000

/** Commands keep what they ask for short; a table that is locked for this long is not theirs. */
const STATEMENT_TIMEOUT_MS = 600_000

/** How a store's file is opened: with others, or alone. PostgreSQL has no such thing. */
export type Access = 'shared' | 'alone'

/**
 * Adds the options that say where a store is: `--store`, `--store-env` and `--store-schema`, or with another word in
 * the place of `store`.
 */
export function addStoreOptions(command: Command, name: string): Command {
  return command
    .addOption(
      new Option(
        `--${name} <address>`,
        'sqlite:<file> or postgres://user@host:5432/database'
      )
    )
    .addOption(
      new Option(
        `--${name}-env <name>`,
        'environment variable that holds the address: for one with a password'
      )
    )
    .addOption(
      new Option(
        `--${name}-schema <name>`,
        'schema of the tables, in PostgreSQL'
      ).default('national_id')
    )
}

/** What commander has read of those options, by the name that they were added with. */
export type StoreChoice = {
  address: string | undefined
  variable: string | undefined
  schema: string
}

/**
 * The store that the options name. No message ever holds the address, which may have a password in it.
 *
 * @param file whether a file that is not there is made
 * @throws NationalIdError `ERR_OPTIONS`, saying which option is wrong
 */
export function findStore(
  name: string,
  { address: given, schema, variable }: StoreChoice,
  { access, file }: { access: Access; file: 'made' | 'required' },
  terminal: Terminal
): KyselyAdapter {
  const option = variable === undefined ? `--${name}` : `--${name}-env`
  if ((given === undefined) === (variable === undefined))
    throw wrongOption(`--${name}`, `needs either --${name} or --${name}-env`)
  const address = given ?? terminal.variable(variable ?? '') ?? ''
  if (address === '')
    throw wrongOption(option, 'names an environment variable that is not set')
  if (address.startsWith(SQLITE))
    return fileStore(option, address.slice(SQLITE.length), access, file)
  return serverStore(option, address, schema)
}

function fileStore(
  option: string,
  path: string,
  access: Access,
  file: 'made' | 'required'
): KyselyAdapter {
  if (path === '' || (file === 'required' && !existsSync(path)))
    throw wrongOption(option, 'names a file that is not there')
  // Whoever has it alone does not wait for a server to go.
  const timeoutMs = access === 'alone' ? 500 : BUSY_TIMEOUT_MS
  return sqliteAdapter(() => openDatabase(path, timeoutMs, access))
}

function serverStore(
  option: string,
  url: string,
  schema: string
): KyselyAdapter {
  if (!/^postgres(ql)?:/.test(url))
    throw wrongOption(option, 'must begin with sqlite: or postgres://')
  const options = {
    url,
    schema,
    listen: false,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS
  }
  const issues = postgresIssues(options, option)
  const [issue] = issues
  if (issue !== undefined) throw wrongOption(issue.option, issue.problem)
  return postgresAdapter(
    Joi.attempt<typeof postgresSchema>(options, postgresSchema)
  )
}
