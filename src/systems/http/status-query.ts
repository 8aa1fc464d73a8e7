import type { SystemAnswer } from '../../domain/delivery'
import { isRecord } from '../../internal/json'
import type { StatusQuery, SystemCallContext } from '../system'
import { callAddress, pathProblem } from './address'
import { answerInBody, shapeAnswer, type Shaped } from './answer-shape'
import { readAnswer, type OutboundCall } from './caller'
import { failure } from '../../internal/system-call'
import { answerError, mappingError, statusError } from './failures'
import type { CallName } from '../../internal/system-call'
import { mapAnswer } from './mapping'
import { identifierProblem, type HttpParts } from './operation'
import type { HttpAnswer, HttpStatus } from './options'

/** What a status query may say besides an answer. */
export type StatusAnswer = SystemAnswer | { outcome: 'unknown' }

/**
 * Asks what became of a request. A 404 whose body is a JSON object says that
 * the system has never seen it; any other 404 may come from something in
 * between, and believing it would send the request twice.
 */
export async function askStatus(
  parts: HttpParts,
  status: HttpStatus,
  query: StatusQuery,
  { signal }: SystemCallContext
): Promise<StatusAnswer> {
  const { caller, clock, options } = parts
  const call: CallName = {
    system: options.name,
    what: `the status of delivery ${query.reference}`,
    changes: false
  }
  const response = await caller.send(
    { ...call, ...statusCall(options.baseUrl, status, query, call) },
    signal
  )
  const isRead = response.status >= 200 && response.status < 300
  if (!isRead && response.status !== 404) {
    throw statusError(call, response, clock.now())
  }
  const answer = readAnswer(call, response)
  const read =
    status.answer === undefined
      ? standardAnswer(call, answer)
      : mapAnswer(call, status.answer, answer, shapeStatus)
  const problem = identifierProblem(query.operation, read)
  if (problem !== undefined) throw answerError(call, answer.status, problem)
  return read
}

function statusCall(
  baseUrl: string,
  status: HttpStatus,
  query: StatusQuery,
  call: CallName
): Pick<OutboundCall, 'method' | 'url' | 'body'> {
  const { reference, systemReference } = query
  const url = callAddress(baseUrl, pathOf(status, query, call), {
    reference,
    ...(systemReference === undefined ? {} : { systemReference })
  })
  if (url === undefined) {
    throw failure(
      call,
      "cannot be asked: its path needs the system's own reference, which is not known or cannot stand in a path.",
      { code: 'ERR_SYSTEM_PATH' }
    )
  }
  if (status.method !== 'POST') return { method: 'GET', url }
  const id = systemReference === undefined ? {} : { id: systemReference }
  return { method: 'POST', url, body: { reference, ...id } }
}

function pathOf(
  { path }: HttpStatus,
  query: StatusQuery,
  call: CallName
): string {
  if (typeof path === 'string') return path
  let made: unknown
  try {
    made = path(query)
  } catch {
    throw mappingError(call, 'failed in `status.path`, which threw.')
  }
  // What it gives is a path already: nothing is filled in any more.
  if (typeof made === 'string' && pathProblem(made, []) === undefined) {
    return made
  }
  throw mappingError(call, 'was not sent: `status.path` gave no path.')
}

function shapeStatus(mapped: unknown): Shaped<StatusAnswer> {
  return isRecord(mapped) && mapped.outcome === 'unknown'
    ? { answer: { outcome: 'unknown' } }
    : shapeAnswer(mapped)
}

function standardAnswer(call: CallName, answer: HttpAnswer): StatusAnswer {
  if (answer.status === 404) {
    if (isRecord(answer.body)) return { outcome: 'unknown' }
    throw answerError(call, 404, 'the body is no JSON object.')
  }
  const shaped = shapeAnswer(
    answerInBody(answer.body, answer.status === 202 ? 'pending' : undefined)
  )
  if ('answer' in shaped) return shaped.answer
  throw answerError(call, answer.status, shaped.problem)
}
