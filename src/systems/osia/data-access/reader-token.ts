import {
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyOptions,
  type JWTVerifyResult
} from 'jose'
import { AuthenticationError } from '../../../domain/errors'
import type { Clock } from '../../../internal/clock'
import type { DataAccessOptions } from './options'
import type { ReaderKeys } from './reader-keys'

/** What a reader may do; OSIA's names for what a civil registry gives (7.1, security, scopes). */
export type ReaderScope =
  'cr.person.read' | 'cr.person.match' | 'cr.person.verify'

const USUAL_ALGORITHMS = ['RS256', 'PS256', 'ES256']
const USUAL_TOLERANCE_SECONDS = 30

/**
 * Checks a reader's bearer token: signature by the issuer, issuer, audience,
 * time, and the scope.
 *
 * @returns who reads: `client_id`, `azp` or else `sub` of the token
 * @throws AuthenticationError 401 `ERR_TOKEN_MISSING`, `ERR_TOKEN_INVALID`,
 * `ERR_TOKEN_EXPIRED`; 403 `ERR_SCOPE`
 * @throws NationalIdError `ERR_KEY_UNAVAILABLE`
 */
export type ReaderCheck = (
  authorization: string | undefined,
  scope: ReaderScope
) => Promise<string>

export function createReaderCheck(
  options: DataAccessOptions,
  keys: Pick<ReaderKeys, 'find'>,
  clock: Clock
): ReaderCheck {
  const algorithms = [...(options.algorithms ?? USUAL_ALGORITHMS)]
  return async (authorization, scope) => {
    const token = bearer(authorization)
    const expected: JWTVerifyOptions = {
      // Fixed here: a token must not choose how it is checked.
      algorithms,
      issuer: options.issuer,
      audience: options.audience,
      requiredClaims: ['exp'],
      clockTolerance: options.clockToleranceSeconds ?? USUAL_TOLERANCE_SECONDS,
      currentDate: new Date(clock.now())
    }
    const payload = await verified(token, keys, expected)
    const reader = readerOf(payload)
    if (reader === undefined) throw invalid()
    if (!scopesOf(payload).includes(scope)) throw notAllowed(scope)
    return reader
  }
}

function bearer(authorization: string | undefined): string {
  const token = /^Bearer +([\w.~+/=-]+) *$/i.exec(authorization ?? '')?.[1]
  if (token !== undefined) return token
  throw new AuthenticationError(
    'The call carries no bearer token. Nothing was read; send one as Authorization: Bearer.',
    { code: 'ERR_TOKEN_MISSING' }
  )
}

/** The library's errors are not passed on: what they say may quote the token. */
async function verified(
  token: string,
  keys: Pick<ReaderKeys, 'find'>,
  expected: JWTVerifyOptions
): Promise<JWTPayload> {
  try {
    const { payload } = await withAnyKey(token, keys, expected)
    return payload
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw expired()
    if (error instanceof errors.JOSEError || error instanceof TypeError) {
      throw invalid()
    }
    throw error
  }
}

/** A token without `kid` may be signed by any key of its kind; one with `kid` by that key alone. */
async function withAnyKey(
  token: string,
  { find }: Pick<ReaderKeys, 'find'>,
  expected: JWTVerifyOptions
): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, find, expected)
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
    for await (const key of error) {
      try {
        return await jwtVerify(token, key, expected)
      } catch (failure) {
        // The next key may be it, unless the signature is right already.
        if (!(failure instanceof errors.JWSSignatureVerificationFailed)) {
          throw failure
        }
      }
    }
    throw new errors.JWSSignatureVerificationFailed()
  }
}

function readerOf({ client_id, azp, sub }: JWTPayload): string | undefined {
  return [client_id, azp, sub].find(
    (one): one is string => typeof one === 'string' && one !== ''
  )
}

/** OSIA does not name the claim: `scope` of RFC 9068 as a text or a list, and `scp` as some issuers have it. */
function scopesOf({ scope, scp }: JWTPayload): string[] {
  return [scope, scp].flatMap((claim: unknown): string[] => {
    if (typeof claim === 'string') return claim.split(' ')
    return Array.isArray(claim)
      ? claim.filter((one) => typeof one === 'string')
      : []
  })
}

function expired(): AuthenticationError {
  return new AuthenticationError(
    "The reader's token has expired. Nothing was read; a fresh one is needed.",
    { code: 'ERR_TOKEN_EXPIRED' }
  )
}

function invalid(): AuthenticationError {
  return new AuthenticationError(
    "The reader's token is not one of the configured issuer for this server (signature, algorithm, issuer, audience, time, or no client). Nothing was read.",
    { code: 'ERR_TOKEN_INVALID' }
  )
}

function notAllowed(scope: ReaderScope): AuthenticationError {
  return new AuthenticationError(
    `The reader's token lacks the scope ${scope}. Nothing was read.`,
    { code: 'ERR_SCOPE', status: 403 }
  )
}
