import type { JsonObject } from '../../domain/json'
import { isJsonObject, textOf } from '../json-object'

/** A packet as it was stored. */
export type MosipPacket = {
  /** The application id (AID). */
  applicationId: string
  process: string
  source: string
  schemaVersion: string
  /** The identity's attributes: every value is a text, structured ones as JSON. */
  fields: Readonly<Record<string, string>>
  /** The whole body of createPacket. */
  body: JsonObject
}

/** Reads the body of createPacket; undefined when it has not the form of one (FACTS 2). */
export function readPacket(
  body: JsonObject | undefined
): MosipPacket | undefined {
  const request = body?.request
  if (body === undefined || !isJsonObject(request)) return undefined
  const { id, fields, process, source, schemaVersion } = request
  if (!isJsonObject(fields) || !isMade(request)) return undefined
  const texts = Object.entries(fields).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string'
  )
  if (texts.length < Object.keys(fields).length) return undefined
  return {
    applicationId: textOf(id),
    process: textOf(process),
    source: textOf(source),
    schemaVersion: textOf(schemaVersion),
    fields: Object.fromEntries(texts),
    body
  }
}

/** Who made it, where, and at least one line of audit. */
function isMade({ audits, id, metaInfo, refId }: JsonObject): boolean {
  return (
    textOf(id) !== '' &&
    /^[^_]+_[^_]+$/.test(textOf(refId)) &&
    isJsonObject(metaInfo) &&
    hasLabels(metaInfo.metaData, 'centerId', 'machineId') &&
    hasLabels(metaInfo.operationsData, 'officerId') &&
    Array.isArray(audits) &&
    audits.some((one) => isJsonObject(one) && Object.keys(one).length > 0)
  )
}

/** Whether a list of labels and values, as a text, has a value for each of these. */
function hasLabels(text: unknown, ...labels: string[]): boolean {
  const list = parse(textOf(text))
  const entries = Array.isArray(list) ? list.filter(isJsonObject) : []
  return labels.every((label) =>
    entries.some((entry) => entry.label === label && textOf(entry.value) !== '')
  )
}

/** The first text of a multilingual value, or the value itself; empty when there is none. */
export function plainText(value: string | undefined): string {
  const list = parse(value ?? '')
  if (!Array.isArray(list)) return value ?? ''
  const first: unknown = list[0]
  return isJsonObject(first) ? textOf(first.value) : textOf(first)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
