import { plainCode } from '../../domain/code'
import type { SystemError } from '../../domain/errors'
import type { Clock } from '../../internal/clock'
import { parseJson, type HttpResponse } from '../../internal/http'
import { secretBytes } from '../../internal/ids'
import { resolveSecret } from '../../internal/secret'
import { isRecord } from '../../internal/json'
import type {
  SystemCallContext,
  VerificationAnswer,
  VerificationRequest
} from '../system'
import type { Connection } from '../../internal/peer-connection'
import { errorsIn } from './envelope'
import {
  abortedError,
  failure,
  type CallName
} from '../../internal/system-call'
import { mappingError, statusError, unreadableError } from './failures'
import {
  demographicsOf,
  idaRequestBody,
  signatureHeader,
  type RandomBytes
} from './ida-request'
import type { CertificateKeys } from './ida-keys'
import type { CheckedIda } from './options'

/** What a verification takes. */
export type VerifyParts = {
  system: string
  ida: CheckedIda
  language: string
  connection: Connection
  keys: CertificateKeys
  clock: Clock
  timeoutMs: number
  random?: RandomBytes
}

/** The number is nobody's any more or never was (FACTS 4). */
const NO_MATCH: ReadonlySet<string> = new Set([
  'IDA-MLC-002',
  'IDA-MLC-003',
  'IDA-MLC-004',
  'IDA-MLC-018'
])

/** An attribute differs. */
const DIFFERS = /^IDA-DEA-/

/** IDA's trouble, or a clock's: it passes. Everything else is our request, which does not. */
const PASSING: ReadonlySet<string> = new Set(['IDA-MLC-001', 'IDA-MLC-007'])

/**
 * Asks IDA whether a person's data match: a demographic authentication
 * (FACTS 4). Trouble is thrown and never told as "does not match".
 *
 * @throws SystemError; neither text nor cause holds the address, which is made
 *   of secrets
 */
export async function verify(
  parts: VerifyParts,
  request: VerificationRequest,
  { signal }: SystemCallContext
): Promise<VerificationAnswer> {
  const { clock, connection, ida, keys, timeoutMs } = parts
  const call: CallName = {
    system: parts.system,
    what: `the verification for ${request.reference}`,
    changes: false
  }
  if (signal.aborted) throw abortedError(call)
  const { idaCertificate, signing } = await keys()
  const random = parts.random ?? secretBytes
  const transactionId = tenDigits(random)
  const body = idaRequestBody({
    ...subjectOf(call, parts, request),
    ida,
    idaCertificate,
    transactionId,
    now: clock.now(),
    random
  })
  const response = await connection.request(call, {
    method: 'POST',
    url: await addressOf(ida),
    timeoutMs,
    signal,
    headers: {
      accept: 'application/json',
      // The word itself; the licence key in the address is what authenticates.
      authorization: 'Authorization',
      'content-type': 'application/json',
      signature: signatureHeader(body, signing)
    },
    body
  })
  return readAnswer(call, response, transactionId, clock.now())
}

function subjectOf(
  call: CallName,
  { ida, language }: VerifyParts,
  { identifier, person }: VerificationRequest
) {
  if (identifier === undefined) {
    throw mappingError(call, 'the person has no identifier.')
  }
  const demographics = demographicsOf(person, ida, language)
  if (demographics === undefined) {
    throw mappingError(
      call,
      'the person has neither a name nor a date of birth to compare.'
    )
  }
  return { identifier, demographics }
}

async function addressOf(ida: CheckedIda): Promise<string> {
  const licence = await resolveSecret(ida.mispLicenceKey, 'ida.mispLicenceKey')
  const apiKey = await resolveSecret(ida.partnerApiKey, 'ida.partnerApiKey')
  const steps = [licence, ida.partnerId, apiKey].map(encodeURIComponent)
  return `${ida.url}/${steps.join('/')}`
}

function tenDigits(random: RandomBytes): string {
  return String(random(8).readBigUInt64BE() % 10n ** 10n).padStart(10, '0')
}

function readAnswer(
  call: CallName,
  response: HttpResponse,
  transactionId: string,
  now: number
): VerificationAnswer {
  const body = parseJson(response.text)
  const codes = errorsIn(body).map(({ code }) => code)
  const trouble = codes.filter(
    (code) => !NO_MATCH.has(code) && !DIFFERS.test(code)
  )
  if (trouble[0] !== undefined) {
    throw idaError(call, response.status, trouble[0])
  }
  if (response.status < 200 || response.status >= 300) {
    throw statusError(call, response, now)
  }
  const isMatch = matchIn(body, transactionId)
  if (isMatch === true && codes.length === 0) return { outcome: 'match' }
  if (isMatch === false && codes[0] !== undefined) {
    return { outcome: 'noMatch', code: plainCode(codes[0]) }
  }
  // Neither yes nor a reason for no: nothing that a person may be judged by.
  throw unreadableError(call, response.status)
}

/** What it says about our request; undefined when it is about another. */
function matchIn(body: unknown, transactionId: string): unknown {
  if (!isRecord(body) || !isRecord(body.response)) return undefined
  return (body.transactionID ?? transactionId) === transactionId
    ? body.response.authStatus
    : undefined
}

function idaError(call: CallName, status: number, code: string): SystemError {
  const isClock = code === 'IDA-MLC-001'
  const retryable = PASSING.has(code)
  const next = isClock
    ? 'Compare this clock with MOSIP’s.'
    : retryable
      ? 'It is asked again later.'
      : 'Asking again cannot help; look the code up in docs/systems/mosip.md.'
  const systemCode = plainCode(code)
  return failure(
    call,
    `was answered with the error ${systemCode}: the request is at fault, not the person. ${next}`,
    { code: 'ERR_SYSTEM_ERRORS', status, systemCode, retryable }
  )
}
