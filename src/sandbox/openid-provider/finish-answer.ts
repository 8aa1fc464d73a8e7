import { createHash, createPublicKey } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT } from 'jose'
import type { JWTPayload } from 'jose'
import { newId } from '../../internal/ids'
import { isJsonObject, textOf } from '../json-object'
import type { OidcContext } from './library'
import type { OpenIdForgery } from './options'
import type { ProviderKey, SigningKeys } from './signing-keys'

type Change = (claims: JWTPayload) => JWTPayload

/** Long ago enough for any tolerance. */
const AN_HOUR = 3_600

const IN_ID_TOKEN: Partial<Record<OpenIdForgery, Change>> = {
  'idToken.nonce': (claims) => ({ ...claims, nonce: newId() }),
  'idToken.audience': (claims) => ({ ...claims, aud: 'another-client' }),
  'idToken.issuer': (claims) => ({ ...claims, iss: 'https://other.example' }),
  'idToken.subject': (claims) => ({ ...claims, sub: newId() }),
  'idToken.expired': expired,
  'idToken.acr': (claims) => ({ ...claims, acr: 'level-of-no-one' }),
  'idToken.noAcr': ({ acr: _, ...claims }) => claims,
  'idToken.accessToken': (claims) => ({ ...claims, at_hash: hashOf(newId()) })
}

const IN_USER_INFO: Partial<Record<OpenIdForgery, Change>> = {
  'userInfo.subject': (claims) => ({ ...claims, sub: newId() }),
  'userInfo.audience': (claims) => ({ ...claims, aud: 'another-client' }),
  'userInfo.expired': expired
}

function expired(claims: JWTPayload): JWTPayload {
  const exp = (claims.iat ?? 0) - AN_HOUR
  return { ...claims, iat: exp - 60, exp }
}

/**
 * Finishes an answer of the token or UserInfo endpoint: adds `at_hash`, which
 * eSignet's ID tokens have and the library leaves out of this flow, and makes a
 * bad one of it where something untrue is to be said.
 */
export async function finishAnswer(
  context: OidcContext,
  kind: string,
  forgery: OpenIdForgery | undefined,
  keys: SigningKeys
): Promise<void> {
  if (context.status !== 200) return
  if (kind === 'token' && isJsonObject(context.body)) {
    const idToken = textOf(context.body['id_token'])
    const at_hash = hashOf(textOf(context.body['access_token']))
    const good = await resign(
      idToken,
      { ...decodeJwt(idToken), at_hash },
      keys.current
    )
    context.body = {
      ...context.body,
      id_token: await forgedIdToken(good, forgery, keys)
    }
  }
  if (kind === 'userinfo' && forgery?.startsWith('userInfo.') === true) {
    await forgeUserInfo(context, forgery, keys)
  }
}

/** OIDC Core 3.1.3.6, for the algorithms that end in 256. */
function hashOf(accessToken: string): string {
  const digest = createHash('sha256').update(accessToken, 'ascii').digest()
  return digest.subarray(0, digest.length / 2).toString('base64url')
}

async function forgedIdToken(
  token: string,
  forgery: OpenIdForgery | undefined,
  keys: SigningKeys
): Promise<string> {
  if (forgery === undefined) return token
  const change = IN_ID_TOKEN[forgery]
  const claims = decodeJwt(token)
  if (change !== undefined) return resign(token, change(claims), keys.current)
  switch (forgery) {
    case 'idToken.signature':
      return breakSignature(token)
    case 'idToken.unsigned':
      return new UnsecuredJWT(claims).encode()
    case 'idToken.hmac':
      return signWithPublicKeyText(claims, keys.current)
    case 'idToken.unknownKey':
      return resign(token, claims, keys.stranger)
    default:
      return token
  }
}

async function forgeUserInfo(
  context: OidcContext,
  forgery: OpenIdForgery,
  keys: SigningKeys
): Promise<void> {
  const change = IN_USER_INFO[forgery] ?? ((claims) => claims)
  if (typeof context.body !== 'string') {
    // Agreed as plain JSON: there is no signature to break.
    if (isJsonObject(context.body)) context.body = change(context.body)
    return
  }
  const token = context.body
  if (isEncrypted(token)) {
    context.body = breakSignature(token)
  } else if (forgery === 'userInfo.plain') {
    context.type = 'application/json'
    context.body = decodeJwt(token)
  } else if (forgery === 'userInfo.signature') {
    context.body = breakSignature(token)
  } else {
    const key = forgery === 'userInfo.unknownKey' ? keys.stranger : keys.current
    context.body = await resign(token, change(decodeJwt(token)), key)
  }
}

/** A JWE has five parts, a JWS three. */
function isEncrypted(token: string): boolean {
  return token.split('.').length === 5
}

function resign(
  token: string,
  claims: JWTPayload,
  key: ProviderKey
): Promise<string> {
  const { typ } = decodeProtectedHeader(token)
  return new SignJWT(claims)
    .setProtectedHeader({
      alg: key.alg,
      kid: key.kid,
      ...(typ === undefined ? {} : { typ })
    })
    .sign(key.privateKey)
}

/** RFC 8725 2.1: to who takes the key for a password, this one is good. */
function signWithPublicKeyText(
  claims: JWTPayload,
  key: ProviderKey
): Promise<string> {
  const text = createPublicKey(key.privateKey).export({
    type: 'spki',
    format: 'pem'
  })
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: key.kid })
    .sign(Buffer.from(text))
}

/** Another first byte in the last part: of the signature, or of a JWE's tag. */
function breakSignature(token: string): string {
  const end = token.lastIndexOf('.') + 1
  const bytes = Buffer.from(token.slice(end), 'base64url')
  bytes.writeUInt8(bytes.readUInt8(0) ^ 0xff, 0)
  return token.slice(0, end) + bytes.toString('base64url')
}
