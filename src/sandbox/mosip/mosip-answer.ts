import type { JsonObject, JsonValue } from '../../domain/json'
import type { Clock } from '../../internal/clock'
import { isJsonObject, textOf } from '../json-object'
import type { ServedAnswer } from '../loopback-server'

/** One entry of `errors`. */
export type MosipError = { errorCode: string; message: string }

/** What a service calls itself in its answers. */
export type ServiceName = { id: string; version: string }

/** MOSIP's envelope: `response` or `errors`, and HTTP 200 for both. */
export function mosipAnswer(
  { id, version }: ServiceName,
  clock: Clock,
  content: { response: JsonValue; errors?: JsonValue },
  status = 200
): ServedAnswer {
  return json(status, {
    id,
    version,
    responsetime: new Date(clock.now()).toISOString(),
    metadata: null,
    response: content.response,
    errors: content.errors ?? null
  })
}

/** An answer that says no. */
export function mosipRefusal(
  name: ServiceName,
  clock: Clock,
  errors: readonly MosipError[],
  status = 200
): ServedAnswer {
  return mosipAnswer(
    name,
    clock,
    { response: null, errors: [...errors] },
    status
  )
}

/** How the caller names the service: answers echo it. */
export function nameIn(body: JsonObject | undefined): ServiceName {
  return { id: textOf(body?.id), version: textOf(body?.version) }
}

/** The object under `request`, which all of MOSIP's services wrap their input in. */
export function requestIn(body: JsonObject | undefined): JsonObject {
  const request = body?.request
  return isJsonObject(request) ? request : {}
}

/** An answer in JSON. */
export function json(status: number, body: JsonObject): ServedAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body)
  }
}
