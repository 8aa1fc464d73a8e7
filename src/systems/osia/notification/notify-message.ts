import { MalformedError } from '../../../domain/errors'
import { parseJson } from '../../../internal/http'
import { isRecord } from '../../../internal/json'
import type { InboundRequest } from '../../system'

/** A message of the notification engine, whichever form it came in. */
export type NotifyMessage = {
  type: 'SubscriptionConfirmation' | 'Notification'
  messageId: string
  /** UUID of the topic. */
  topicId: string
  /** Absent where the engine does not say. */
  subscriptionId?: string
  /** Of a confirmation. */
  token?: string
  /** What was published; undefined when it is no object. */
  event?: Record<string, unknown>
}

/** An event holds numbers alone; nothing that we listen to comes near this. */
const MAX_BYTES = 64 * 1024

const TYPES = ['SubscriptionConfirmation', 'Notification'] as const

/**
 * Reads a delivery. The published file wraps the event as text, the standard's
 * own example shows the bare event (FACTS D5), and an engine may wrap it as an
 * object: all three are taken. What the headers and the wrapper both say must be
 * the same.
 *
 * @throws MalformedError
 */
export function readNotifyMessage({
  headers,
  rawBody
}: Pick<InboundRequest, 'headers' | 'rawBody'>): NotifyMessage {
  const body = bodyOf(rawBody)
  const wrapper = isWrapper(body) ? body : {}
  const said = (header: string, member: string) =>
    oneOf(headers[header], wrapper[member], header)
  const named = said('message-type', 'type')
  const type = TYPES.find((one) => one === named)
  if (type === undefined) throw malformed('it has no type that there is')
  const subscriptionId = text(headers['subscription-id'])
  const token = text(wrapper.token)
  const event = isWrapper(body) ? eventIn(body.message) : body
  return {
    type,
    messageId: required(said('message-id', 'messageId'), 'it has no id'),
    topicId: required(said('topic-id', 'topic'), 'it names no topic'),
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    ...(token === undefined ? {} : { token }),
    ...(event === undefined ? {} : { event })
  }
}

function bodyOf(rawBody: Buffer): Record<string, unknown> {
  if (rawBody.length > MAX_BYTES) throw malformed('it is too large')
  const body = parseJson(rawBody.toString('utf8'))
  if (!isRecord(body)) throw malformed('its body is no object')
  return body
}

function required(value: string | undefined, problem: string): string {
  if (value === undefined) throw malformed(problem)
  return value
}

function isWrapper(body: Record<string, unknown>): boolean {
  return TYPES.some((one) => one === body.type) && body.message !== undefined
}

function eventIn(message: unknown): Record<string, unknown> | undefined {
  const event = typeof message === 'string' ? parseJson(message) : message
  return isRecord(event) ? event : undefined
}

/** What a header and a member of the wrapper say alike. */
function oneOf(
  header: string | undefined,
  member: unknown,
  name: string
): string | undefined {
  const first = text(header)
  const second = text(member)
  if (first !== undefined && second !== undefined && first !== second) {
    throw malformed(`its ${name} is one in the header and another in the body`)
  }
  return first ?? second
}

/** Ids and tokens of any engine; nothing else can be meant. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\x21-\x7e]{1,512}$/.test(value)
    ? value
    : undefined
}

/** A delivery that makes no sense. */
export function malformed(why: string): MalformedError {
  return new MalformedError(
    `A notification was refused since ${why}. Nothing was changed.`,
    { code: 'ERR_NOTIFICATION_MALFORMED' }
  )
}
