import type { JsonObject } from '../../domain/json'
import { textOf } from '../json-object'
import type { ServedAnswer, ServedRequest } from '../loopback-server'
import type { Actor } from './actor'
import { CoreFailure } from './core-failure'
import type { CoreState } from './core-state'

/** Who calls, and what the token says. */
export type Caller = { actor: Actor; claims: JsonObject }

/**
 * What the gateway answers before the call reaches the events service, or
 * undefined when it lets the call through (FACTS C4).
 */
export function gatewayRefusal(
  core: CoreState,
  request: ServedRequest
): ServedAnswer | undefined {
  const token = bearerToken(request)
  if (token === undefined) return unauthorized('Missing authentication')
  if (token.split('.').length !== 3) return unauthorized('Invalid token format')
  return core.tokens.verify(token, 'gateway') === undefined
    ? unauthorized('Invalid token')
    : undefined
}

/**
 * The caller, as the events service sees it.
 *
 * @throws CoreFailure 401: no token, one that is not good, or one whose user
 *   or client no longer exists (FACTS C4)
 */
export function authenticate(core: CoreState, request: ServedRequest): Caller {
  const token = bearerToken(request)
  if (token === undefined) {
    throw new CoreFailure('UNAUTHORIZED', 'Authorization token is missing')
  }
  const claims = core.tokens.verify(token, 'events')
  const actor = core.actors.get(textOf(claims?.sub))
  if (claims === undefined || actor === undefined) {
    throw new CoreFailure('UNAUTHORIZED', 'Authentication failed')
  }
  return { actor, claims }
}

/** Whether the token has a scope, with or without options after it. */
function hasScope(caller: Caller, scope: string): boolean {
  const scopes = Array.isArray(caller.claims.scope) ? caller.claims.scope : []
  return scopes.some(
    (given) =>
      typeof given === 'string' &&
      (given === `type=${scope}` || given.startsWith(`type=${scope}&`))
  )
}

/**
 * Checks a record token's scopes, before anything of the input is looked at.
 *
 * @throws CoreFailure 403 (FACTS C4)
 */
export function checkConfirmScopes(
  caller: Caller,
  answer: 'Accepted' | 'Rejected'
): void {
  const scope =
    answer === 'Accepted'
      ? 'record.confirm-registration'
      : 'record.reject-registration'
  if (!hasScope(caller, scope)) {
    throw new CoreFailure(
      'FORBIDDEN',
      'Missing required scopes for action confirmation'
    )
  }
}

/**
 * Checks that a record token is for this record and action.
 *
 * @throws CoreFailure 403 (FACTS C4)
 */
export function checkConfirmClaims(caller: Caller, input: JsonObject): void {
  const { eventId, actionId } = caller.claims
  if (eventId === undefined || actionId === undefined) {
    throw new CoreFailure(
      'FORBIDDEN',
      'Missing required claims for action confirmation'
    )
  }
  if (eventId !== input.eventId || actionId !== input.actionId) {
    throw new CoreFailure('FORBIDDEN', 'FORBIDDEN')
  }
}

/**
 * Checks that the caller may read the record: a record token only its own
 * (FACTS C6, D8).
 *
 * @throws CoreFailure 403
 */
export function checkMayRead(caller: Caller, eventId: string): void {
  const own = caller.claims.eventId
  if (
    !hasScope(caller, 'record.read') ||
    (own !== undefined && own !== eventId)
  ) {
    throw new CoreFailure('FORBIDDEN', 'FORBIDDEN')
  }
}

function bearerToken(request: ServedRequest): string | undefined {
  return /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
}

function unauthorized(message: string): ServedAnswer {
  const attributes =
    message === 'Missing authentication'
      ? {}
      : { attributes: { error: message } }
  return {
    status: 401,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({
      statusCode: 401,
      error: 'Unauthorized',
      message,
      ...attributes
    })
  }
}
