import {
  compactVerify,
  createRemoteJWKSet,
  customFetch,
  errors,
  type CompactVerifyResult
} from 'jose'
import type { JsonObject } from '../../domain/json'
import { parseJson } from '../../internal/http'
import type { SignInError } from '../relying-party'
import { failureAt, signInError } from './failures'
import { isRecord } from '../../internal/json'
import type { SignatureAlgorithm } from './options'
import type { ProviderClient } from './provider-client'

/** What is verified, in words fit for an error. */
export type Signed = 'the ID Token' | 'UserInfo'

/** The provider's public keys. */
export type ProviderKeys = {
  /**
   * Verifies a compact JWS with the provider's published keys and gives its claims.
   * @throws SignInError
   */
  verify(jws: string, what: Signed, jwksUri: string): Promise<JsonObject>
}

/** A key that the provider withdrew is trusted no longer than this. */
const KEEP_MS = 600_000

/**
 * Verifies with jose and not with openid-client's own check: that one looks for a new `kid` only when its keys are older
 * than a minute, so the first sign-ins after a rotation would be lost.
 */
export function createProviderKeys(
  options: {
    name: string
    algorithms: readonly SignatureAlgorithm[]
    timeoutMs: number
  },
  client: ProviderClient
): ProviderKeys {
  let kept: { uri: string; find: ReturnType<typeof keySet> } | undefined

  function keySet(uri: string) {
    return createRemoteJWKSet(new URL(uri), {
      [customFetch]: (url, request) => client.fetch(url, request),
      cacheMaxAge: KEEP_MS,
      // An unknown `kid` is looked up at once: nobody but the provider's token endpoint can show us one.
      cooldownDuration: 0,
      // Ours is the deadline; this one only must not be shorter.
      timeoutDuration: options.timeoutMs + 1_000
    })
  }

  return {
    async verify(jws, what, jwksUri) {
      if (kept?.uri !== jwksUri) kept = { uri: jwksUri, find: keySet(jwksUri) }
      const algorithms = [...options.algorithms]
      let verified: CompactVerifyResult
      try {
        verified = await verifyWithAny(jws, kept.find, algorithms)
      } catch (error) {
        throw verificationFailure(options.name, what, error)
      }
      const claims = parseJson(new TextDecoder().decode(verified.payload))
      // JSON.parse gives JSON.
      if (isRecord(claims)) return claims as JsonObject
      throw untrusted(options.name, what, 'holds no claims')
    }
  }
}

/** A signature without `kid` may be by any key of its kind; one with `kid` by that key alone. */
async function verifyWithAny(
  jws: string,
  find: ReturnType<typeof createRemoteJWKSet>,
  algorithms: string[]
): Promise<CompactVerifyResult> {
  try {
    return await compactVerify(jws, find, { algorithms })
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
    for await (const key of error) {
      try {
        return await compactVerify(jws, key, { algorithms })
      } catch {
        // The next one may be it.
      }
    }
    throw new errors.JWSSignatureVerificationFailed()
  }
}

const WHY: Readonly<Partial<Record<string, string>>> = {
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'has a wrong signature',
  ERR_JWKS_NO_MATCHING_KEY: 'is signed with a key that is not published',
  ERR_JOSE_ALG_NOT_ALLOWED: 'is signed in a way that is not taken',
  ERR_JOSE_NOT_SUPPORTED: 'is signed in a way that is not known',
  ERR_JWS_INVALID: 'is not signed'
}

function verificationFailure(
  provider: string,
  what: Signed,
  error: unknown
): SignInError {
  const why = error instanceof errors.JOSEError ? WHY[error.code] : undefined
  return why === undefined
    ? failureAt({ provider, step: 'the public keys' }, error)
    : untrusted(provider, what, why)
}

function untrusted(provider: string, what: Signed, why: string): SignInError {
  return signInError(
    provider,
    'unexpected',
    what === 'UserInfo' ? 'ERR_USERINFO_SIGNATURE' : 'ERR_ID_TOKEN_SIGNATURE',
    `${what} ${why}. Nothing was kept; the person must sign in again. Compare algorithms with what the provider signs with.`
  )
}
