import { plainCode } from '../../domain/code'
import type { SystemAnswer } from '../../domain/delivery'
import type { SystemOperation } from '../../domain/decision'
import { isText } from '../../internal/json'
import type { CallbackMessage } from '../system'
import { referenceOf } from './application-id'
import { malformed, type HubMessage } from './hub-message'
import type { CheckedMosipOptions, MosipOptions } from './options'

/** What a packet's status means, for the topic and for the status query alike. */
export type StatusMeanings = CheckedMosipOptions['packetStatuses']

const MAX_TEXT = 256
/** Longest text of MOSIP's that is shown to a registrar. */
const MAX_REASON = 500

/**
 * Reads a message of the packet status topic: received, processing, processed,
 * rejected with a reason (docs.mosip.io, "Notifications & Event Handling").
 * "Processed" never confirms a birth: only its credential has the number.
 *
 * @param waiting operations other than createIdentity that wait for a result
 * @throws MalformedError `ERR_CALLBACK_BODY`
 */
export function readStatus(
  message: HubMessage,
  meanings: StatusMeanings,
  form: NonNullable<MosipOptions['applicationId']>,
  waiting: readonly SystemOperation[]
): CallbackMessage {
  const { data, id } = message
  const applicationId = data.registrationId ?? data.instanceId
  const status = data.statusCode ?? data.resultCode ?? data.status
  if (!isText(applicationId, MAX_TEXT)) {
    throw malformed('it does not say which packet it is about')
  }
  if (!isText(status, MAX_TEXT)) throw malformed('it says no status')
  const answer = meaningOf(status, data, meanings)
  return {
    messageId: id,
    reference: referenceOf(applicationId, form),
    answer,
    ...(answer.outcome === 'accepted' ? { onlyFor: waiting } : {})
  }
}

/** What a status means. One that is not known means that MOSIP is still working. */
export function meaningOf(
  status: string,
  about: Readonly<Record<string, unknown>>,
  meanings: StatusMeanings
): SystemAnswer {
  const word = status.toUpperCase()
  if (meanings.accepted.includes(word)) return { outcome: 'accepted' }
  if (!meanings.refused.includes(word)) return { outcome: 'pending' }
  const code = firstText(about.errorCode, about.statusReasonCode, word)
  const reason = firstText(
    about.statusComment,
    about.reason,
    about.errorMessage,
    code
  )
  return {
    outcome: 'refused',
    code: plainCode(code),
    reason: reason.slice(0, MAX_REASON)
  }
}

function firstText(...values: unknown[]): string {
  const found = values.find((value) => isText(value, Infinity))
  return typeof found === 'string' ? found : 'OTHER'
}
