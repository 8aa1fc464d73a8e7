import { parseJson } from '../../internal/http'
import type { JsonValue } from '../../domain/json'

/** What became of one request, as the browser saw it. */
export type RequestOutcome =
  | {
      kind: 'answered'
      status: number
      statusText: string
      contentType: string
      text: string
    }
  /** No answer: not reached, cut, or not allowed by the browser. */
  | { kind: 'failed'; message: string }
  /** Slower than the field's `timeout`. */
  | { kind: 'timedOut' }

/** Value of an HTTP field (forms FACTS 4). Without an HTTP status there is no `statusCode`, and core refuses the value. */
export type HttpValue = {
  loading: boolean
  error: null | { statusCode?: number; message: string }
  data: unknown
}

export const LOADING: HttpValue = { loading: true, error: null, data: null }

export type ReadOutcome = { failed: boolean; value: HttpValue }

/** The value that an HTTP field takes for an outcome; `failed` ones are tried once more by the client. */
export function readOutcome(
  outcome: RequestOutcome,
  errorValue: JsonValue | undefined
): ReadOutcome {
  switch (outcome.kind) {
    case 'timedOut':
      return failure({ statusCode: 408, message: 'timed out' }, errorValue)
    case 'failed':
      return failure({ message: outcome.message }, errorValue)
    case 'answered':
      return readAnswer(outcome, errorValue)
  }
}

function readAnswer(
  answer: Extract<RequestOutcome, { kind: 'answered' }>,
  errorValue: JsonValue | undefined
): ReadOutcome {
  const { status, statusText, contentType, text } = answer
  if (status < 200 || status > 299) {
    return failure(
      { statusCode: status, message: statusText || 'HTTP error' },
      errorValue
    )
  }
  if (contentType.startsWith('text/')) return success(text)
  const data = parseJson(text)
  return data === undefined
    ? failure({ message: 'The answer is not JSON.' }, errorValue)
    : success(data)
}

function success(data: unknown): ReadOutcome {
  return { failed: false, value: { loading: false, error: null, data } }
}

function failure(
  error: NonNullable<HttpValue['error']>,
  errorValue: JsonValue | undefined
): ReadOutcome {
  return {
    failed: true,
    value: { loading: false, error, data: errorValue ?? null }
  }
}
