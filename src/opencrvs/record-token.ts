import { AuthenticationError } from '../domain/errors'
import { hasScope, type TokenClaims } from './token-claims'
import type { TokenVerifier } from './token-verifier'

/** FACTS F2: only core gives both of them to one token, for one action. */
const CONFIRM_SCOPES = [
  'record.confirm-registration',
  'record.reject-registration'
]

/** The token of a trigger, and what it must be for. */
export type RecordTokenClaim = {
  /** Without `Bearer `. */
  token: string | undefined
  /** `id` of the event document in the body. */
  eventId: string
  /** Id of the action that is pending in it. */
  actionId: string
}

/**
 * Proves that core makes the call, about this very action (FACTS F2). A good
 * token alone proves neither: any user's or the anonymous one is as good.
 *
 * @example
 * const { event, pendingAction } = readEvent(request.payload)
 * await verifyRecordToken(verifier, {
 *   token, eventId: event.id, actionId: pendingAction.id
 * })
 *
 * @throws AuthenticationError as `TokenVerifier.verify`; `ERR_TOKEN_SCOPE`
 *   (403) when it is not a record token, `ERR_TOKEN_FOREIGN` (403) when it is
 *   for another record or action
 */
export async function verifyRecordToken(
  verifier: Pick<TokenVerifier, 'verify'>,
  { token, eventId, actionId }: RecordTokenClaim
): Promise<TokenClaims> {
  const claims = await verifier.verify(token)
  if (!CONFIRM_SCOPES.every((scope) => hasScope(claims, scope))) {
    throw new AuthenticationError(
      `The token of the call about action ${actionId} is not a record token: it lacks the scopes to confirm and reject. Nothing was done.`,
      { code: 'ERR_TOKEN_SCOPE', status: 403 }
    )
  }
  if (claims.eventId !== eventId || claims.actionId !== actionId) {
    throw new AuthenticationError(
      `The token of the call about action ${actionId} of event ${eventId} is for another record or action. Nothing was done.`,
      { code: 'ERR_TOKEN_FOREIGN', status: 403 }
    )
  }
  return claims
}
