import type { KeyObject } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { AuthenticationError } from '../domain/errors'
import { systemClock, type Clock } from '../internal/clock'
import type { HttpClient } from '../internal/http'
import type { Secret } from '../internal/secret'
import { createPublicKeySource } from './public-key'
import { readClaims, type TokenClaims } from './token-claims'
import { createVerifiedTokens } from './verified-tokens'

/** Checks tokens that OpenCRVS issued. */
export type TokenVerifier = {
  /**
   * What a token says, once its signature (RS256), issuer, audience and
   * expiry are checked (FACTS D6, F1).
   *
   * @param token without `Bearer `
   * @throws AuthenticationError `ERR_TOKEN_MISSING`, `ERR_TOKEN_INVALID`,
   *   `ERR_TOKEN_EXPIRED`, or `ERR_KEY_UNAVAILABLE` (retryable)
   */
  verify(token: string | undefined): Promise<TokenClaims>
  /**
   * Resolves when tokens can be checked.
   * @throws AuthenticationError `ERR_KEY_UNAVAILABLE` when the key cannot be had
   */
  check(): Promise<void>
}

/** How tokens are checked. */
export type TokenVerifierOptions = {
  /** OpenCRVS auth service; its key is read from `/.well-known` (FACTS D6). */
  authUrl: string
  /** `iss` that a token must have. Default `opencrvs:auth-service`. */
  issuer?: string
  /** `aud` that a token must contain. Default `opencrvs:countryconfig-user`. */
  audience?: string
  /** PEM, instead of reading it from the auth service. */
  publicKey?: Secret
  clock?: Clock
  http?: HttpClient
  /** For reading the key, in milliseconds. Default 10 000. */
  timeoutMs?: number
}

type Expectations = { issuer: string; audience: string; clock: Clock }

/**
 * A verifier of OpenCRVS tokens. Keep it: it keeps the key, and for a minute
 * what it has checked.
 *
 * @example
 * const verifier = createTokenVerifier({ authUrl: 'http://auth:4040' })
 * const { sub, scopes } = await verifier.verify(token)
 */
export function createTokenVerifier(
  options: TokenVerifierOptions
): TokenVerifier {
  const clock = options.clock ?? systemClock
  const expected = {
    issuer: options.issuer ?? 'opencrvs:auth-service',
    audience: options.audience ?? 'opencrvs:countryconfig-user',
    clock
  }
  const keys = createPublicKeySource({
    authUrl: options.authUrl,
    ...(options.publicKey === undefined
      ? {}
      : { publicKey: options.publicKey }),
    clock,
    ...(options.http === undefined ? {} : { http: options.http }),
    timeoutMs: options.timeoutMs ?? 10_000
  })

  const verified = createVerifiedTokens(clock)

  function verifyOnce(
    token: string,
    key: KeyObject
  ): TokenClaims | 'otherSignature' {
    const known = verified.find(token, key)
    if (known !== undefined) return known
    const claims = verifyWith(token, key, expected)
    if (claims !== 'otherSignature') verified.add(token, key, claims)
    return claims
  }

  return {
    async verify(token) {
      if (token === undefined || token === '') throw missingToken()
      const key = await keys.get()
      const claims = verifyOnce(token, key)
      if (claims !== 'otherSignature') return claims
      // The auth service may have a new key since.
      const newer = await keys.after(key)
      const again = newer === undefined ? undefined : verifyOnce(token, newer)
      if (again === undefined || again === 'otherSignature') {
        throw invalidToken()
      }
      return again
    },
    async check() {
      await keys.get()
    }
  }
}

/**
 * The errors of the token library are not passed on as causes: what it says
 * about text that it could not parse may quote the token.
 */
function verifyWith(
  token: string,
  key: KeyObject,
  expected: Expectations
): TokenClaims | 'otherSignature' {
  let payload: unknown
  try {
    payload = jwt.verify(token, key, {
      // Only this one: a token must not choose how it is checked.
      algorithms: ['RS256'],
      issuer: expected.issuer,
      audience: expected.audience,
      clockTimestamp: Math.floor(expected.clock.now() / 1000)
    })
  } catch (error) {
    if (error instanceof jwt.TokenExpiredError) throw expiredToken()
    if (isOtherSignature(error)) return 'otherSignature'
    throw invalidToken()
  }
  const claims = readClaims(payload)
  // The library takes a token without an end; we do not.
  if (claims === undefined) throw invalidToken()
  return claims
}

function isOtherSignature(error: unknown): boolean {
  return (
    error instanceof jwt.JsonWebTokenError &&
    error.message === 'invalid signature'
  )
}

function missingToken(): AuthenticationError {
  return new AuthenticationError(
    'The call carries no OpenCRVS token. Nothing was done; send it as Authorization: Bearer.',
    { code: 'ERR_TOKEN_MISSING' }
  )
}

function expiredToken(): AuthenticationError {
  return new AuthenticationError(
    'The OpenCRVS token has expired. Nothing was done; a fresh one is needed.',
    { code: 'ERR_TOKEN_EXPIRED' }
  )
}

function invalidToken(): AuthenticationError {
  return new AuthenticationError(
    'The token was not issued by this OpenCRVS for this server (signature, issuer, audience or shape). Nothing was done; check opencrvs.authUrl, opencrvs.issuer and opencrvs.audience if it should have been good.',
    { code: 'ERR_TOKEN_INVALID' }
  )
}
