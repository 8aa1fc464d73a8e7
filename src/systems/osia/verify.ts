import { isRecord } from '../../internal/json'
import type { HttpResponse } from '../../internal/http'
import type { CallName } from '../../internal/system-call'
import type {
  SystemCallContext,
  VerificationAnswer,
  VerificationRequest
} from '../system'
import { answerError, requestError, statusError } from './failures'
import { readJson, type OsiaCall } from './osia-http'
import { attributesOf, pick, type Attributes } from './person-attributes'
import { named, transactionId, type OsiaParts, type Task } from './task'
import type {
  OsiaMatch,
  OsiaThirdPartyVerify,
  OsiaVerify
} from './verify-options'

/**
 * Asks whether a person's data are the register's. Whatever else is answered is
 * dropped. Nobody matches without a number, since names and dates fit many.
 *
 * @throws SystemError for trouble, which is never told as "does not match"
 */
export async function verify(
  parts: OsiaParts,
  how: OsiaVerify,
  request: VerificationRequest,
  { signal }: SystemCallContext
): Promise<VerificationAnswer> {
  const { identifier = '', person, reference } = request
  if (identifier === '') return { outcome: 'noMatch', code: 'NO_IDENTIFIER' }
  const task: Task = { operation: 'verification', reference, signal }
  const call = named(parts, task, OPERATIONS[how.by])
  const of = how.by === 'thirdParty' ? 'thirdParty' : 'dataAccess'
  const all = attributesOf(parts.options, of, person, call)
  const asked = pick(all, how.attributes)
  if (Object.keys(asked).length === 0) {
    throw requestError(call, 'the declaration has no attribute to compare.')
  }
  const response = await parts.http.send(
    { ...call, ...callOf(parts, how, task, identifier, asked) },
    signal
  )
  // Nobody has this number: an answer about the person, not trouble.
  if (response.status === 404) return { outcome: 'noMatch', code: 'UNKNOWN' }
  if (response.status !== 200) {
    throw statusError(call, response, parts.clock.now())
  }
  return readAnswer(call, how, response, asked)
}

const OPERATIONS = {
  match: 'matchPersonAttributes',
  verify: 'verifyPersonAttributes',
  thirdParty: 'verify'
} as const satisfies Record<OsiaVerify['by'], string>

function callOf(
  { options }: OsiaParts,
  how: OsiaVerify,
  task: Task,
  uin: string,
  asked: Attributes
): Pick<OsiaCall, 'interface' | 'method' | 'steps' | 'query' | 'body'> {
  switch (how.by) {
    case 'match':
      return {
        interface: 'dataAccess',
        method: 'POST',
        steps: ['v1', 'persons', uin, 'match'],
        body: asked
      }
    case 'verify':
      return {
        interface: 'dataAccess',
        method: 'POST',
        steps: ['v1', 'persons', uin, 'verify'],
        body: Object.entries(asked).map(([attributeName, value]) => ({
          attributeName,
          operator: '=',
          value
        }))
      }
    case 'thirdParty':
      return {
        interface: 'thirdParty',
        method: 'POST',
        steps: ['v1', 'verify', uin],
        query: [
          transactionId(options, task),
          ...(how.identifierType === undefined
            ? []
            : [['identifierType', how.identifierType] as const])
        ],
        body: { biographicData: asked }
      }
  }
}

function readAnswer(
  call: CallName,
  how: OsiaVerify,
  response: HttpResponse,
  asked: Attributes
): VerificationAnswer {
  const body = readJson(call, response)
  switch (how.by) {
    case 'match':
      return readMismatches(call, how, body, asked)
    case 'verify':
      if (typeof body !== 'boolean') {
        throw answerError(call, 200, 'the body is neither true nor false.')
      }
      return body ? { outcome: 'match' } : differs()
    case 'thirdParty':
      return readCode(call, how, body)
  }
}

/** `errorCode` 0: the register has no such attribute; 1: it differs (dataaccess 1.3.0). */
function readMismatches(
  call: CallName,
  { onMissing = 'fail' }: OsiaMatch,
  body: unknown,
  asked: Attributes
): VerificationAnswer {
  const list = Array.isArray(body) ? body.map(readMismatch) : undefined
  if (list === undefined || !list.every((one) => one !== undefined)) {
    throw answerError(call, 200, 'the body is no list of what differs.')
  }
  if (list.some(({ errorCode }) => errorCode === 1)) return differs()
  const missing = new Set(list.map(({ attributeName }) => attributeName))
  const agreed = Object.keys(asked).filter((name) => !missing.has(name))
  // Nothing that could differ was compared.
  const isEnough = onMissing === 'ignore' && agreed.length > 0
  return missing.size === 0 || isEnough
    ? { outcome: 'match' }
    : { outcome: 'noMatch', code: 'NOT_IN_REGISTER' }
}

function readMismatch(
  given: unknown
): { attributeName: string; errorCode: 0 | 1 } | undefined {
  if (!isRecord(given)) return undefined
  const { attributeName, errorCode } = given
  return typeof attributeName === 'string' &&
    (errorCode === 0 || errorCode === 1)
    ? { attributeName, errorCode }
    : undefined
}

/** D9: which codes mean a match is agreed with the gateway; any other does not. */
function readCode(
  call: CallName,
  { matchCodes }: OsiaThirdPartyVerify,
  body: unknown
): VerificationAnswer {
  const code = isRecord(body) ? body.verificationCode : undefined
  if (typeof code !== 'number') {
    throw answerError(call, 200, 'the body has no `verificationCode`.')
  }
  return matchCodes.includes(code)
    ? { outcome: 'match' }
    : { outcome: 'noMatch', code: String(code) }
}

function differs(): VerificationAnswer {
  return { outcome: 'noMatch', code: 'DIFFERS' }
}
