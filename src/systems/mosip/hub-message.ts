import { createHash } from 'node:crypto'
import { MalformedError } from '../../domain/errors'
import { parseJson } from '../../internal/http'
import { isRecord, isText } from '../../internal/json'

/** What a hub delivers, once its sender is proven. */
export type HubMessage = {
  topic: string
  /** The same when it is delivered again. */
  id: string
  /** When it was published, in milliseconds since 1970; undefined when it does not say. */
  publishedAt?: number
  data: Readonly<Record<string, unknown>>
}

const MAX_ID = 256

/**
 * Reads the body of a delivery. Unknown members are no matter.
 *
 * Credentials come as `{ publisher, topic, publishedOn, event: { id, data } }`
 * (FACTS 5). The registration processor publishes its own objects bare, as
 * `{ instanceId, resultCode, ... }` (public source of its workflow manager):
 * such a one has neither topic nor id, so it is known by its bytes.
 *
 * @param bareTopic the topic of bare objects; undefined when none is subscribed
 * @throws MalformedError `ERR_CALLBACK_BODY`
 */
export function readHubMessage(
  rawBody: Buffer,
  bareTopic: string | undefined
): HubMessage {
  const body = parseJson(rawBody.toString('utf8'))
  if (!isRecord(body)) throw malformed('it is no JSON object')
  const { event } = body
  if (!isRecord(event)) return readBare(rawBody, body, bareTopic)
  const { data, id } = event
  if (!isText(body.topic, MAX_ID)) throw malformed('`topic` is missing')
  if (!isText(id, MAX_ID)) throw malformed('`event.id` is missing')
  if (!isRecord(data)) throw malformed('`event.data` is missing')
  const publishedAt = timeIn(event.timestamp) ?? timeIn(body.publishedOn)
  return {
    topic: body.topic,
    id,
    ...(publishedAt === undefined ? {} : { publishedAt }),
    data
  }
}

function readBare(
  rawBody: Buffer,
  body: Record<string, unknown>,
  topic: string | undefined
): HubMessage {
  if (topic === undefined || !isText(body.instanceId, MAX_ID)) {
    throw malformed('`event` is missing')
  }
  const id = createHash('sha256').update(rawBody).digest('hex')
  return { topic, id, data: body }
}

/** ISO 8601; MOSIP's times without a zone are UTC. */
function timeIn(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined
  const hasZone = /(?:z|[+-]\d{2}:?\d{2})$/i.test(value)
  const time = Date.parse(hasZone ? value : `${value}Z`)
  return Number.isNaN(time) ? undefined : time
}

/** A delivery whose content makes no sense, in words that quote nothing of it. */
export function malformed(problem: string): MalformedError {
  return new MalformedError(
    `A delivery of the hub makes no sense: ${problem}. Nothing was taken from it; compare it with docs/systems/mosip.md, "Answers".`,
    { code: 'ERR_CALLBACK_BODY' }
  )
}
