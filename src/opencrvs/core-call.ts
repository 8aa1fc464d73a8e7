import { OpenCrvsError, type OpenCrvsErrorOptions } from '../domain/errors'
import type { Clock } from '../internal/clock'
import {
  HttpFailure,
  parseJson,
  readRetryAfter,
  type HttpClient,
  type HttpRequest,
  type HttpResponse
} from '../internal/http'
import { isRecord } from './clean-json'

/** What every call to OpenCRVS needs. */
export type CoreConnection = {
  http: HttpClient
  clock: Clock
  timeoutMs: number
}

/** A call, and what it is called in messages: never the URL, which may hold a token (FACTS D2). */
export type CoreCall = Omit<HttpRequest, 'timeoutMs'> & { what: string }

/**
 * Calls OpenCRVS and gives the JSON of a 200.
 *
 * @throws OpenCrvsError classed as FACTS C4 says: 401 `unauthorized`; 408,
 *   425, 429, 5xx and no answer `transient`; "already rejected" `alreadyDone`;
 *   anything else `permanent`. A 200 that is not JSON did not come from
 *   OpenCRVS and is `transient`.
 */
export async function callCore(
  connection: CoreConnection,
  call: CoreCall
): Promise<unknown> {
  const { what, ...request } = call
  const response = await send(connection, request, what)
  if (response.status !== 200) {
    throw refusal(response, what, connection.clock)
  }
  const body = parseJson(response.text)
  if (body !== undefined) return body
  throw new OpenCrvsError(
    `OpenCRVS answered ${what} with something that is not JSON. It is tried again; check that no proxy answers in its place.`,
    { code: 'ERR_CORE_ANSWER', failure: 'transient', status: 200 }
  )
}

/** What a tRPC procedure gave (FACTS C2), or undefined when there is no such envelope. */
export function procedureResult(body: unknown): unknown {
  const result = isRecord(body) ? body.result : undefined
  const data = isRecord(result) ? result.data : undefined
  return isRecord(data) ? data.json : undefined
}

async function send(
  connection: CoreConnection,
  request: Omit<HttpRequest, 'timeoutMs'>,
  what: string
): Promise<HttpResponse> {
  try {
    return await connection.http.request({
      ...request,
      timeoutMs: connection.timeoutMs
    })
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error
    throw noAnswer(error, what)
  }
}

function noAnswer(failure: HttpFailure, what: string): OpenCrvsError {
  const isTooLarge = failure.reason === 'tooLarge'
  // Without the cause: its text may hold the URL, and with it a token.
  return new OpenCrvsError(
    isTooLarge
      ? `OpenCRVS answered ${what} with more than can be read. Trying again cannot help.`
      : `OpenCRVS gave no answer to ${what} (${failure.reason}). It is tried again.`,
    {
      code: NO_ANSWER_CODES[failure.reason],
      failure: isTooLarge ? 'permanent' : 'transient'
    }
  )
}

const NO_ANSWER_CODES: Record<HttpFailure['reason'], string> = {
  timeout: 'ERR_CORE_TIMEOUT',
  aborted: 'ERR_CORE_ABORTED',
  network: 'ERR_CORE_UNREACHABLE',
  tooLarge: 'ERR_CORE_ANSWER'
}

function refusal(
  response: HttpResponse,
  what: string,
  clock: Clock
): OpenCrvsError {
  const { status } = response
  const retryAfterMs = readRetryAfter(
    response.headers.get('retry-after'),
    clock.now()
  )
  const classed =
    status === 400 ? classifyBadRequest(response.text) : classify(status)
  return new OpenCrvsError(
    `OpenCRVS answered ${what} with ${status}${classed.detail ?? ''}. ${ADVICE[classed.failure]}`,
    {
      code: classed.code,
      failure: classed.failure,
      status,
      ...(classed.storedAs === undefined ? {} : { storedAs: classed.storedAs }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs })
    }
  )
}

const ADVICE: Record<OpenCrvsErrorOptions['failure'], string> = {
  transient: 'It is tried again.',
  permanent: 'Trying again cannot help.',
  unauthorized: 'The token is not good (any more); a fresh one may help.',
  alreadyDone: 'The action has an answer already.'
}

type Classed = Pick<OpenCrvsErrorOptions, 'code' | 'failure' | 'storedAs'> & {
  detail?: string
}

const PASSING_STATUSES = new Set([408, 425, 429])

function classify(status: number): Classed {
  if (status === 401) {
    return { code: 'ERR_CORE_UNAUTHORIZED', failure: 'unauthorized' }
  }
  if (status === 403) {
    return { code: 'ERR_CORE_FORBIDDEN', failure: 'permanent' }
  }
  if (status === 404) {
    return { code: 'ERR_CORE_NOT_FOUND', failure: 'permanent' }
  }
  if (status >= 500 || PASSING_STATUSES.has(status)) {
    return { code: 'ERR_CORE_UNAVAILABLE', failure: 'transient' }
  }
  return { code: 'ERR_CORE_REFUSED', failure: 'permanent' }
}

function classifyBadRequest(text: string): Classed {
  const message = errorMessage(parseJson(text))
  // FACTS C4. Core gives no code of its own for this; the text is all there is.
  if (message === 'Action has already been rejected.') {
    return {
      code: 'ERR_CORE_ALREADY_REJECTED',
      failure: 'alreadyDone',
      storedAs: 'Rejected'
    }
  }
  const fields = namedFields(message)
  return {
    code: 'ERR_CORE_REFUSED',
    failure: 'permanent',
    ...(fields.length === 0 ? {} : { detail: `, naming ${fields.join(', ')}` })
  }
}

function errorMessage(body: unknown): string | undefined {
  const error = isRecord(body) ? body.error : undefined
  const json = isRecord(error) ? error.json : undefined
  const message = isRecord(json) ? json.message : undefined
  return typeof message === 'string' ? message : undefined
}

/** Names that may be repeated in a message; anything else that core says may hold a value. */
const INPUT_FIELDS = new Set<unknown>([
  'eventId',
  'actionId',
  'transactionId',
  'registrationNumber',
  'declaration',
  'annotation',
  'content',
  'customActionType',
  'requestId'
])

/** The inputs that core's validation complains about: a JSON list in the message (FACTS C4). */
function namedFields(message: string | undefined): string[] {
  const issues = message === undefined ? undefined : parseJson(message)
  if (!Array.isArray(issues)) return []
  const names = issues.map((issue: unknown): unknown =>
    isRecord(issue) && Array.isArray(issue.path) ? issue.path[0] : undefined
  )
  return [...new Set(names)].filter(
    (name): name is string => typeof name === 'string' && INPUT_FIELDS.has(name)
  )
}
