import type { JsonValue } from '../../domain/json'
import { isRecord } from '../../internal/json'
import type {
  SystemCallContext,
  VerificationAnswer,
  VerificationRequest
} from '../system'
import { callAddress } from './address'
import { isText, type Shaped } from './answer-shape'
import { readAnswer } from './caller'
import { failure, type CallName } from '../../internal/system-call'
import { answerError, statusError } from './failures'
import { mapAnswer, mapRequest } from './mapping'
import type { HttpParts } from './operation'
import type { HttpAnswer, HttpVerify } from './options'
import { personBody } from './person-body'

/** Asks whether a person's data match. Whatever else is answered is dropped. */
export async function verify(
  { caller, clock, options }: HttpParts,
  verification: HttpVerify,
  request: VerificationRequest,
  { signal }: SystemCallContext
): Promise<VerificationAnswer> {
  const { reference } = request
  const call: CallName = {
    system: options.name,
    what: `the verification for ${reference}`,
    changes: false
  }
  const url = callAddress(options.baseUrl, verification.path, { reference })
  if (url === undefined) {
    throw failure(call, 'has a reference that cannot stand in a path.', {
      code: 'ERR_SYSTEM_PATH'
    })
  }
  const map = verification.request ?? standardRequest
  const body = mapRequest(call, map, request)
  const response = await caller.send(
    { ...call, method: 'POST', url, body },
    signal
  )
  if (response.status < 200 || response.status >= 300) {
    throw statusError(call, response, clock.now())
  }
  const answer = readAnswer(call, response)
  return verification.answer === undefined
    ? standardAnswer(call, answer)
    : mapAnswer(call, verification.answer, answer, shape)
}

function standardRequest(request: VerificationRequest): JsonValue {
  const { identifier, person, reference } = request
  return {
    reference,
    person: personBody(person),
    ...(identifier === undefined ? {} : { identifier })
  }
}

function shape(mapped: unknown): Shaped<VerificationAnswer> {
  const said = isRecord(mapped) ? mapped : {}
  if (said.outcome === 'match') return { answer: { outcome: 'match' } }
  if (said.outcome !== 'noMatch') {
    return { problem: '`outcome` is neither `match` nor `noMatch`.' }
  }
  return {
    answer: {
      outcome: 'noMatch',
      ...(isText(said.code, 100) ? { code: said.code } : {})
    }
  }
}

function standardAnswer(
  call: CallName,
  { body, status }: HttpAnswer
): VerificationAnswer {
  const match = isRecord(body) ? body.match : undefined
  if (!isRecord(body) || typeof match !== 'boolean') {
    throw answerError(call, status, '`match` is neither true nor false.')
  }
  if (match) return { outcome: 'match' }
  return {
    outcome: 'noMatch',
    ...(isText(body.code, 100) ? { code: body.code } : {})
  }
}
