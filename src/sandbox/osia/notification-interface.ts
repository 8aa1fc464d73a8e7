import type { ServedAnswer, ServedRequest } from '../loopback-server'
import type { OsiaBehaviour } from './behaviour'
import type { NotificationEngine } from './notification-engine'
import {
  emptyAnswer,
  errorAnswer,
  invalidAnswer,
  jsonAnswer
} from './osia-answer'

/** createTopic: idempotent. */
export function answerCreateTopic(
  engine: NotificationEngine,
  { query }: ServedRequest
): ServedAnswer {
  const name = query.get('name')
  return name === null || name === ''
    ? invalidAnswer('no name')
    : jsonAnswer(200, engine.topics.create(name))
}

/** publish: the topic by its UUID, the message as one of the media types that are taken. */
export function answerPublish(
  engine: NotificationEngine,
  { publishMediaTypes }: OsiaBehaviour,
  { body, headers, params, query }: ServedRequest
): ServedAnswer {
  const [mediaType = ''] = (headers['content-type'] ?? '').split(';')
  if (!publishMediaTypes.includes(mediaType.trim().toLowerCase())) {
    return invalidAnswer('a media type that is not supported')
  }
  if (body === '') return invalidAnswer('no message')
  const subject = query.get('subject') ?? undefined
  const messageId = engine.publish(params.uuid ?? '', body, subject)
  return messageId === undefined
    ? errorAnswer(400, 2, 'unknown topic')
    : emptyAnswer(200)
}

/** subscribe: idempotent on topic, protocol and address. The topic by its name (FACTS D7). */
export function answerSubscribe(
  engine: NotificationEngine,
  { query }: ServedRequest
): ServedAnswer {
  const topic = query.get('topic')
  const address = query.get('address')
  const protocol = query.get('protocol') ?? 'http'
  const policy = query.get('policy') ?? '3600,168'
  if (topic === null || address === null || !URL.canParse(address)) {
    return invalidAnswer('no topic or address')
  }
  if (protocol !== 'http' && protocol !== 'email') {
    return invalidAnswer('no such protocol')
  }
  if (!/^\d+,(?:-1|\d+)$/.test(policy)) return invalidAnswer('no policy')
  const subscription = engine.subscribe({ topic, address, protocol, policy })
  return subscription === undefined
    ? errorAnswer(400, 2, 'unknown topic')
    : jsonAnswer(200, subscription)
}

/** confirm. */
export function answerConfirm(
  engine: NotificationEngine,
  { query }: ServedRequest
): ServedAnswer {
  return engine.subscribers.confirm(query.get('token') ?? '')
    ? emptyAnswer(200)
    : errorAnswer(400, 1, 'invalid token')
}

/** unsubscribe. */
export function answerUnsubscribe(
  engine: NotificationEngine,
  { params }: ServedRequest
): ServedAnswer {
  return emptyAnswer(engine.subscribers.remove(params.uuid ?? '') ? 204 : 404)
}

/** deleteTopic. */
export function answerDeleteTopic(
  engine: NotificationEngine,
  { params }: ServedRequest
): ServedAnswer {
  return emptyAnswer(engine.topics.remove(params.uuid ?? '') ? 204 : 404)
}
