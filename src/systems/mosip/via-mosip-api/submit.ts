import type { SystemAnswer, SystemRequest } from '../../../domain/delivery'
import type { JsonObject } from '../../../domain/json'
import type { Clock } from '../../../internal/clock'
import type { SystemCallContext } from '../../system'
import type { Connection } from '../../../internal/peer-connection'
import {
  abortedError,
  failure,
  type CallName
} from '../../../internal/system-call'
import { mappingError, unreadableError } from '../failures'
import { flowFor, type Flow } from '../flows'
import type { IdSchema } from '../id-schema'
import { audit, metaInfo, type PacketOffice } from '../packet'
import { packetFields } from '../packet-fields'
import { notificationOf } from '../submit'
import { apiStatusError } from './failures'
import type { CheckedMosipApiOptions } from './options'
import type { ApiTokens } from './tokens'

/** What every call of mosip-api takes. */
export type ApiParts = {
  options: CheckedMosipApiOptions
  office: PacketOffice
  schema: IdSchema
  flows: readonly Flow[]
  connection: Connection
  tokens: ApiTokens
  clock: Clock
}

/** By which of the two mosip-api knows what is to be done. */
const NUMBERS = {
  createIdentity: 'birthCertificateNumber',
  notifyDeath: 'deathCertificateNumber'
} as const

/**
 * Hands a registration, a death or an update to mosip-api. It makes up a new
 * application id for each call, so a call is never repeated unless it is certain
 * that mosip-api has not begun.
 *
 * A birth is answered later, by mosip-api's confirmation (`as-core.ts`); the
 * others are done once mosip-api has taken them.
 */
export async function submitViaApi(
  parts: ApiParts,
  request: SystemRequest,
  { signal }: SystemCallContext
): Promise<SystemAnswer> {
  const { clock, connection, options, tokens } = parts
  const { operation, reference } = request
  const call: CallName = {
    system: options.name,
    what: `${operation} for delivery ${reference}`,
    changes: true
  }
  if (signal.aborted) throw abortedError(call)
  const flow = flowFor(parts.flows, request)
  if (flow === undefined) throw notConfigured(call, operation)
  const body = JSON.stringify(bodyOf(parts, call, flow, request))
  const path =
    operation === 'updateIdentity' ? 'update-biographics' : 'registration'
  const response = await connection.request(call, {
    method: 'POST',
    url: `${options.baseUrl}/events/${path}`,
    timeoutMs: options.timeoutMs,
    signal,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${await tokens.forDelivery(request)}`,
      'content-type': 'application/json'
    },
    body
  })
  const { status } = response
  // Any other success is somebody else's, a proxy's page for example.
  if (status === 202) {
    return flow.waitsForResult
      ? { outcome: 'pending' }
      : { outcome: 'accepted' }
  }
  if (status >= 200 && status < 300) throw unreadableError(call, status)
  throw apiStatusError(call, response, clock.now())
}

function notConfigured(call: CallName, operation: string): Error {
  return failure(call, `is not configured (${operation}). Nothing was sent.`, {
    code: 'ERR_SYSTEM_CAPABILITY'
  })
}

/** The body, as the recorded country configuration sends it (FACTS, fixtures `birth/01`, `death/01`). */
function bodyOf(
  { clock, office, options, schema }: ApiParts,
  call: CallName,
  flow: Flow,
  request: SystemRequest
): JsonObject {
  const settings = { ...options, office, source: '' }
  const about = {
    // mosip-api's own is not known before it has made it up.
    applicationId: request.reference,
    flow,
    settings,
    request,
    now: clock.now()
  }
  const { email, name, phone } = notificationOf(options, call, request)
  return {
    trackingId: request.event.trackingId,
    requestFields: {
      ...packetFields(call, flow, schema, settings, request),
      ...numberField(call, request)
    },
    notification: {
      recipientFullName: name,
      recipientEmail: email,
      recipientPhone: phone
    },
    metaInfo: metaInfo(about),
    audit: audit(about),
    // Taken since 2026; 1.9 passes over it.
    schemaJson: schema.text
  }
}

function numberField(
  call: CallName,
  { operation, registrationNumber }: SystemRequest
): Record<string, string> {
  if (operation !== 'createIdentity' && operation !== 'notifyDeath') return {}
  if (registrationNumber === undefined || registrationNumber.trim() === '') {
    throw mappingError(
      call,
      'the record has no registration number, without which mosip-api does nothing and says that it did.'
    )
  }
  return { [NUMBERS[operation]]: registrationNumber }
}
