import type { JsonValue } from '../../domain/json'
import type { SignInTransaction } from '../relying-party'

/** A sign-in between its start and the provider's answer. It waits in the browser, in a sealed cookie. */
export type PendingSignIn = {
  transaction: SignInTransaction
  /** Prefix of the person in the form: `mother`. */
  person: string
  /** Event type. */
  event: string
  /** The record. */
  eventId: string
  /** The form page, without query. */
  returnTo: string
  /** Digest of the browser session that began it. */
  session: string
  /** When it is over, in milliseconds since 1970. */
  expiresAt: number
}

const TEXTS = ['person', 'event', 'eventId', 'returnTo', 'session'] as const
const SECRETS = ['state', 'nonce', 'codeVerifier'] as const

/**
 * What was unsealed, if it is a sign-in as this version writes it. The seal proves that we wrote it; during an update
 * it may have been another version.
 */
export function readPendingSignIn(value: unknown): PendingSignIn | undefined {
  if (!hasTexts(value, TEXTS)) return undefined
  const { transaction, expiresAt } = value
  if (typeof expiresAt !== 'number') return undefined
  if (!hasTexts(transaction, SECRETS)) return undefined
  const { dpopKey } = transaction
  const isKey = dpopKey === undefined || isObject(dpopKey)
  // Every member was looked at just now.
  return isKey ? (value as unknown as PendingSignIn) : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function hasTexts(
  value: unknown,
  names: readonly string[]
): value is Record<string, unknown> {
  return (
    isObject(value) && names.every((name) => typeof value[name] === 'string')
  )
}

/** What is sealed: JSON, nothing else. */
export function toSealable(signIn: PendingSignIn): JsonValue {
  const { transaction, ...rest } = signIn
  const { dpopKey, ...secrets } = transaction
  return {
    ...rest,
    transaction: { ...secrets, ...(dpopKey === undefined ? {} : { dpopKey }) }
  }
}
