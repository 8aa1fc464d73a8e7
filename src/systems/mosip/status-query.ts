import type { SystemAnswer } from '../../domain/delivery'
import type { Clock } from '../../internal/clock'
import { isRecord, isText } from '../../internal/json'
import type { StatusQuery, SystemCallContext } from '../system'
import { applicationIdOf } from './application-id'
import type { Caller } from './caller'
import { envelopeError, type Envelope } from './envelope'
import { type CallName } from '../../internal/system-call'
import { unreadableError } from './failures'
import type { CheckedMosipOptions } from './options'
import { meaningOf, type StatusMeanings } from './status-message'

/** What asking for a status takes. */
export type StatusParts = {
  options: CheckedMosipOptions
  caller: Caller
  clock: Clock
}

/** "RID Not Found" (public source of registration processor). */
const NOT_FOUND = 'RPR-RGS-031'

/** MOSIP wants the packet once more; its id stays the same. */
const RESEND = 'RESEND'

/**
 * Asks registration processor what became of a packet. It never has the number
 * that was issued, so a processed birth still waits for its credential; where
 * that got lost, MOSIP has to issue it again.
 *
 * @throws SystemError
 */
export async function askStatus(
  parts: StatusParts,
  query: StatusQuery,
  { signal }: SystemCallContext
): Promise<SystemAnswer | { outcome: 'unknown' }> {
  const { caller, clock, options } = parts
  const call: CallName = {
    system: options.name,
    what: `the status of delivery ${query.reference}`,
    changes: false
  }
  const registrationId = applicationIdOf(query.reference, options.applicationId)
  // Never was a packet's id, so MOSIP has never seen it.
  if (registrationId === undefined) return { outcome: 'unknown' }
  const envelope = await caller.send(
    {
      ...call,
      method: 'POST',
      url: `${options.baseUrl}${options.paths.status}`,
      body: {
        id: 'mosip.registration.external.status',
        version: '1.0',
        requesttime: new Date(clock.now()).toISOString(),
        request: [{ registrationId }]
      }
    },
    signal
  )
  const found = entryOf(envelope, registrationId)
  if (found === undefined) return notThere(parts, call, envelope)
  return answerOf(query, found, options.packetStatuses)
}

function entryOf({ response }: Envelope, registrationId: string) {
  return (Array.isArray(response) ? response : [])
    .filter(isRecord)
    .find((one) => one.registrationId === registrationId)
}

function notThere(
  { options }: StatusParts,
  call: CallName,
  envelope: Envelope
): { outcome: 'unknown' } {
  const { errors, status } = envelope
  const others = errors.filter(({ code }) => code !== NOT_FOUND)
  if (others.length > 0) {
    throw envelopeError(
      call,
      { ...envelope, errors: others },
      options.retryableCodes
    )
  }
  if (errors.length > 0) return { outcome: 'unknown' }
  throw unreadableError(call, status)
}

function answerOf(
  { operation }: StatusQuery,
  entry: Record<string, unknown>,
  meanings: StatusMeanings
): SystemAnswer | { outcome: 'unknown' } {
  const { statusCode } = entry
  if (!isText(statusCode, 256)) return { outcome: 'pending' }
  if (statusCode.toUpperCase() === RESEND) return { outcome: 'unknown' }
  const answer = meaningOf(statusCode, entry, meanings)
  return operation === 'createIdentity' && answer.outcome === 'accepted'
    ? { outcome: 'pending' }
    : answer
}
