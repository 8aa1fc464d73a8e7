import { isNativeError } from 'node:util/types'
import type { Fault } from '../kysely/adapter'

/**
 * What went wrong between us and PostgreSQL, without the server's own text: that may quote values, the user's name and
 * the server's address.
 */
export class PostgresFailure extends Error {
  /** SQLSTATE, or the code of Node's network error. */
  readonly code: string | undefined
  readonly fault: Fault
  /** The connection cannot be used any more. */
  readonly isConnectionLost: boolean
  /** Nothing was written, and the same may be tried again at once on another connection. */
  readonly mayRepeat: boolean
  /** It was lost while a commit was on its way, so it may have been made durable or not. */
  readonly isOutcomeUnknown: boolean

  constructor(
    text: string,
    meaning: {
      code?: string | undefined
      fault: Fault
      isConnectionLost?: boolean
      mayRepeat?: boolean
      isOutcomeUnknown?: boolean
    }
  ) {
    super(text)
    this.name = 'PostgresFailure'
    this.code = meaning.code
    this.fault = meaning.fault
    this.isConnectionLost = meaning.isConnectionLost ?? false
    this.mayRepeat = meaning.mayRepeat ?? false
    this.isOutcomeUnknown = meaning.isOutcomeUnknown ?? false
  }
}

/** The same failure while a commit was on its way: it may have been made durable or not. */
export function duringCommit(failure: PostgresFailure): PostgresFailure {
  return failure.isConnectionLost
    ? new PostgresFailure(`${failure.message}; during a commit`, {
        code: failure.code,
        fault: failure.fault,
        isConnectionLost: true,
        isOutcomeUnknown: true
      })
    : failure
}

/** Our failure for what `pg` has thrown. */
export function toPostgresFailure(thrown: unknown): PostgresFailure {
  if (thrown instanceof PostgresFailure) return thrown
  const sqlState = sqlStateOf(thrown)
  return sqlState === undefined
    ? networkFailure(thrown)
    : refusal(sqlState, thrown)
}

/** What PostgreSQL's SQLSTATEs mean to us, by their beginning. See its manual, appendix A. */
const STATES: ReadonlyArray<readonly [start: string, fault: Fault]> = [
  // connection_exception
  ['08', 'lost'],
  // read_only_sql_transaction: a standby, or a primary that is one no more
  ['25006', 'readOnly'],
  // idle_in_transaction_session_timeout: we were stopped for that long
  ['25P03', 'lost'],
  // invalid_authorization_specification
  ['28', 'denied'],
  // invalid_catalog_name: there is no such database
  ['3D000', 'denied'],
  // serialization_failure, deadlock_detected
  ['40', 'busy'],
  // insufficient_privilege
  ['42501', 'denied'],
  // disk_full
  ['53100', 'full'],
  // too_many_connections
  ['53300', 'crowded'],
  // insufficient_resources: memory, or a limit of the configuration
  ['53', 'busy'],
  // lock_not_available
  ['55P03', 'busy'],
  // query_canceled: the statement's time was over
  ['57014', 'busy'],
  // admin_shutdown, crash_shutdown, cannot_connect_now, database_dropped
  ['57P', 'lost'],
  // io_error
  ['58030', 'disk'],
  // data_corrupted, index_corrupted
  ['XX00', 'corrupt']
]

/** internal_error: anything. */
const INTERNAL_ERROR = 'XX000'

/** feature_not_supported: a prepared statement whose table has changed since. */
const STALE_PLAN = '0A000'

function refusal(code: string, thrown: unknown): PostgresFailure {
  const fault =
    code === INTERNAL_ERROR
      ? 'other'
      : (STATES.find(([start]) => code.startsWith(start))?.[1] ?? 'other')
  const isLost = fault === 'lost' || textOf(thrown, 'severity') === 'FATAL'
  const constraint = textOf(thrown, 'constraint')
  return new PostgresFailure(
    `PostgreSQL refused with SQLSTATE ${code}${constraint === '' ? '' : ` (${constraint})`}`,
    {
      code,
      fault,
      // A server that cannot write is left, so that the next connection finds the one that can.
      isConnectionLost: isLost || fault === 'readOnly' || code === STALE_PLAN,
      mayRepeat:
        fault === 'lost' || code.startsWith('40') || code === STALE_PLAN
    }
  )
}

function networkFailure(thrown: unknown): PostgresFailure {
  if (!isNativeError(thrown) || thrown.name === 'TypeError')
    return new PostgresFailure('PostgreSQL was asked in a way that is wrong', {
      fault: 'other',
      isConnectionLost: true
    })
  const code = textOf(thrown, 'code') || codeOfFirst(thrown)
  return new PostgresFailure(
    `the connection to PostgreSQL failed${code === '' ? '' : ` with ${code}`}`,
    {
      code,
      fault: 'lost',
      isConnectionLost: true,
      // It was cut. One that cannot be made, or gives no answer, would only fail once more.
      mayRepeat:
        CUT.has(code) || thrown.message.startsWith('Connection terminated')
    }
  )
}

const CUT: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE'])

/** Several addresses of one host fail together. */
function codeOfFirst(thrown: Error): string {
  const errors: unknown = Reflect.get(thrown, 'errors')
  return Array.isArray(errors) ? textOf(errors[0], 'code') : ''
}

/** Known by its shape, not by its class: see `textOf` of the SQLite adapter. */
function sqlStateOf(thrown: unknown): string | undefined {
  const code = textOf(thrown, 'code')
  return /^[0-9A-Z]{5}$/.test(code) && textOf(thrown, 'severity') !== ''
    ? code
    : undefined
}

function textOf(thrown: unknown, key: string): string {
  if (typeof thrown !== 'object' || thrown === null) return ''
  const value: unknown = Reflect.get(thrown, key)
  return typeof value === 'string' ? value : ''
}
