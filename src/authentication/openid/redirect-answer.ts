import { plainCode } from '../../domain/code'
import type { IdentityProblem } from '../../domain/identity'
import { signInError } from './failures'

/** What a redirect must agree with. */
export type ExpectedRedirect = {
  provider: string
  /** The state that this sign-in began with. */
  state: string
  issuer: string
}

/** Codes by which a person says no: RFC 6749, 4.1.2.1, and those of eSignet's pages (1.8). */
const CANCELLED = [
  'access_denied',
  'consent_details_rejected',
  'consent_rejected'
]

/** Codes of eSignet's pages for a sign-in that took too long there. */
const EXPIRED = ['transaction_timeout', 'invalid_transaction']

/** RFC 6749, 4.1.2.1, and eSignet's for a call of its page that failed. */
const UNAVAILABLE = [
  'server_error',
  'temporarily_unavailable',
  'authorization_failed_msg',
  'unknown_error'
]

/** OpenID Connect "Unmet Authentication Requirements" 1.0. */
const UNMET = ['unmet_authentication_requirements']

/**
 * The authorization code out of the query of the redirect, or why there is none. The state is checked first: what came
 * with another one, somebody else sent here.
 *
 * `iss` (RFC 9207) must be ours where it is; that it is there is checked with the metadata (`requireIssuer`), since
 * eSignet leaves it out of redirects that carry an error.
 *
 * @throws SignInError
 */
export function readRedirect(
  parameters: URLSearchParams,
  expected: ExpectedRedirect
): { code: string; hasIssuer: boolean } {
  const { provider } = expected
  const state = single(parameters, 'state', provider)
  if (state !== expected.state) {
    throw untrusted(
      provider,
      'ERR_SIGN_IN_STATE',
      'the state is not the one that this sign-in began with'
    )
  }
  const issuer = single(parameters, 'iss', provider)
  // RFC 9207, 2.4: another provider's answer would take our code to this one.
  if (issuer !== undefined && issuer !== expected.issuer) {
    throw untrusted(
      provider,
      'ERR_SIGN_IN_ISSUER',
      'it names another issuer than the provider that was asked'
    )
  }
  const error = single(parameters, 'error', provider)
  if (error !== undefined) throw refusal(provider, error)
  const code = single(parameters, 'code', provider)
  if (code === undefined || code === '') {
    throw untrusted(provider, 'ERR_SIGN_IN_CODE', 'it has no code')
  }
  return { code, hasIssuer: issuer !== undefined }
}

/**
 * RFC 9207, 2.4: where the provider announces `iss`, an answer without it is not the provider's.
 *
 * @throws SignInError
 */
export function requireIssuer(
  provider: string,
  server: Readonly<Record<string, unknown>>,
  hasIssuer: boolean
): void {
  if (server.authorization_response_iss_parameter_supported !== true) return
  if (hasIssuer) return
  throw untrusted(
    provider,
    'ERR_SIGN_IN_ISSUER',
    'it has no iss, which the provider announces'
  )
}

/** RFC 6749, 3.1: no parameter may be there twice. */
function single(
  parameters: URLSearchParams,
  name: string,
  provider: string
): string | undefined {
  const [value, ...further] = parameters.getAll(name)
  if (further.length === 0) return value
  throw untrusted(
    provider,
    'ERR_SIGN_IN_ANSWER',
    `it has ${name} more than once`
  )
}

function untrusted(provider: string, code: string, why: string) {
  return signInError(
    provider,
    'unexpected',
    code,
    `the redirect back could not be trusted: ${why}. No code was exchanged; the person must sign in again.`
  )
}

function refusal(provider: string, error: string) {
  const problem = problemOf(error)
  const words =
    problem === 'cancelled'
      ? 'the person stopped at the provider'
      : 'the provider ended the sign-in'
  const code =
    problem === 'cancelled' ? 'ERR_SIGN_IN_CANCELLED' : 'ERR_SIGN_IN_REFUSED'
  return signInError(
    provider,
    problem,
    code,
    `${words} with ${plainCode(error)}. Nothing was kept; the person can sign in again.`
  )
}

function problemOf(error: string): IdentityProblem {
  if (CANCELLED.includes(error)) return 'cancelled'
  if (EXPIRED.includes(error)) return 'expired'
  if (UNAVAILABLE.includes(error)) return 'unavailable'
  return UNMET.includes(error) ? 'assurance' : 'refused'
}
