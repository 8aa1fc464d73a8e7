import type { SystemOperation } from '../../domain/decision'
import type { SystemAnswer, SystemRequest } from '../../domain/delivery'
import type { JsonValue } from '../../domain/json'
import type { Clock } from '../../internal/clock'
import { parseJson, type HttpResponse } from '../../internal/http'
import { isRecord } from '../../internal/json'
import type { SystemCallContext } from '../system'
import { callAddress } from './address'
import { answerInBody, shapeAnswer } from './answer-shape'
import { readAnswer, type Caller } from './caller'
import { failure, type CallName } from '../../internal/system-call'
import { answerError, statusError } from './failures'
import { mapAnswer, mapRequest } from './mapping'
import type { CheckedHttpOptions, HttpAnswer, HttpOperation } from './options'
import { personBody } from './person-body'

/** What every call of this adapter works with. */
export type HttpParts = {
  options: CheckedHttpOptions
  caller: Caller
  clock: Clock
}

/**
 * Asks for the work that the request names.
 *
 * @throws SystemError: see docs/systems/http.md, "What each status means"
 */
export async function submit(
  parts: HttpParts,
  request: SystemRequest,
  context: SystemCallContext
): Promise<SystemAnswer> {
  const { caller, options } = parts
  const call: CallName = {
    system: options.name,
    what: `${request.operation} for delivery ${request.reference}`,
    changes: true
  }
  const operation = options[request.operation]
  if (operation === undefined) throw notConfigured(call, request.operation)
  const response = await caller.send(
    {
      ...call,
      method: operation.method ?? 'POST',
      url: addressOf(options, operation, request, call),
      headers: idempotencyKey(options, request),
      body: mapRequest(call, operation.request ?? standardRequest, request)
    },
    context.signal
  )
  return readOperation(parts, call, operation, request, response)
}

function addressOf(
  { baseUrl }: CheckedHttpOptions,
  { path }: HttpOperation,
  { reference }: SystemRequest,
  call: CallName
): string {
  const address = callAddress(baseUrl, path, { reference })
  if (address !== undefined) return address
  throw failure(call, 'has a reference that cannot stand in a path.', {
    code: 'ERR_SYSTEM_PATH'
  })
}

function idempotencyKey(
  { idempotencyKeyHeader }: CheckedHttpOptions,
  { reference }: SystemRequest
): Record<string, string> {
  return idempotencyKeyHeader === false
    ? {}
    : { [idempotencyKeyHeader]: reference }
}

/** The body unless the country maps it: the request without the action. */
function standardRequest(request: SystemRequest): JsonValue {
  const { cause, changes, identifier, registrationNumber } = request
  return {
    reference: request.reference,
    operation: request.operation,
    event: { ...request.event },
    person: personBody(request.person),
    ...(identifier === undefined ? {} : { identifier }),
    ...(changes === undefined ? {} : { changes: [...changes] }),
    ...(registrationNumber === undefined ? {} : { registrationNumber }),
    ...(cause === undefined ? {} : { cause })
  }
}

function readOperation(
  { clock, options }: HttpParts,
  call: CallName,
  operation: HttpOperation,
  request: SystemRequest,
  response: HttpResponse
): SystemAnswer {
  const { status } = response
  const isSuccess = status >= 200 && status < 300
  if (!isSuccess && !options.refusalStatuses.includes(status)) {
    throw statusError(call, response, clock.now())
  }
  if (!isSuccess && !isRecord(parseJson(response.text))) {
    throw notARefusal(call, response, clock.now())
  }
  const answer = readAnswer(call, response)
  const mapped =
    operation.answer === undefined
      ? standardAnswer(options, call, request.operation, answer)
      : mapAnswer(call, operation.answer, answer, shapeAnswer)
  const problem = usableProblem(options, request.operation, mapped)
  if (problem !== undefined) throw answerError(call, status, problem)
  return mapped
}

/** The answer unless the country maps it: the status says the outcome. */
function standardAnswer(
  options: CheckedHttpOptions,
  call: CallName,
  operation: SystemOperation,
  { body, status }: HttpAnswer
): SystemAnswer {
  if (body !== undefined && !isRecord(body)) {
    throw answerError(call, status, 'the body is no JSON object.')
  }
  const shaped = shapeAnswer(
    status < 300
      ? answerInBody(body, outcomeOf(options, operation, status))
      : { ...body, outcome: 'refused' }
  )
  if ('answer' in shaped) return shaped.answer
  // 409 without a refusal says that the first of two equal calls still runs
  // (IETF draft-ietf-httpapi-idempotency-key-header, section 2.6).
  if (status === 409) throw stillRunning(call)
  throw answerError(call, status, shaped.problem)
}

function outcomeOf(
  options: CheckedHttpOptions,
  operation: SystemOperation,
  status: number
): SystemAnswer['outcome'] {
  if (status !== 202) return 'accepted'
  // "Taken, to be done": where nobody will tell us more, that is the answer.
  return operation === 'createIdentity' || canAnswerLater(options)
    ? 'pending'
    : 'accepted'
}

function canAnswerLater({ callback, status }: CheckedHttpOptions): boolean {
  return callback !== undefined || status !== undefined
}

/** Why an answer of the right shape still cannot be used. */
function usableProblem(
  options: CheckedHttpOptions,
  operation: SystemOperation,
  answer: SystemAnswer
): string | undefined {
  if (answer.outcome === 'pending' && !canAnswerLater(options)) {
    return 'the answer is to come later, and neither `callback` nor `status` is configured.'
  }
  return identifierProblem(operation, answer)
}

/** An identity without its identifier must never reach a record. */
export function identifierProblem(
  operation: SystemOperation,
  answer: { outcome: string; identifier?: string }
): string | undefined {
  return operation === 'createIdentity' &&
    answer.outcome === 'accepted' &&
    answer.identifier === undefined
    ? 'it accepts createIdentity without an `identifier`.'
    : undefined
}

/** A refusing status from something in between, whose body says nothing. */
function notARefusal(
  call: CallName,
  response: HttpResponse,
  now: number
): Error {
  return response.status === 409
    ? stillRunning(call)
    : statusError(call, response, now)
}

function stillRunning(call: CallName): Error {
  return failure(
    call,
    'was answered 409 without `code` and `reason`: the same call may still be running.',
    { code: 'ERR_SYSTEM_BUSY', status: 409, retryable: true }
  )
}

function notConfigured(call: CallName, operation: SystemOperation): Error {
  return failure(
    call,
    `was asked for, but ${operation} is not configured. Nothing was sent.`,
    { code: 'ERR_SYSTEM_CAPABILITY' }
  )
}
