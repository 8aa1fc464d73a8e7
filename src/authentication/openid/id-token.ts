import { createHash } from 'node:crypto'
import type { JsonObject } from '../../domain/json'
import { signInError } from './failures'
import type { CheckedOpenIdOptions } from './options'

/** What an ID Token must agree with, besides what the library has checked. */
export type IdTokenExpectation = {
  options: Pick<
    CheckedOpenIdOptions,
    | 'name'
    | 'clientId'
    | 'acrValues'
    | 'clockToleranceSeconds'
    | 'allowExistingSession'
  >
  accessToken: string
  /** Milliseconds since 1970. */
  now: number
  /** When the sign-in began. */
  startedAt?: number
}

/** What of an ID Token is kept. */
export type CheckedIdToken = { subject: string; assurance?: string }

/**
 * Checks what the library leaves to its user. Signature, `iss`, `aud`, `exp`, `nbf`, `nonce`, `auth_time` and the
 * algorithm were checked before.
 *
 * @throws SignInError
 */
export function checkIdToken(
  claims: JsonObject,
  { accessToken, now, options, startedAt }: IdTokenExpectation
): CheckedIdToken {
  const { azp, at_hash: atHash, iat, sub } = claims
  if (typeof sub !== 'string' || sub === '') {
    throw untrusted(options.name, 'ERR_ID_TOKEN_SUBJECT', 'has no sub')
  }
  // OIDC Core 3.1.3.7, 5: a token that was made for another client.
  if (azp !== undefined && azp !== options.clientId) {
    throw untrusted(
      options.name,
      'ERR_ID_TOKEN_AUDIENCE',
      'was made for another client (azp)'
    )
  }
  const latest = now / 1000 + options.clockToleranceSeconds
  if (typeof iat !== 'number' || iat > latest) {
    throw untrusted(
      options.name,
      'ERR_ID_TOKEN_TIME',
      'was issued in the future (iat); compare the clocks'
    )
  }
  // OIDC Core 3.1.3.8: an access token that somebody else's sign-in gave.
  if (atHash !== undefined && atHash !== hashOf(accessToken)) {
    throw untrusted(
      options.name,
      'ERR_ID_TOKEN_AT_HASH',
      'does not belong to the access token (at_hash)'
    )
  }
  if (isOfBefore(claims, options, startedAt)) {
    throw untrusted(
      options.name,
      'ERR_ID_TOKEN_SESSION',
      'is of somebody who proved themselves before this sign-in began (auth_time), perhaps the person before at the same desk. If the provider may vouch out of a session, say allowExistingSession'
    )
  }
  return { subject: sub, ...checkAssurance(claims, options) }
}

/**
 * `prompt` asks the provider to forget the person before, but without pushed requests the browser can leave it out. So
 * what counts is when the person proved themselves (OIDC Core 2, `auth_time`), where the provider says it.
 */
function isOfBefore(
  { auth_time: authenticatedAt }: JsonObject,
  {
    allowExistingSession,
    clockToleranceSeconds
  }: IdTokenExpectation['options'],
  startedAt: number | undefined
): boolean {
  if (allowExistingSession || startedAt === undefined) return false
  if (typeof authenticatedAt !== 'number') return false
  return authenticatedAt < startedAt / 1000 - clockToleranceSeconds - 1
}

/** The left half of SHA-256, which goes with all three algorithms that we take. */
function hashOf(accessToken: string): string {
  const hash = createHash('sha256').update(accessToken, 'ascii').digest()
  return hash.subarray(0, hash.length / 2).toString('base64url')
}

/**
 * `acr_values` is a wish (OIDC Core 3.1.2.1), and eSignet takes any way of authentication when it knows none of those
 * asked for. So the ID Token must name one. eSignet writes all that were used, with blanks between them.
 */
function checkAssurance(
  { acr }: JsonObject,
  { acrValues, name }: IdTokenExpectation['options']
): Pick<CheckedIdToken, 'assurance'> {
  const said = typeof acr === 'string' ? acr : undefined
  const isGood =
    acrValues.length === 0 ||
    (said ?? '').split(' ').some((each) => acrValues.includes(each))
  if (isGood) return said === undefined ? {} : { assurance: said }
  throw signInError(
    name,
    'assurance',
    'ERR_ID_TOKEN_ACR',
    `the ID Token says ${waysOf(said?.split(' ') ?? [])} of how the person proved themselves, and acrValues asks for one of ${waysOf(acrValues)}. Nothing was kept; the person must sign in again, in one of these ways.`
  )
}

/** Words for ways of authentication are public; what does not look like one is not repeated. */
function waysOf(words: readonly string[]): string {
  const shown = words
    .slice(0, 10)
    .map((word) => (/^[\w.:/#+~-]{1,100}$/.test(word) ? word : 'OTHER'))
  const more = words.length > shown.length ? ', ...' : ''
  return shown.length === 0 ? 'nothing' : `\`${shown.join('`, `')}\`${more}`
}

function untrusted(provider: string, code: string, why: string) {
  return signInError(
    provider,
    'unexpected',
    code,
    `the ID Token ${why}. Nothing was kept; the person must sign in again.`
  )
}
