import type { ServedAnswer } from '../loopback-server'

/** A JSON answer. */
export function jsonAnswer(status: number, value: unknown): ServedAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value)
  }
}

/** An answer without a body, as 201, 204, 401, 403, 404 and 409 are. */
export function emptyAnswer(status: number): ServedAnswer {
  return { status }
}

/** An answer in the form that every OSIA interface has for errors. */
export function errorAnswer(
  status: number,
  code: number,
  message: string
): ServedAnswer {
  return jsonAnswer(status, { code, message })
}

/** A request that a validator of the specification refuses. */
export function invalidAnswer(message: string): ServedAnswer {
  return errorAnswer(400, 1, message)
}
