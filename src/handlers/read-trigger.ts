import { MalformedError } from '../domain/errors'
import type { OpenCrvsVersion } from '../opencrvs/capabilities'
import { readEvent, type ReadEvent } from '../opencrvs/read-event'
import {
  verifyRecordToken,
  type TokenClaims,
  type TokenVerifier
} from '../opencrvs/tokens'

/** An action trigger whose sender is proven to hold core's token for just this action. */
export type Trigger = ReadEvent & {
  token: string
  claims: TokenClaims
  /** The event document as core sent it. */
  document: unknown
}

/** What of an HTTP request the trigger is read from. */
export type TriggerRequest = {
  headers: Readonly<Record<string, unknown>>
  payload: unknown
  params: Readonly<Record<string, string | undefined>>
  /** The token's claims, where it was checked before the body was read. */
  claims?: TokenClaims | undefined
}

/** The token of an `Authorization: Bearer` header. A token in the query or a cookie is not looked at. */
export function bearerToken(headers: TriggerRequest['headers']): string {
  const header = headers.authorization
  const match =
    typeof header === 'string' ? /^Bearer +(\S.*)$/i.exec(header) : null
  return match?.[1] ?? ''
}

/**
 * Reads a trigger (FACTS A1, A3, A4) and checks that its token is core's, for this record and this action (F2: the
 * country's own strategy lets in any OpenCRVS token).
 *
 * @throws AuthenticationError, MalformedError
 */
export async function readTrigger(
  verifier: TokenVerifier,
  version: OpenCrvsVersion,
  request: TriggerRequest
): Promise<Trigger> {
  const token = bearerToken(request.headers)
  // Before anything is read: a caller without a token of OpenCRVS gets no work out of us.
  const claims = request.claims ?? (await verifier.verify(token))
  const read = readEvent(request.payload, { version })
  await verifyRecordToken(
    { verify: () => Promise.resolve(claims) },
    { token, eventId: read.event.id, actionId: read.pendingAction.id }
  )
  checkPath(request.params, read)
  return { ...read, token, claims, document: request.payload }
}

/** The path says the same as the body (FACTS A1), where the route has these parameters. */
function checkPath(params: TriggerRequest['params'], read: ReadEvent): void {
  const eventDiffers =
    params.event !== undefined && params.event !== read.event.type
  const actionDiffers =
    params.action !== undefined && params.action !== read.pendingAction.type
  if (eventDiffers || actionDiffers) {
    throw new MalformedError(
      `The path is for another event or action than the body's (event ${read.event.id}).`,
      { code: 'ERR_PATH_MISMATCH' }
    )
  }
}
