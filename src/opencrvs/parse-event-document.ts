import { MalformedError } from '../domain/errors'
import type { JsonObject } from '../domain/json'
import { cleanObject, isRecord } from './clean-json'
import type { EventAction, EventDocument } from './event-document'

/** Texts of an action that may be absent (FACTS A3). */
const OPTIONAL_TEXTS = [
  'originalActionId',
  'requestId',
  'registrationNumber',
  'customActionType',
  'transactionId',
  'createdAt',
  'createdBy',
  'createdByUserType',
  'createdByRole',
  'createdAtLocation'
] as const

/**
 * Ids and type names go into our URLs, log lines and messages, so nothing else
 * than plain words is let through. Core's ids are UUIDs (FACTS A3).
 */
const PLAIN_WORD = /^[\w.:-]{1,100}$/

/**
 * Checks an event document from outside and copies what we know of it
 * (FACTS A3). Keys that are null count as absent.
 *
 * @throws MalformedError `ERR_EVENT_SHAPE`, naming the key that is wrong
 */
export function parseEventDocument(value: unknown): EventDocument {
  if (!isRecord(value)) throw wrongShape('it is not an object')
  if (!Array.isArray(value.actions)) throw wrongShape('actions is not a list')
  return {
    id: requiredWord(value, 'id', 'id'),
    type: requiredWord(value, 'type', 'type'),
    trackingId: requiredWord(value, 'trackingId', 'trackingId'),
    ...optionalTexts(value, ['createdAt', 'updatedAt'], ''),
    actions: value.actions.map((action, index) =>
      parseAction(action, `actions[${index}]`)
    )
  }
}

function parseAction(value: unknown, at: string): EventAction {
  if (!isRecord(value)) throw wrongShape(`${at} is not an object`)
  const annotation = optionalObject(value, 'annotation', at)
  const content = optionalObject(value, 'content', at)
  return {
    id: requiredWord(value, 'id', `${at}.id`),
    type: requiredWord(value, 'type', `${at}.type`),
    status: requiredWord(value, 'status', `${at}.status`),
    declaration: optionalObject(value, 'declaration', at) ?? {},
    ...(annotation === undefined ? {} : { annotation }),
    ...(content === undefined ? {} : { content }),
    ...optionalTexts(value, OPTIONAL_TEXTS, `${at}.`)
  }
}

function requiredWord(
  value: Record<string, unknown>,
  key: string,
  at: string
): string {
  const text = value[key]
  if (typeof text === 'string' && PLAIN_WORD.test(text)) return text
  throw wrongShape(`${at} is not a plain word`)
}

function optionalTexts<Key extends string>(
  value: Record<string, unknown>,
  keys: readonly Key[],
  at: string
): { [K in Key]?: string } {
  const texts: { [K in Key]?: string } = {}
  for (const key of keys) {
    const text = value[key]
    if (text === undefined || text === null) continue
    if (typeof text !== 'string') throw wrongShape(`${at}${key} is not a text`)
    texts[key] = text
  }
  return texts
}

function optionalObject(
  value: Record<string, unknown>,
  key: string,
  at: string
): JsonObject | undefined {
  const inner = value[key]
  if (inner === undefined || inner === null) return undefined
  if (!isRecord(inner)) throw wrongShape(`${at}.${key} is not an object`)
  return cleanObject(inner)
}

function wrongShape(problem: string): MalformedError {
  return new MalformedError(
    `The event document cannot be read: ${problem}. Nothing was done with it; check that OpenCRVS core sent it.`,
    { code: 'ERR_EVENT_SHAPE' }
  )
}
