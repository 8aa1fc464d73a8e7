import type { SystemOperation } from '../../domain/decision'
import { MalformedError } from '../../domain/errors'
import type { Clock } from '../../internal/clock'
import type { Logger } from '../../internal/logger'
import type { CallbackMessage, InboundRequest } from '../system'
import { readCredential, type CredentialParts } from './credential-message'
import { malformed, readHubMessage, type HubMessage } from './hub-message'
import { provenByHub } from './hub-signature'
import { topicsOf } from './topics'
import { readStatus, type StatusMeanings } from './status-message'

/** What reading a delivery takes. */
export type HubDeliveryParts = CredentialParts & {
  system: string
  waiting: readonly SystemOperation[]
  meanings: StatusMeanings
  clock: Clock
  logger?: Logger
}

/** Nothing that the hub sends us comes near this. */
const MAX_BYTES = 256 * 1024

/**
 * Reads a delivery of the WebSub hub. Cheap and certain checks come first, so
 * that a stranger costs no decryption: size, HMAC over the raw bytes, shape,
 * topic, then the content.
 *
 * MOSIP's hub delivers in order and holds back all later messages until this
 * one is taken. So one that cannot be used is refused for a while, which gives
 * an operator time to mend what is configured wrongly, and is then dropped with
 * an error in the log.
 *
 * @throws AuthenticationError when the sender is not proven
 * @throws MalformedError when the content makes no sense, or cannot be read
 */
export async function readHubDelivery(
  parts: HubDeliveryParts,
  request: InboundRequest
): Promise<CallbackMessage[]> {
  const { rawBody } = request
  if (rawBody.length > MAX_BYTES) throw malformed('it is too large')
  const { secrets } = parts.websub
  await provenByHub(request, typeof secrets === 'object' ? secrets : [secrets])
  const message = readHubMessage(rawBody, topicsOf(parts.websub).packetStatus)
  const isOld = isTooOld(parts, message)
  try {
    const read = await readMessage(parts, message)
    return [{ ...read, ifUnusable: isOld ? 'drop' : 'refuse' }]
  } catch (error) {
    if (!isOld || !(error instanceof MalformedError)) throw error
    parts.logger?.error(
      { system: parts.system, code: error.code, topic: message.topic },
      'a delivery of the hub that cannot be used was dropped, since it holds back all others'
    )
    return []
  }
}

function isTooOld(
  { clock, websub }: HubDeliveryParts,
  { publishedAt }: HubMessage
): boolean {
  return (
    publishedAt !== undefined &&
    clock.now() - publishedAt > websub.refuseUnusableForMs
  )
}

async function readMessage(
  parts: HubDeliveryParts,
  message: HubMessage
): Promise<CallbackMessage> {
  const { form, meanings, waiting, websub } = parts
  const { credentials, packetStatus } = topicsOf(websub)
  switch (message.topic) {
    case credentials:
      return readCredential(parts, message)
    case packetStatus:
      return readStatus(message, meanings, form, waiting)
    default:
      throw malformed('its topic is none that we have subscribed to')
  }
}
