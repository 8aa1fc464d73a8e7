import { createHash, timingSafeEqual } from 'node:crypto'
import { AuthenticationError, NationalIdError } from '../../../domain/errors'
import { resolveSecret, type Secret } from '../../../internal/secret'
import type { InboundRequest } from '../../system'
import { SECRET_PATTERN, type CheckedSubscription } from './options'

/** Where events come in, under the plugin's prefix. */
export const NOTIFY_PATH = '/osia/notify'

/**
 * The secret that we subscribe with.
 * @throws NationalIdError `ERR_SECRET`
 */
export async function currentSecret({
  secrets
}: Pick<CheckedSubscription, 'secrets'>): Promise<string> {
  const [first] = listOf(secrets)
  return pathSecret(first, 0)
}

/**
 * Whether a call came to an address that only the engine was told, and, where
 * that is configured, from whom the proxy says.
 *
 * @throws AuthenticationError when it did not
 */
export async function provenByPath(
  options: Pick<CheckedSubscription, 'clientIdentity' | 'secrets'>,
  { headers, params }: Pick<InboundRequest, 'headers' | 'params'>
): Promise<void> {
  const given = params.secret ?? ''
  const known = await Promise.all(listOf(options.secrets).map(pathSecret))
  // All are compared: the time tells neither whether nor which one fits.
  const fits = known.map((one) => isSame(one, given))
  if (!fits.includes(true)) throw unproven('its address is not ours')
  const { clientIdentity } = options
  if (clientIdentity === undefined) return
  const named = headers[clientIdentity.header] ?? ''
  if (!clientIdentity.values.some((value) => isSame(value, named))) {
    throw unproven('the proxy names another client, or none')
  }
}

async function pathSecret(secret: Secret, index: number): Promise<string> {
  const name = `subscription.secrets[${index}]`
  const text = await resolveSecret(secret, name)
  if (SECRET_PATTERN.test(text)) return text
  throw new NationalIdError(
    `The secret ${name} is not at least 32 characters of A-Z a-z 0-9 - _, so it cannot be part of an address.`,
    { code: 'ERR_SECRET' }
  )
}

function listOf(
  secrets: CheckedSubscription['secrets']
): readonly [Secret, ...Secret[]] {
  return isOne(secrets) ? [secrets] : secrets
}

function isOne(secrets: CheckedSubscription['secrets']): secrets is Secret {
  return typeof secrets !== 'object'
}

/** Digests are of equal length, so the time does not tell the lengths either. */
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digestOf(one), digestOf(other))
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function unproven(why: string): AuthenticationError {
  return new AuthenticationError(
    `A notification was refused since ${why}. Nothing was changed.`,
    { code: 'ERR_NOTIFICATION_SENDER' }
  )
}
