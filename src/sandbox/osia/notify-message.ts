import { parseJson } from '../../internal/http'
import type { OsiaNotification } from './behaviour'

/** Something that the engine sends to subscribers. */
export type OsiaMessage = {
  type: 'SubscriptionConfirmation' | 'Notification'
  messageId: string
  /** UUID of the topic. */
  topicId: string
  /** What was published. */
  text: string
  subject?: string
  /** Of a confirmation. */
  token?: string
  subscribeUrl?: string
  /** ISO 8601. */
  timestamp: string
}

/** A message on the wire; what forges one may change any of it. */
export type OsiaDelivery = { headers: Record<string, string>; body: string }

/** As the specification has it: the same in the headers and, wrapped, in the body. */
export function deliveryOf(
  message: OsiaMessage,
  subscriptionId: string,
  { form, namesSubscription }: OsiaNotification
): OsiaDelivery {
  return {
    headers: {
      'content-type': 'application/json',
      'message-type': message.type,
      'message-id': message.messageId,
      'topic-id': message.topicId,
      ...(namesSubscription || message.type === 'SubscriptionConfirmation'
        ? { 'subscription-id': subscriptionId }
        : {})
    },
    body:
      message.type === 'Notification' && form === 'bare'
        ? message.text
        : JSON.stringify(wrapper(message, form))
  }
}

function wrapper(
  message: OsiaMessage,
  form: OsiaNotification['form']
): Record<string, unknown> {
  const { messageId, subject, subscribeUrl, text, timestamp, token } = message
  return {
    type: message.type,
    topic: message.topicId,
    message: form === 'wrappedObject' ? (parseJson(text) ?? text) : text,
    messageId,
    timestamp,
    ...(subject === undefined ? {} : { subject }),
    ...(token === undefined ? {} : { token }),
    ...(subscribeUrl === undefined ? {} : { subscribeURL: subscribeUrl })
  }
}
