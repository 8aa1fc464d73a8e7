import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import { NationalIdError } from '../../../domain/errors'
import type { Clock } from '../../../internal/clock'
import { parseJson } from '../../../internal/http'
import { isRecord } from '../../../internal/json'
import { openTlsClient } from '../../../internal/tls-client'
import type { DataAccessOptions } from './options'

/** A key that the issuer withdrew is trusted no longer than this. */
const KEEP_MS = 10 * 60 * 1000

/** While the issuer cannot be reached, its last keys are trusted this long. */
const KEEP_IN_NEED_MS = 60 * 60 * 1000

/** Anybody can show a key id that does not exist: the keys are asked for again this seldom. */
const ASK_AGAIN_MS = 30_000

/** After a question that failed. */
const ASK_AGAIN_SOON_MS = 3_000

const TIMEOUT_MS = 5_000

type KeySet = ReturnType<typeof createLocalJWKSet>

/** The public keys of the issuer of readers' tokens. */
export type ReaderKeys = {
  /**
   * For jose.
   * @throws NationalIdError `ERR_KEY_UNAVAILABLE`, retryable, when the keys cannot be had; or jose's own errors
   */
  find: JWTVerifyGetKey
}

export function createReaderKeys(
  options: Pick<DataAccessOptions, 'jwksUrl' | 'keys' | 'ca'>,
  clock: Clock
): ReaderKeys {
  const { jwksUrl, keys } = options
  if (jwksUrl !== undefined) return publishedKeys(jwksUrl, options.ca, clock)
  return { find: keySet(keys ?? []) }
}

function keySet(keys: readonly unknown[]): KeySet {
  // jose checks each key when it is used, and takes those alone that it knows.
  return createLocalJWKSet({ keys: keys.filter(isRecord) })
}

function publishedKeys(
  jwksUrl: string,
  ca: string | undefined,
  clock: Clock
): ReaderKeys {
  const published = createQuestion(jwksUrl, ca, clock)
  let kept: Asked | undefined

  function isKept(forMs: number): boolean {
    return kept !== undefined && clock.now() - kept.at < forMs
  }

  async function current(): Promise<KeySet> {
    if (kept !== undefined && isKept(KEEP_MS)) return kept.keys
    kept = (await published.ask()) ?? kept
    if (kept !== undefined && isKept(KEEP_IN_NEED_MS)) return kept.keys
    throw unavailable()
  }

  return {
    async find(header, token) {
      const keys = await current()
      try {
        return await keys(header, token)
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
        // The issuer may have a new one since.
        const newer = await published.ask()
        if (newer === undefined || newer.keys === keys) throw error
        kept = newer
        return newer.keys(header, token)
      }
    }
  }
}

/** What the issuer has published, and when it was asked. */
type Asked = { keys: KeySet; at: number }

/** Asks the issuer, once at a time and not too often; whoever comes meanwhile gets the last answer, undefined for none. */
function createQuestion(
  jwksUrl: string,
  ca: string | undefined,
  clock: Clock
): { ask(): Promise<Asked | undefined> } {
  let last: Promise<Asked | undefined> | undefined
  let notBefore = 0

  async function question(): Promise<Asked | undefined> {
    const at = clock.now()
    notBefore = at + ASK_AGAIN_MS
    try {
      return { keys: await read(jwksUrl, ca), at }
    } catch {
      notBefore = at + ASK_AGAIN_SOON_MS
      return undefined
    }
  }

  return {
    ask() {
      if (last === undefined || clock.now() >= notBefore) last = question()
      return last
    }
  }
}

/** A connection of its own: the next question comes minutes later. */
async function read(url: string, ca: string | undefined): Promise<KeySet> {
  const tls = ca === undefined ? undefined : { ca }
  const http = await openTlsClient(tls, 'ERR_KEY_UNAVAILABLE')
  try {
    const { status, text } = await http.request({
      method: 'GET',
      url,
      headers: { accept: 'application/json' },
      timeoutMs: TIMEOUT_MS
    })
    const body = status === 200 ? parseJson(text) : undefined
    if (!isRecord(body) || !Array.isArray(body.keys)) throw unavailable()
    return keySet(body.keys)
  } finally {
    http.close()
  }
}

function unavailable(): NationalIdError {
  return new NationalIdError(
    "The keys of the issuer of readers' tokens cannot be had at jwksUrl, so nobody can be told apart. Nothing was read; check the address and the issuer.",
    { code: 'ERR_KEY_UNAVAILABLE', retryable: true }
  )
}
