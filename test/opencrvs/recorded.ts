import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Payloads recorded from a running OpenCRVS 2.0.0. */
export const FIXTURES = join(__dirname, '..', 'fixtures', 'opencrvs')

type Json = Record<string, unknown>

export type RecordedEvent = {
  id: string
  type: string
  trackingId: string
  actions: Array<Json & { id: string; type: string; status: string }>
}

/** What a client sent to core, and what core answered. */
export type Exchange = {
  procedure: string
  input: Json & { eventId: string; actionId: string; transactionId: string }
  status: number
  headers: Record<string, string>
  body: unknown
}

export function fixtureNames(pattern: RegExp, folder = FIXTURES): string[] {
  return readdirSync(folder).filter((name) => pattern.test(name))
}

// The test that reads a file names its shape; nothing else could know it.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function readFixture<T>(name: string, folder = FIXTURES): T {
  // See above.
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as T
}

export function recordedEvent(name: string, folder = FIXTURES): RecordedEvent {
  return readFixture<RecordedEvent>(name, folder)
}

type Recording = {
  request?: { url: string; body: { json: Exchange['input'] } }
  response?: { status: number; headers: Record<string, string>; body: unknown }
  url?: string
  body?: { '0': { json: Exchange['input'] } }
  status?: number
  responseHeaders?: Record<string, string>
  responseBody?: unknown[]
}

/** The one exchange of a recording, also where it was made with the batching client. */
export function recordedExchange(name: string): Exchange {
  const file = readFixture<
    Recording & { exchange?: Recording; callback?: Recording }
  >(name)
  const recording = file.exchange ?? file.callback ?? file
  const { request, response } = recording
  if (request !== undefined && response !== undefined) {
    return exchange(request.url, request.body.json, response)
  }
  return exchange(recording.url ?? '', recording.body?.['0'].json, {
    status: recording.status ?? 0,
    headers: recording.responseHeaders ?? {},
    body: recording.responseBody?.[0]
  })
}

/** Headers of the connection, which the replaying server makes itself. */
const OF_THE_CONNECTION =
  /^(connection|keep-alive|content-length|transfer-encoding|content-encoding|date)$/

function exchange(
  url: string,
  input: Exchange['input'] | undefined,
  response: { status: number; headers: Record<string, string>; body: unknown }
): Exchange {
  if (input === undefined) throw new Error('no input was recorded')
  return {
    procedure: new URL(url).pathname.replace(/^.*\//, ''),
    input,
    status: response.status,
    headers: Object.fromEntries(
      Object.entries(response.headers).filter(
        ([name]) => !OF_THE_CONNECTION.test(name)
      )
    ),
    body: response.body
  }
}

/** The event document in a recorded success. */
export function eventIn(body: unknown): RecordedEvent {
  // Recorded as a success, so this is what it holds.
  return (body as { result: { data: { json: RecordedEvent } } }).result.data
    .json
}
