import fetch, { type RequestInit } from 'node-fetch'
import type { Declaration } from '../../domain/event'
import { parseForLog, parseJsonObject, isJsonObject } from '../json-object'
import type { CoreState } from './core-state'
import type { ActionRow, EventRecord } from './event-record'

/** What a country config answered, or is taken to have answered. */
export type CountryConfigAnswer = { status: number; body: string }

/** What core makes of the answer (FACTS B). */
export type CountryConfigOutcome =
  | {
      kind: 'accepted'
      declaration: Declaration
      annotation?: Declaration
      registrationNumber?: string
    }
  | { kind: 'pending' }
  | { kind: 'rejected' }
  | { kind: 'failed' }

/**
 * POSTs the trigger with core's own headers and body (FACTS A1 to A3) and
 * gives the answer; undefined when there was none. As in core, it waits for as
 * long as it takes (FACTS B7), but not longer than the simulator runs.
 */
export async function callCountryConfig(
  core: CoreState,
  event: EventRecord,
  action: ActionRow,
  token: string
): Promise<CountryConfigAnswer | undefined> {
  const path = `/trigger/events/${event.type}/actions/${action.type}`
  const at = core.clock.now()
  const answer = await post(core, path, JSON.stringify(event), token)
  core.log.add({
    direction: 'sent',
    at,
    endedAt: core.clock.now(),
    kind: 'trigger',
    method: 'POST',
    path,
    status: answer?.status ?? 'noAnswer',
    // A copy: the caller's object is its own.
    body: parseForLog(JSON.stringify(event)),
    ...(answer === undefined ? {} : { answer: parseForLog(answer.body) })
  })
  return answer
}

/** Reads the answer as core does: only 200, 202 and 400 mean something (FACTS B). */
export function readOutcome(
  actionType: string,
  answer: CountryConfigAnswer | undefined
): CountryConfigOutcome {
  switch (answer?.status) {
    case 200:
      return readAcceptance(actionType, answer.body)
    case 202:
      return { kind: 'pending' }
    case 400:
      return { kind: 'rejected' }
    default:
      return { kind: 'failed' }
  }
}

async function post(
  core: CoreState,
  path: string,
  body: string,
  token: string
): Promise<CountryConfigAnswer | undefined> {
  if (core.countryConfigUrl === undefined) return undefined
  const init = {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${token}`,
      // The rest is what the HTTP library of core sends by itself, in its order.
      Accept: '*/*',
      'Content-Length': String(Buffer.byteLength(body)),
      'User-Agent': 'node-fetch/1.0 (+https://github.com/bitinn/node-fetch)',
      'Accept-Encoding': 'gzip,deflate',
      Connection: 'close'
    },
    body,
    // node-fetch's own type of AbortSignal predates Node's.
    signal: core.stopped as unknown as NonNullable<RequestInit['signal']>
  } satisfies RequestInit
  try {
    const response = await fetch(`${core.countryConfigUrl}${path}`, init)
    return { status: response.status, body: await response.text() }
  } catch {
    return undefined
  }
}

function readAcceptance(
  actionType: string,
  text: string
): CountryConfigOutcome {
  const body = parseJsonObject(text)
  // FACTS B3: for anything but REGISTER, an empty or unreadable body is plain success.
  if (body === undefined) {
    return actionType === 'REGISTER'
      ? { kind: 'failed' }
      : { kind: 'accepted', declaration: {} }
  }
  const { declaration = {}, annotation, registrationNumber } = body
  if (!isJsonObject(declaration)) return { kind: 'failed' }
  if (annotation !== undefined && !isJsonObject(annotation)) {
    return { kind: 'failed' }
  }
  const values = {
    kind: 'accepted',
    declaration,
    ...(annotation === undefined ? {} : { annotation })
  } as const
  if (actionType !== 'REGISTER') return values
  return typeof registrationNumber === 'string'
    ? { ...values, registrationNumber }
    : { kind: 'failed' }
}
