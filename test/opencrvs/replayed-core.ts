import nock from 'nock'
import {
  createOpenCrvsCore,
  OpenCrvsError,
  type Acceptance,
  type ConfirmationTarget,
  type JsonObject
} from 'opencrvs-national-id/opencrvs'
import type { Exchange, RecordedEvent } from './recorded'

export const GATEWAY = 'http://gateway.test:7070'
export const TOKEN = 'record.token.here'

/** A client of the replayed core. Every answer that was arranged must be asked for. */
export function useReplayedCore() {
  const core = createOpenCrvsCore({
    gatewayUrl: `${GATEWAY}/`,
    authUrl: 'http://auth.test:4040',
    timeoutMs: 2_000
  })
  beforeAll(() => {
    nock.disableNetConnect()
    nock.enableNetConnect('127.0.0.1')
  })
  afterEach(() => {
    expect(nock.pendingMocks()).toEqual([])
    nock.cleanAll()
  })
  afterAll(() => {
    nock.restore()
    core.close()
  })
  return core
}

/** The action that a recorded call is about. Recorded objects came out of JSON, hence the casts. */
export function targetOf(
  { input }: Exchange,
  actionType = 'REGISTER'
): ConfirmationTarget {
  const { eventId, actionId, requestId, content, customActionType } = input
  return {
    eventId,
    eventType: 'birth',
    actionId,
    actionType,
    ...(typeof requestId === 'string' ? { requestId } : {}),
    ...(typeof customActionType === 'string' ? { customActionType } : {}),
    ...(content === undefined ? {} : { content: content as JsonObject })
  }
}

export function acceptanceOf(
  exchange: Exchange,
  actionType = 'REGISTER'
): Acceptance {
  const { registrationNumber, declaration } = exchange.input
  return {
    target: targetOf(exchange, actionType),
    token: TOKEN,
    registrationNumber:
      typeof registrationNumber === 'string' ? registrationNumber : 'RN-1',
    ...(declaration === undefined
      ? {}
      : { declaration: declaration as JsonObject })
  }
}

export type Sent = {
  path: string
  body: unknown
  headers: Record<string, unknown>
}

/** Answers the next call of a procedure as recorded, and keeps what was sent. */
export function replay(
  exchange: Exchange,
  procedure = exchange.procedure
): Sent[] {
  const sent: Sent[] = []
  nock(GATEWAY)
    .post(`/events/${procedure}`)
    .reply(function (path, body) {
      sent.push({ path, body, headers: this.req.headers })
      return [exchange.status, JSON.stringify(exchange.body), exchange.headers]
    })
  return sent
}

/** What reading the record gives next. */
export function recordShows(event: RecordedEvent): void {
  nock(GATEWAY).get(`/events/events/${event.id}`).reply(200, event)
}

export function recordCannotBeRead(eventId: string, status = 500): void {
  nock(GATEWAY).get(`/events/events/${eventId}`).reply(status, {})
}

export function recordWith(
  exchange: Exchange,
  answer?: 'Accepted' | 'Rejected',
  actionType = 'REGISTER'
): RecordedEvent {
  const { eventId, actionId, registrationNumber } = exchange.input
  const requested = { id: actionId, type: actionType, status: 'Requested' }
  const answered = {
    id: 'answer',
    type: actionType,
    status: answer ?? '',
    originalActionId: actionId,
    ...(answer === 'Accepted' ? { registrationNumber } : {})
  }
  return {
    id: eventId,
    type: 'birth',
    trackingId: 'ABC123',
    actions: answer === undefined ? [requested] : [requested, answered]
  }
}

export async function failureOf(
  work: Promise<unknown>
): Promise<OpenCrvsError> {
  try {
    await work
  } catch (error) {
    if (error instanceof OpenCrvsError) return error
    throw error
  }
  throw new Error('it did not fail')
}
