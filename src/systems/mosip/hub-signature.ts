import { createHmac, timingSafeEqual } from 'node:crypto'
import { AuthenticationError, NationalIdError } from '../../domain/errors'
import { resolveSecret, type Secret } from '../../internal/secret'
import type { InboundRequest } from '../system'

/** HMAC-SHA256 in hex; MOSIP's hub sends no other (FACTS 6). */
const SIGNATURE = /^sha256=([0-9a-f]{64})$/i

/**
 * Proves that a delivery comes from the hub that we gave our secret to: an HMAC
 * over the body's very bytes. It says nothing of freshness; the store takes
 * each message once.
 *
 * @throws AuthenticationError `ERR_CALLBACK_HEADERS`, `ERR_CALLBACK_SIGNATURE`
 * @throws NationalIdError `ERR_SECRET` when no secret fits and one could not be
 *   read, so that the hub tries again
 */
export async function provenByHub(
  { headers, rawBody }: InboundRequest,
  secrets: readonly Secret[]
): Promise<void> {
  const given = SIGNATURE.exec(headers['x-hub-signature'] ?? '')?.[1]
  if (given === undefined) {
    throw new AuthenticationError(
      'A delivery came without X-Hub-Signature: sha256=<hex>. Nothing was taken from it; whoever sent it is not the hub, or the subscription has no secret.',
      { code: 'ERR_CALLBACK_HEADERS' }
    )
  }
  const bytes = Buffer.from(given, 'hex')
  const unread: NationalIdError[] = []
  for (const [index, secret] of secrets.entries()) {
    const key = await read(secret, `websub.secrets[${index}]`)
    if (key instanceof NationalIdError) unread.push(key)
    else if (isSigned(rawBody, key, bytes)) return
  }
  if (unread[0] !== undefined) throw unread[0]
  throw new AuthenticationError(
    'A delivery is signed by none of websub.secrets. Nothing was taken from it; a hub keeps the secret that a subscription began with (docs/systems/mosip.md, "Change the hub’s secret").',
    { code: 'ERR_CALLBACK_SIGNATURE' }
  )
}

/** The secret; or why it cannot be read, since another one may fit. */
async function read(
  secret: Secret,
  name: string
): Promise<string | NationalIdError> {
  try {
    return await resolveSecret(secret, name)
  } catch (error) {
    if (error instanceof NationalIdError) return error
    throw error
  }
}

function isSigned(body: Buffer, key: string, given: Buffer): boolean {
  const expected = createHmac('sha256', key).update(body).digest()
  return timingSafeEqual(expected, given)
}
