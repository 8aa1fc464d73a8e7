import { createPublicKey, type KeyObject } from 'node:crypto'
import { AuthenticationError } from '../domain/errors'
import type { Clock } from '../internal/clock'
import { createHttpClient, type HttpClient } from '../internal/http'
import { resolveSecret, type Secret } from '../internal/secret'
import { joinUrl } from './join-url'

/** The key that OpenCRVS signs its tokens with. */
export type PublicKeySource = {
  /** @throws AuthenticationError `ERR_KEY_UNAVAILABLE`, retryable */
  get(): Promise<KeyObject>
  /**
   * Another key than the given one, if there is one now. Asks at most once a
   * minute, so that forged tokens cannot make us flood the auth service; and
   * once a second while it gives no key.
   */
  after(used: KeyObject): Promise<KeyObject | undefined>
}

/** Where the key comes from. */
export type PublicKeyOptions = {
  authUrl: string
  /** PEM, instead of asking the auth service. */
  publicKey?: Secret
  clock: Clock
  /** Default: one for each reading of the key, which is seldom. */
  http?: HttpClient
  timeoutMs: number
}

const REFRESH_PAUSE_MS = 60_000
/** While the key cannot be had, the auth service is asked no more often than this, however many calls come. */
const FAILURE_PAUSE_MS = 1_000

/**
 * The public key of the auth service: fetched when it is first needed, kept,
 * and fetched again when a signature does not fit (a rotated key).
 */
export function createPublicKeySource(
  options: PublicKeyOptions
): PublicKeySource {
  let current: KeyObject | undefined
  let refreshedAt = Number.NEGATIVE_INFINITY
  let loading: Promise<KeyObject> | undefined
  let failed: { at: number; error: unknown } | undefined

  // Single flight: however many tokens wait for the key, it is asked for once.
  function load(): Promise<KeyObject> {
    loading ??= loadKey(options)
      .then((key) => (current = key))
      .catch((error: unknown) => {
        failed = { at: options.clock.now(), error }
        throw error
      })
      .finally(() => (loading = undefined))
    return loading
  }

  function isTooSoon(now: number): boolean {
    return (
      isWithin(REFRESH_PAUSE_MS, refreshedAt, now) ||
      (failed !== undefined && isWithin(FAILURE_PAUSE_MS, failed.at, now))
    )
  }

  return {
    async get() {
      if (current !== undefined) return current
      const now = options.clock.now()
      if (failed !== undefined && isWithin(FAILURE_PAUSE_MS, failed.at, now)) {
        throw failed.error
      }
      return load()
    },
    async after(used) {
      if (current !== undefined && !current.equals(used)) return current
      const now = options.clock.now()
      if (loading === undefined && isTooSoon(now)) return undefined
      refreshedAt = now
      // The key in hand goes on being used while no other can be had.
      const fresh = await load().catch(() => {
        // Who was not answered may ask again sooner: until then every good token of a new key is refused.
        refreshedAt = Number.NEGATIVE_INFINITY
        return used
      })
      return fresh.equals(used) ? undefined : fresh
    }
  }
}

/** A clock that was put back must not make a pause of a second last for hours. */
function isWithin(pauseMs: number, since: number, now: number): boolean {
  return now >= since && now - since < pauseMs
}

async function loadKey(options: PublicKeyOptions): Promise<KeyObject> {
  const pem =
    options.publicKey === undefined
      ? await fetchPem(options)
      : await resolveSecret(options.publicKey, 'opencrvs.publicKey').catch(
          () => {
            throw unavailable('opencrvs.publicKey gave none')
          }
        )
  try {
    const key = createPublicKey(pem)
    if (key.asymmetricKeyType === 'rsa') return key
  } catch {
    // Told below: the parser's own text could quote what it was given.
  }
  throw unavailable('it is not an RSA public key in PEM')
}

/** FACTS D6: PEM text, whatever the content type says; not a key set. */
async function fetchPem(options: PublicKeyOptions): Promise<string> {
  const http = options.http ?? createHttpClient()
  const response = await http
    .request({
      method: 'GET',
      url: joinUrl(options.authUrl, '/.well-known'),
      timeoutMs: options.timeoutMs
    })
    .catch(() => {
      throw unavailable('the auth service did not answer')
    })
    .finally(() => {
      if (options.http === undefined) http.close()
    })
  if (response.status === 200) return response.text
  throw unavailable(`the auth service answered ${response.status}`)
}

function unavailable(why: string): AuthenticationError {
  return new AuthenticationError(
    `The public key of OpenCRVS could not be read: ${why}. No token can be checked until it can; see opencrvs.authUrl and opencrvs.publicKey.`,
    { code: 'ERR_KEY_UNAVAILABLE', retryable: true }
  )
}
