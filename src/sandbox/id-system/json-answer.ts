import type { JsonObject } from '../../domain/json'
import type { ServedAnswer } from '../loopback-server'

/** An answer in JSON. */
export function jsonAnswer(status: number, body: JsonObject): ServedAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body)
  }
}
