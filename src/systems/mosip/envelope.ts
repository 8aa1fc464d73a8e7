import { plainCode } from '../../domain/code'
import type { SystemError } from '../../domain/errors'
import { parseJson, type HttpResponse } from '../../internal/http'
import { failure, type CallName } from '../../internal/system-call'
import { isRecord } from '../../internal/json'
import { statusError, unreadableError } from './failures'

/** One entry of `errors`. The message is MOSIP's text: kept out of logs and errors. */
export type EnvelopeError = { code: string; message: string }

/** What a MOSIP service answered: an HTTP 200 may still be a refusal. */
export type Envelope = {
  status: number
  response: unknown
  errors: readonly EnvelopeError[]
}

/** The token has ended or was never good (FACTS 2.3). */
const UNAUTHORIZED = 'KER-ATH-401'

/**
 * Packet manager's and registration processor's faults that pass by themselves
 * (FACTS 2.3; RPR-WIS-000 and RPR-WIN-002 are the workflow API's "unknown
 * exception" in the public source).
 */
const PASSING: ReadonlySet<string> = new Set([
  'KER-PUT-004',
  'KER-PUT-005',
  'KER-PUT-010',
  'KER-PUT-013',
  'KER-PUT-014',
  'KER-PUT-015',
  'KER-PUT-016',
  'KER-PUT-018',
  'RPR-WIS-000',
  'RPR-WIN-002'
])

/** The entries of a body's `errors`; empty when there are none. */
export function errorsIn(body: unknown): EnvelopeError[] {
  const errors = isRecord(body) ? body.errors : undefined
  // Some releases give one object, and null for none.
  const list = Array.isArray(errors) ? errors : isRecord(errors) ? [errors] : []
  return list.filter(isRecord).map((error) => ({
    code: textOf(error.errorCode) || 'OTHER',
    message: textOf(error.message) || textOf(error.errorMessage)
  }))
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Whether MOSIP says that our token is not (or no longer) good, in whichever way. */
export function isUnauthorized({ status, text }: HttpResponse): boolean {
  return (
    status === 401 ||
    errorsIn(parseJson(text)).some(({ code }) => code === UNAUTHORIZED)
  )
}

/**
 * Reads an answer.
 * @throws SystemError when it is none; `errors` inside of it are the caller's
 */
export function readEnvelope(
  call: CallName,
  response: HttpResponse,
  now: number
): Envelope {
  const { status, text } = response
  if (isUnauthorized(response)) throw unauthorized(call, status)
  if (status < 200 || status >= 300) throw statusError(call, response, now)
  const body = parseJson(text)
  if (!isRecord(body)) throw unreadableError(call, status)
  return { status, response: body.response, errors: errorsIn(body) }
}

/**
 * Both tokens were refused, the second one fresh: the client lacks a role or an
 * audience, which waiting does not mend (FACTS 2.3).
 */
function unauthorized(call: CallName, status: number): SystemError {
  return failure(
    call,
    "was refused with a fresh token. Nothing was done; check the client's role and that its name is among MOSIP's allowed audiences (docs/systems/mosip.md, `client`).",
    {
      code: 'ERR_SYSTEM_UNAUTHORIZED',
      status,
      systemCode: UNAUTHORIZED
    }
  )
}

/** What the codes in an answer's `errors` mean: retryable when all of them pass by themselves. */
export function envelopeError(
  call: CallName,
  { errors, status }: Envelope,
  alsoPassing: readonly string[] = []
): SystemError {
  const codes = errors.map(({ code }) => code)
  const passes = codes.every(
    (code) => PASSING.has(code) || alsoPassing.includes(code)
  )
  const systemCode = plainCode(codes[0] ?? 'OTHER')
  const next = passes
    ? 'It is sent again later.'
    : 'Sending it again cannot help; look the code up in docs/systems/mosip.md.'
  return failure(
    call,
    `was answered ${status} with the error ${systemCode}. ${next}`,
    {
      code: 'ERR_SYSTEM_ERRORS',
      status,
      systemCode,
      retryable: passes,
      outcomeUnknown: passes && call.changes
    }
  )
}
