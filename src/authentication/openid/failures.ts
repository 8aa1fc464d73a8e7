import * as oidc from 'openid-client'
import { plainCode } from '../../domain/code'
import { NationalIdError } from '../../domain/errors'
import type { IdentityProblem } from '../../domain/identity'
import { HttpFailure } from '../../internal/http'
import { kindAndPlace } from '../../internal/thrown'
import { SignInError } from '../relying-party'
import { isRecord } from '../../internal/json'

/** A step of a sign-in, in words fit for an error. */
export type Step =
  | 'the discovery document'
  | 'the public keys'
  | 'the pushed request'
  | 'the token request'
  | 'UserInfo'

/** The provider, and what we were doing with it. */
export type Place = { provider: string; step: Step }

/**
 * An error of a sign-in. Without a cause, always: what the libraries throw carries bodies, tokens and claims.
 *
 * @param provider the provider's `name`
 */
export function signInError(
  provider: string,
  problem: IdentityProblem,
  code: string,
  words: string
): SignInError {
  return new SignInError(`${provider}: ${words}`, {
    code,
    problem,
    retryable: problem === 'unavailable'
  })
}

/** What a library, our HTTP client or a secret threw, as an error of the sign-in. */
export function failureAt(place: Place, error: unknown): SignInError {
  if (error instanceof SignInError) return error
  const origin = originOf(error)
  if (origin instanceof HttpFailure) return networkFailure(place, origin)
  if (origin instanceof NationalIdError) {
    // A secret or certificate of ours: its text names the option alone.
    return signInError(
      place.provider,
      'unavailable',
      origin.code,
      origin.message
    )
  }
  if (error instanceof oidc.ResponseBodyError) {
    return refusal(place, error.status, error.error)
  }
  if (error instanceof oidc.WWWAuthenticateChallengeError) {
    const said = error.cause[0]?.parameters.error
    return refusal(place, error.status, said ?? '')
  }
  return answerFailure(place, error)
}

/** The libraries wrap what our own functions throw. */
function originOf(error: unknown): unknown {
  let at: unknown = error
  for (let depth = 0; depth < 5 && at instanceof Error; depth += 1) {
    if (at instanceof HttpFailure || at instanceof NationalIdError) return at
    at = at.cause
  }
  return undefined
}

const NETWORK_WORDS = {
  timeout: 'got no answer in time',
  aborted: 'was given up',
  network: 'did not get through',
  tooLarge: 'got an answer that is too large'
} as const satisfies Record<HttpFailure['reason'], string>

function networkFailure(place: Place, { cause, reason }: HttpFailure) {
  // The network's code alone: the text of the cause holds the address.
  const detail =
    reason === 'network' && isRecord(cause) && typeof cause.code === 'string'
      ? ` (${plainCode(cause.code)})`
      : ''
  return signInError(
    place.provider,
    'unavailable',
    reason === 'timeout' ? 'ERR_PROVIDER_TIMEOUT' : 'ERR_PROVIDER_UNREACHABLE',
    `${place.step} ${NETWORK_WORDS[reason]}${detail}. Nothing was kept; the person can sign in again.`
  )
}

/** Used, expired or unknown codes: RFC 6749, 5.2, and eSignet's own word. */
const EXPIRED = ['invalid_grant', 'invalid_transaction']
const UNAVAILABLE = ['server_error', 'temporarily_unavailable', 'unknown_error']

/** An answer with a status that is no success, and no code. */
export function answerRefused(place: Place, status: number): SignInError {
  return status >= 400
    ? refusal(place, status, '')
    : notTheProtocol(place, status)
}

/** An answer that the protocol does not have there. */
export function notTheProtocol(
  { provider, step }: Place,
  status: number | undefined
): SignInError {
  const said = status === undefined ? '' : ` with status ${status}`
  return signInError(
    provider,
    'unavailable',
    'ERR_PROVIDER_ANSWER',
    `${step} got an answer${said} that the protocol does not have there (an HTML page, a redirect, or another address). Check the addresses; the person can sign in again.`
  )
}

/** The provider's own refusal, by the code that it gave. */
function refusal(place: Place, status: number, said: string): SignInError {
  const { provider, step } = place
  const code = said === '' ? 'no code' : plainCode(said)
  const words = `${step} was answered ${status} with ${code}`
  if (step === 'the token request' && EXPIRED.includes(said)) {
    return signInError(
      provider,
      'expired',
      'ERR_SIGN_IN_CODE',
      `${words}: the authorization code was used before, is too old, or belongs to another client. The person must sign in again.`
    )
  }
  if (status >= 500 || UNAVAILABLE.includes(said)) {
    return signInError(
      provider,
      'unavailable',
      'ERR_PROVIDER_FAILED',
      `${words}: the provider failed. The person can sign in again.`
    )
  }
  return signInError(
    provider,
    'refused',
    'ERR_PROVIDER_REFUSED',
    `${words}. Check clientId, the key and its keyId, assertionAudience, and what is registered at the provider.`
  )
}

/** Library codes for answers that are none: a proxy's page, another status. */
const NO_ANSWER = [
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_MISSING_SERVER_METADATA',
  'OAUTH_INVALID_SERVER_METADATA',
  'ERR_JOSE_GENERIC',
  'ERR_JWKS_INVALID',
  'ERR_JWKS_TIMEOUT'
]

function answerFailure(place: Place, error: unknown): SignInError {
  const code = isRecord(error) ? error.code : undefined
  if (typeof code === 'string' && NO_ANSWER.includes(code)) {
    const response = error instanceof Error ? error.cause : undefined
    const status = response instanceof Response ? response.status : undefined
    return status === undefined || status < 500
      ? notTheProtocol(place, status)
      : refusal(place, status, '')
  }
  if (typeof code === 'string' && /^(OAUTH|ERR_J)/.test(code)) {
    return untrusted(place, error, code)
  }
  return signInError(
    place.provider,
    'unexpected',
    'ERR_SIGN_IN_UNEXPECTED',
    `${place.step} ended in ${kindAndPlace(error)}. Nothing was kept; report this.`
  )
}

const CLAIM_CODES: Readonly<Partial<Record<string, string>>> = {
  nonce: 'ERR_ID_TOKEN_NONCE',
  aud: 'ERR_ID_TOKEN_AUDIENCE',
  azp: 'ERR_ID_TOKEN_AUDIENCE',
  iss: 'ERR_ID_TOKEN_ISSUER',
  exp: 'ERR_ID_TOKEN_TIME',
  nbf: 'ERR_ID_TOKEN_TIME',
  auth_time: 'ERR_ID_TOKEN_AUTH_TIME'
}

/** A check of the library's failed. Its texts and causes stay here: they quote what was checked. */
function untrusted(place: Place, error: unknown, code: string): SignInError {
  const claim = claimOf(error)
  const ours = claim === undefined ? undefined : CLAIM_CODES[claim]
  const what =
    ours === undefined
      ? `could not be trusted (${plainCode(code)})`
      : `has an ID Token whose ${String(claim)} is not what it must be`
  return signInError(
    place.provider,
    'unexpected',
    ours ?? 'ERR_PROVIDER_UNTRUSTED',
    `the answer to ${place.step} ${what}. Nothing was kept; the person must sign in again.`
  )
}

/** The name of the claim that a check of the library's was about. */
function claimOf(error: unknown): string | undefined {
  let at: unknown = error
  for (let depth = 0; depth < 4 && isRecord(at); depth += 1) {
    if (typeof at.claim === 'string') return at.claim
    at = at.cause
  }
  return undefined
}
