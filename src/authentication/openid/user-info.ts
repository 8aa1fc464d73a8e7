import * as oidc from 'openid-client'
import type { JsonObject } from '../../domain/json'
import { parseJson } from '../../internal/http'
import { isJwe, isJws, type Decryption } from './decryption'
import { answerRefused, notTheProtocol, signInError } from './failures'
import { isRecord } from '../../internal/json'
import type { CheckedOpenIdOptions } from './options'
import type { ProviderKeys } from './provider-keys'

/** What reads UserInfo. */
export type UserInfoParts = {
  options: CheckedOpenIdOptions
  keys: ProviderKeys
  decryption: Decryption
}

/** What UserInfo is fetched with, and must agree with. */
export type UserInfoRequest = {
  configuration: oidc.Configuration
  endpoint: string
  jwksUri: string
  accessToken: string
  proof?: oidc.DPoPHandle
  /** `sub` of the ID Token. */
  subject: string
  /** Milliseconds since 1970. */
  now: number
}

/** The claims, and the signed text that they stood in. */
export type UserInfo = { claims: JsonObject; signed?: string }

/**
 * Fetches UserInfo, opens and verifies it as the options demand, and makes sure that it is about the person of the ID
 * Token (OIDC Core 5.3).
 *
 * @throws SignInError, and what the protocol library throws
 */
export async function readUserInfo(
  parts: UserInfoParts,
  request: UserInfoRequest
): Promise<UserInfo> {
  const { configuration, endpoint, accessToken, proof } = request
  const { name, userInfo: kind } = parts.options
  const response = await oidc.fetchProtectedResource(
    configuration,
    accessToken,
    new URL(endpoint),
    'GET',
    null,
    new Headers({
      accept: kind === 'json' ? 'application/json' : 'application/jwt'
    }),
    proof && { DPoP: proof }
  )
  if (response.status !== 200) {
    throw answerRefused({ provider: name, step: 'UserInfo' }, response.status)
  }
  const info = await open(parts, request.jwksUri, response)
  checkClaims(parts.options, info, request)
  return info
}

async function open(
  { decryption, keys, options }: UserInfoParts,
  jwksUri: string,
  response: Response
): Promise<UserInfo> {
  const text = (await response.text()).trim()
  const isEncrypted = isJwe(text)
  if (options.userInfo === 'encrypted' && !isEncrypted && isJws(text)) {
    throw untrusted(options, 'ENCRYPTION', 'is not encrypted')
  }
  const inner = isEncrypted ? await decryption.decrypt(text) : text
  if (inner === undefined) {
    throw untrusted(options, 'ENCRYPTION', 'opens with none of decryptionKeys')
  }
  if (isJws(inner)) {
    const claims = await keys.verify(inner, 'UserInfo', jwksUri)
    return { claims, signed: inner }
  }
  if (isEncrypted) throw untrusted(options, 'SIGNATURE', 'is not signed')
  return { claims: plainClaims(options, response, inner) }
}

function plainClaims(
  options: CheckedOpenIdOptions,
  response: Response,
  text: string
): JsonObject {
  const type = response.headers.get('content-type') ?? ''
  const claims = /^application\/json\b/i.test(type)
    ? parseJson(text)
    : undefined
  if (!isRecord(claims)) {
    throw notTheProtocol({ provider: options.name, step: 'UserInfo' }, 200)
  }
  if (options.userInfo !== 'json') {
    throw untrusted(options, 'SIGNATURE', 'is not signed')
  }
  // JSON.parse gives JSON.
  return claims as JsonObject
}

function checkClaims(
  options: CheckedOpenIdOptions,
  { claims }: UserInfo,
  { now, subject }: UserInfoRequest
): void {
  // OIDC Core 5.3.2: or the claims of one person would be given to another.
  if (claims.sub !== subject) {
    throw untrusted(
      options,
      'SUBJECT',
      'is about another sub than the ID Token'
    )
  }
  const { aud, iss } = claims
  const audiences = Array.isArray(aud) ? aud : [aud]
  if (aud !== undefined && !audiences.includes(options.clientId)) {
    throw untrusted(options, 'AUDIENCE', 'was made for another client (aud)')
  }
  const issuers: unknown[] = [options.issuer, options.tokenIssuer]
  if (iss !== undefined && !issuers.includes(iss)) {
    throw untrusted(options, 'ISSUER', 'is by another issuer (iss)')
  }
  if (!isTimely(claims, now / 1000, options.clockToleranceSeconds)) {
    throw untrusted(options, 'TIME', 'is too old or too new (exp, nbf, iat)')
  }
}

/** A signed UserInfo may say how long it is good; a time that is no number is not good. */
function isTimely(
  { exp, iat, nbf }: JsonObject,
  now: number,
  tolerance: number
): boolean {
  const after = exp === undefined || Number(exp) > now - tolerance
  const since = [iat, nbf].every(
    (from) => from === undefined || Number(from) <= now + tolerance
  )
  return after && since
}

function untrusted({ name }: CheckedOpenIdOptions, code: string, why: string) {
  return signInError(
    name,
    'unexpected',
    `ERR_USERINFO_${code}`,
    `UserInfo ${why}. Nothing was kept; the person must sign in again.`
  )
}
