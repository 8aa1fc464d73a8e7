import type { Clock } from '../../../internal/clock'
import type { Logger } from '../../../internal/logger'
import type { CallbackMessage } from '../../system'
import { readUin } from '../generate-uin'
import type { CheckedOsiaOptions, OsiaReferenceAttribute } from '../options'
import type { OsiaHttp } from '../osia-http'
import { agrees, type ToldAttributes } from './agreement'
import { malformed, type NotifyMessage } from './notify-message'
import type { CheckedSubscription } from './options'
import { readPerson } from './read-person'

/** What taking a `newPerson` event takes. */
export type NewPersonParts = {
  options: CheckedOsiaOptions
  subscription: CheckedSubscription
  http: OsiaHttp
  clock: Clock
  logger?: Logger
}

/**
 * What a `newPerson` event means for our births. The event proves nothing: it is
 * a reason to read the person from the register, and only what the register
 * itself says counts. It becomes an answer when the register's person carries
 * our reference, and the name, date of birth and sex are those that we asked
 * for; all else is a person of somebody else's, of whom nothing is kept.
 *
 * @throws MalformedError when the event names no number, SystemError
 */
export async function readNewPerson(
  parts: NewPersonParts,
  message: NotifyMessage,
  signal: AbortSignal
): Promise<CallbackMessage[]> {
  const { options } = parts
  const uin = readUin(options, message.event?.uin)
  if (uin === undefined) throw malformed('it names no number')
  const told = await readPerson(parts, uin, signal)
  const named = referenceOf(parts, message, told)
  if (named === undefined) return []
  return [
    {
      messageId: message.messageId,
      ...named,
      answer: { outcome: 'accepted', identifier: uin },
      onlyFor: ['createIdentity'],
      agrees: (request) => agrees(options, told, request),
      // Most new people are nobody of ours, and an engine would repeat what is refused for days.
      ifUnusable: 'drop'
    }
  ]
}

/** Which delivery the new person is said to be, if any of ours. */
function referenceOf(
  { logger, options, subscription }: NewPersonParts,
  { event = {} }: NotifyMessage,
  told: ToldAttributes
): Pick<CallbackMessage, 'reference' | 'referenceIs'> | undefined {
  const { referenceAttribute } = options
  if (referenceAttribute === undefined) return undefined
  const { holds, name } = referenceAttribute
  const inEvent = event[name]
  const kept = told[name]
  const isContrary =
    typeof inEvent === 'string' && kept !== undefined && inEvent !== kept
  if (isContrary) {
    logger?.warn(
      { system: options.name },
      'a new person has one reference in the event and another in the register; it is left alone'
    )
    return undefined
  }
  const reference = subscription.correlateBy === 'event' ? inEvent : kept
  return typeof reference === 'string' && reference !== ''
    ? referenceBy(holds, reference)
    : undefined
}

/**
 * Registration numbers are kept encrypted, so nothing can be found by one:
 * whoever agreed on it has the waiting deliveries look for it (`lookUp`).
 */
function referenceBy(
  holds: NonNullable<OsiaReferenceAttribute['holds']>,
  reference: string
): Pick<CallbackMessage, 'reference' | 'referenceIs'> | undefined {
  switch (holds) {
    case 'reference':
      return { reference }
    case 'trackingId':
      return { reference, referenceIs: 'trackingId' }
    case 'registrationNumber':
      return undefined
  }
}
