import { verify, type KeyObject } from 'node:crypto'
import {
  AuthenticationError,
  MalformedError,
  type CallbackMessage,
  type InboundRequest
} from 'opencrvs-national-id'
import { answerOf } from './case-answer'
import { parse, textIn } from './register-calls'

/** How far the register's clock and ours may differ. */
const WINDOW_SECONDS = 300

/**
 * Reads a callback after proving its sender.
 * @throws AuthenticationError, MalformedError
 */
export function readRegisterCallback(
  request: InboundRequest,
  key: KeyObject,
  nowMs: number
): CallbackMessage[] {
  proveSender(request, key, nowMs)
  const body = parse(request.rawBody.toString('utf8'))
  const answer = answerOf(body)
  const messageId = textIn(body, 'message')
  const reference = textIn(body, 'reference')
  const registrationNumber = textIn(body, 'certificate')
  if (
    answer === undefined ||
    messageId === undefined ||
    reference === undefined
  ) {
    throw new MalformedError(
      'A callback of the register has no message, reference or answer. Nothing was taken from it.',
      { code: 'ERR_CALLBACK_BODY' }
    )
  }
  return [
    {
      messageId,
      reference,
      answer,
      ...(registrationNumber === undefined ? {} : { registrationNumber })
    }
  ]
}

function proveSender(
  { headers, rawBody }: InboundRequest,
  key: KeyObject,
  nowMs: number
): void {
  const time = headers['x-register-time'] ?? ''
  const signature = Buffer.from(headers['x-register-signature'] ?? '', 'base64')
  if (!/^\d{1,12}$/.test(time)) throw notProven('ERR_CALLBACK_HEADERS')
  const signed = Buffer.concat([Buffer.from(`${time}.`), rawBody])
  if (!verify(null, signed, key, signature)) {
    throw notProven('ERR_CALLBACK_SIGNATURE')
  }
  if (Math.abs(nowMs / 1000 - Number(time)) > WINDOW_SECONDS) {
    throw notProven('ERR_CALLBACK_TIMESTAMP')
  }
}

function notProven(code: string): AuthenticationError {
  return new AuthenticationError(
    "A callback was not proven to be the register's. Nothing was taken from it.",
    { code }
  )
}
