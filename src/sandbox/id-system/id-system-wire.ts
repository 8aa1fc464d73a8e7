import type { JsonObject } from '../../domain/json'
import { isJsonObject, parseJsonObject } from '../json-object'

/** What is asked of the ID system. `body` is all of it, as it came. */
export type IdSystemRequest = {
  /** The caller's id for the work. Answers carry it. */
  reference: string
  /** `createIdentity`, `updateIdentity`, `notifyDeath`, `withdraw` or `deactivateIdentity`. */
  operation: string
  person: JsonObject
  identifier?: string
  body: JsonObject
}

/** How the ID system decides. */
export type IdSystemOutcome =
  | { outcome: 'accepted'; identifier?: string }
  | { outcome: 'refused'; code: string; reason: string }

/** Paths of the operations. Nothing else issues or changes an identity. */
export const OPERATION_PATHS = {
  '/identities': 'createIdentity',
  '/identities/updates': 'updateIdentity',
  '/deaths': 'notifyDeath',
  '/withdrawals': 'withdraw',
  '/deactivations': 'deactivateIdentity'
} as const

/** Reads a request of one of the operations, or gives undefined when it makes no sense. */
export function readIdSystemRequest(
  text: string,
  operation: string
): IdSystemRequest | undefined {
  const body = parseJsonObject(text)
  if (body === undefined) return undefined
  const { reference, person, identifier } = body
  if (typeof reference !== 'string' || reference === '') return undefined
  if (body.operation !== undefined && body.operation !== operation) {
    return undefined
  }
  return {
    reference,
    operation,
    person: isJsonObject(person) ? person : {},
    ...(typeof identifier === 'string' ? { identifier } : {}),
    body
  }
}

/** The body of a callback, and of the answer about a decided request. */
export function outcomeBody(
  reference: string,
  outcome: IdSystemOutcome
): JsonObject {
  return { reference, ...outcome }
}
