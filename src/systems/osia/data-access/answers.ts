import {
  AuthenticationError,
  MalformedError,
  NationalIdError
} from '../../../domain/errors'
import type { JsonValue } from '../../../domain/json'
import type { SystemRoute } from '../../system'
import type { ReaderScope } from './reader-token'

/** What a route answers. */
export type Answer = Awaited<ReturnType<SystemRoute['handle']>>

const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff'
}

/** The only code in the standard (an example in dataaccess 1.3.0), inside a 200. */
export const UNKNOWN_ATTRIBUTE = {
  code: 1023,
  message: 'Unknown attribute name'
}

export function json(status: number, body: JsonValue): Answer {
  return {
    status,
    headers: { ...HEADERS, 'content-type': 'application/json' },
    body: JSON.stringify(body)
  }
}

/** Nobody of that number can be read here (any more). Without a body, as the standard has it. */
export function notFound(): Answer {
  return { status: 404, headers: HEADERS }
}

/** The reader is known, and may not do this. */
export function forbidden(refused: string, challenge?: string): Answer {
  return {
    status: 403,
    headers: {
      ...HEADERS,
      ...(challenge === undefined ? {} : { 'www-authenticate': challenge })
    },
    refused
  }
}

/** The answer for what went wrong. The standard gives 401 and 403 no body, 400 and 500 a code and a message. */
export function failed(failure: unknown, scope: ReaderScope): Answer {
  if (failure instanceof AuthenticationError) {
    const { code, status } = failure
    if (status === 403) {
      return forbidden(
        code,
        `Bearer error="insufficient_scope", scope="${scope}"`
      )
    }
    const challenge =
      code === 'ERR_TOKEN_MISSING' ? 'Bearer' : 'Bearer error="invalid_token"'
    const headers = { ...HEADERS, 'www-authenticate': challenge }
    return { status, headers, refused: code }
  }
  if (failure instanceof MalformedError) {
    const { code, message } = failure
    return { ...json(400, { code: 400, message }), refused: code }
  }
  const refused =
    failure instanceof NationalIdError ? failure.code : 'ERR_UNEXPECTED'
  const message = 'It cannot be answered now. Ask again later.'
  return { ...json(500, { code: 500, message }), refused }
}
