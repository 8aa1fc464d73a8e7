import { timingSafeEqual } from 'node:crypto'
import { isUtf8 } from 'node:buffer'
import { Webhook } from 'standardwebhooks'
import { AuthenticationError, NationalIdError } from '../../domain/errors'
import type { Clock } from '../../internal/clock'
import { resolveSecret, type Secret } from '../../internal/secret'
import type { InboundRequest } from '../system'
import type { CheckedHttpCallback } from './options'
import { isWebhookSecret } from './webhook-secret'

type WebhookHeaders = { id: string; seconds: number; signatures: string[] }

/** A sender has one signature for each of its keys; more are no rotation. */
const MAX_SIGNATURES = 20

/**
 * Proves the sender of a callback per the Standard Webhooks specification:
 * HMAC-SHA256 over `id.timestamp.body`, by any of the configured keys.
 *
 * The package's own `verify` is not used: it takes the time from the process
 * and its window is fixed. Its `sign` is, so that the bytes which are signed
 * are the specification's.
 *
 * @returns the message's id, which is the same when it is sent again
 * @throws AuthenticationError `ERR_CALLBACK_HEADERS`,
 *   `ERR_CALLBACK_TIMESTAMP`, `ERR_CALLBACK_SIGNATURE`
 * @throws NationalIdError `ERR_SECRET` when no key fits and one could not be
 *   read, so that the sender tries again
 */
export async function provenMessageId(
  request: InboundRequest,
  callback: CheckedHttpCallback,
  clock: Clock
): Promise<string> {
  const headers = readHeaders(request)
  const ageMs = Math.abs(clock.now() - headers.seconds * 1000)
  if (ageMs > callback.toleranceSeconds * 1000) {
    throw new AuthenticationError(
      'A callback is too old or too early: its webhook-timestamp is outside callback.toleranceSeconds. Nothing was taken from it; compare the clocks.',
      { code: 'ERR_CALLBACK_TIMESTAMP' }
    )
  }
  if (!(await isSigned(request.rawBody, headers, secretsOf(callback)))) {
    throw new AuthenticationError(
      'A callback is signed by none of callback.secrets. Nothing was taken from it.',
      { code: 'ERR_CALLBACK_SIGNATURE' }
    )
  }
  return headers.id
}

function readHeaders({ headers }: InboundRequest): WebhookHeaders {
  const id = headers['webhook-id'] ?? ''
  const timestamp = headers['webhook-timestamp'] ?? ''
  const signatures = (headers['webhook-signature'] ?? '').split(' ')
  const isRight =
    // A dot is what joins the three signed parts, so an id cannot hold one.
    /^[\x21-\x2d\x2f-\x7e]{1,256}$/.test(id) &&
    // One way to write each second, so that no other header passes for it.
    /^[1-9]\d{0,11}$/.test(timestamp) &&
    signatures.length <= MAX_SIGNATURES &&
    signatures.some((signature) => signature.startsWith('v1,'))
  if (isRight) return { id, seconds: Number(timestamp), signatures }
  throw new AuthenticationError(
    'A callback came without webhook-id, webhook-timestamp and webhook-signature as the Standard Webhooks specification has them. Nothing was taken from it.',
    { code: 'ERR_CALLBACK_HEADERS' }
  )
}

function secretsOf({ secrets }: CheckedHttpCallback): readonly Secret[] {
  return typeof secrets === 'object' ? secrets : [secrets]
}

async function isSigned(
  body: Buffer,
  headers: WebhookHeaders,
  secrets: readonly Secret[]
): Promise<boolean> {
  // The signature is made over the body as text: different bytes that are not
  // UTF-8 would become the same text.
  if (!isUtf8(body)) return false
  const unread: NationalIdError[] = []
  for (const secret of secrets) {
    const expected = await expectedSignature(secret, headers, body)
    if (expected instanceof NationalIdError) unread.push(expected)
    else if (headers.signatures.some((given) => isSame(given, expected)))
      return true
  }
  if (unread[0] !== undefined) throw unread[0]
  return false
}

/** What a secret signs; or why it cannot be read, since another one may fit. */
async function expectedSignature(
  secret: Secret,
  { id, seconds }: WebhookHeaders,
  body: Buffer
): Promise<string | NationalIdError> {
  try {
    const text = await resolveSecret(secret, 'callback.secrets')
    if (!isWebhookSecret(text)) throw notASecret()
    return new Webhook(text).sign(id, new Date(seconds * 1000), body.toString())
  } catch (error) {
    if (error instanceof NationalIdError) return error
    throw error
  }
}

function notASecret(): NationalIdError {
  return new NationalIdError(
    'A secret of callback.secrets is not `whsec_` and the base64 of 24 to 64 bytes.',
    { code: 'ERR_SECRET' }
  )
}

/** Takes as long for a wrong signature as for the right one. */
function isSame(given: string, expected: string): boolean {
  const left = Buffer.from(given)
  const right = Buffer.from(expected)
  return left.length === right.length && timingSafeEqual(left, right)
}
