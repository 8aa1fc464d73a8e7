import { createHash } from 'node:crypto'
import type { JsonObject } from '../../domain/json'
import { signInError } from './failures'
import type { CheckedOpenIdOptions } from './options'

/** What an ID Token must agree with, besides what the library has checked. */
export type IdTokenExpectation = {
  options: Pick<
    CheckedOpenIdOptions,
    'name' | 'clientId' | 'acrValues' | 'clockToleranceSeconds'
  >
  accessToken: string
  /** Milliseconds since 1970. */
  now: number
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
  { accessToken, now, options }: IdTokenExpectation
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
  return { subject: sub, ...checkAssurance(claims, options) }
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
    'the ID Token names none of acrValues as the way in which the person proved themselves. Nothing was kept; the person must sign in again, in one of these ways.'
  )
}

function untrusted(provider: string, code: string, why: string) {
  return signInError(
    provider,
    'unexpected',
    code,
    `the ID Token ${why}. Nothing was kept; the person must sign in again.`
  )
}
