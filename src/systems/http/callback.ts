import { MalformedError } from '../../domain/errors'
import type { Clock } from '../../internal/clock'
import { parseJson } from '../../internal/http'
import { isRecord } from '../../internal/json'
import type { CallbackMessage, InboundRequest } from '../system'
import { answerInBody, isText, shapeAnswer } from './answer-shape'
import type { CheckedHttpCallback } from './options'
import { provenMessageId } from './webhook-signature'

/** No reference of ours is longer. */
const MAX_REFERENCE = 256

/**
 * Reads a callback after proving its sender. That a message is taken once is
 * the store's work, by `messageId`.
 *
 * @throws AuthenticationError when the sender is not proven
 * @throws MalformedError `ERR_CALLBACK_BODY` when the content makes no sense,
 *   `ERR_SYSTEM_MAPPING` when `callback.read` throws
 */
export async function readCallback(
  request: InboundRequest,
  callback: CheckedHttpCallback,
  clock: Clock
): Promise<CallbackMessage[]> {
  const messageId = await provenMessageId(request, callback, clock)
  const body = parseJson(request.rawBody.toString('utf8'))
  if (body === undefined) throw malformed('the body is not JSON')
  const said = readBody(callback, body)
  const reference = isRecord(said) ? said.reference : undefined
  if (!isRecord(said) || !isText(reference, MAX_REFERENCE)) {
    throw malformed('`reference` is missing')
  }
  const shaped = shapeAnswer(said.answer)
  if ('problem' in shaped) throw malformed(shaped.problem)
  return [{ messageId, reference, answer: shaped.answer }]
}

function readBody(callback: CheckedHttpCallback, body: unknown): unknown {
  if (callback.read === undefined) {
    return {
      reference: isRecord(body) ? body.reference : undefined,
      answer: answerInBody(body)
    }
  }
  try {
    return callback.read(body)
  } catch {
    // No cause: what a mapping throws may quote the person's data.
    throw new MalformedError(
      'A callback could not be read: callback.read threw. Nothing was taken from it; correct the function or ask what the system sent.',
      { code: 'ERR_SYSTEM_MAPPING' }
    )
  }
}

function malformed(problem: string): MalformedError {
  return new MalformedError(
    `A callback makes no sense: ${problem.replace(/\.$/, '')}. Nothing was taken from it; compare it with docs/systems/http.md.`,
    { code: 'ERR_CALLBACK_BODY' }
  )
}
