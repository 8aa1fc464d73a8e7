import * as oidc from 'openid-client'
import type { IdentityData } from '../../domain/identity'
import type { JsonObject } from '../../domain/json'
import { parseJson } from '../../internal/http'
import { kindAndPlace } from '../../internal/thrown'
import type { RelyingParty, SignInResult } from '../relying-party'
import type { BeginParts } from './begin-sign-in'
import { identityOf, type CheckedClaimMapping } from '../claims/identity'
import { createConfiguration } from './configuration'
import { isJwe, type Decryption } from './decryption'
import { dpopAlgorithm } from './dpop-key'
import { failureAt, signInError, type Step } from './failures'
import { checkIdToken, type CheckedIdToken } from './id-token'
import { isRecord } from '../../internal/json'
import type { CheckedOpenIdOptions } from './options'
import type { ProviderClient } from './provider-client'
import type { ProviderMetadata } from './provider-metadata'
import { readRedirect, requireIssuer } from './redirect-answer'
import { readUserInfo, type UserInfo, type UserInfoParts } from './user-info'

/** What a sign-in ends with. */
export type CompleteParts = BeginParts & UserInfoParts

type Answer = Parameters<RelyingParty['complete']>[0]

type Exchanged = {
  configuration: oidc.Configuration
  idToken: string
  accessToken: string
  proof?: oidc.DPoPHandle
}

/** Exchanges the code and checks all that comes back: the ID Token, then UserInfo. */
export async function completeSignIn(
  parts: CompleteParts,
  answer: Answer
): Promise<SignInResult> {
  const { clock, metadata, options } = parts
  const { name } = options
  let step: Step = 'the token request'
  try {
    const { code, hasIssuer } = readRedirect(answer.parameters, {
      provider: name,
      state: answer.transaction.state,
      issuer: options.issuer
    })
    const known = await metadata.get()
    requireIssuer(name, known.server, hasIssuer)
    const tokens = await exchange(parts, known, { ...answer, code })
    const jwksUri = known.server.jwks_uri
    const claims = await parts.keys.verify(
      tokens.idToken,
      'the ID Token',
      jwksUri
    )
    const { accessToken } = tokens
    const now = clock.now()
    const idToken = checkIdToken(claims, { options, accessToken, now })
    step = 'UserInfo'
    const info = await readUserInfo(parts, {
      ...tokens,
      endpoint: known.server.userinfo_endpoint,
      jwksUri,
      subject: idToken.subject,
      now
    })
    return resultOf(options, idToken, info)
  } catch (error) {
    throw failureAt({ provider: name, step }, error)
  }
}

async function exchange(
  parts: CompleteParts,
  known: ProviderMetadata,
  { code, redirectUri, transaction }: Answer & { code: string }
): Promise<Exchanged> {
  const { client, decryption, dpopKeys, options } = parts
  const configuration = await createConfiguration(
    { ...parts, client: decrypting(client, decryption) },
    known,
    'token'
  )
  const pair = await dpopKeys.resume(
    dpopAlgorithm(options.dpop, known.server),
    transaction.dpopKey
  )
  const proof = pair && oidc.getDPoPHandle(configuration, pair)
  const url = new URL(redirectUri)
  url.search = new URLSearchParams({
    code,
    state: transaction.state
  }).toString()
  const tokens = await oidc.authorizationCodeGrant(
    configuration,
    url,
    {
      expectedState: transaction.state,
      expectedNonce: transaction.nonce,
      pkceCodeVerifier: transaction.codeVerifier,
      idTokenExpected: true,
      ...(options.maxAgeSeconds === undefined
        ? {}
        : { maxAge: options.maxAgeSeconds })
    },
    undefined,
    proof && { DPoP: proof }
  )
  // A provider that knows no DPoP gives a bearer token.
  const isBound = tokens.token_type === 'dpop'
  if (options.dpop === true && !isBound) {
    throw signInError(
      options.name,
      'unexpected',
      'ERR_ACCESS_TOKEN_UNBOUND',
      'the access token is not bound to our key, and dpop is true. Nothing was kept; register the client with dpop_bound_access_tokens.'
    )
  }
  return {
    configuration,
    accessToken: tokens.access_token,
    // The library has refused an answer without one.
    idToken: String(tokens.id_token),
    ...(isBound && proof && { proof })
  }
}

/** Opens an ID Token that is encrypted to us before the library checks it (OIDC Core 16.14: signed, then encrypted). */
function decrypting(
  client: Pick<ProviderClient, 'fetch'>,
  decryption: Decryption
): Pick<ProviderClient, 'fetch'> {
  if (!decryption.isPossible) return client
  return {
    async fetch(url, request) {
      const response = await client.fetch(url, request)
      if (request.method !== 'POST' || response.status !== 200) return response
      const body = parseJson(await response.clone().text())
      if (!isRecord(body) || typeof body.id_token !== 'string') return response
      if (!isJwe(body.id_token)) return response
      const inner = await decryption.decrypt(body.id_token)
      // Left as it is, the library refuses it.
      if (inner === undefined) return response
      const opened = JSON.stringify({ ...body, id_token: inner })
      return new Response(opened, { headers: response.headers })
    }
  }
}

function resultOf(
  options: CheckedOpenIdOptions,
  { assurance, subject }: CheckedIdToken,
  { claims, signed }: UserInfo
): SignInResult {
  const isKept = options.keepUserInfo && signed !== undefined
  return {
    issuer: options.tokenIssuer,
    subject,
    ...(assurance === undefined ? {} : { assurance }),
    data: dataOf(options, claims),
    ...(isKept ? { userInfo: signed } : {})
  }
}

function dataOf(
  { languages, mapping, name }: CheckedOpenIdOptions,
  claims: JsonObject
): IdentityData {
  if (typeof mapping !== 'function') {
    // The schema has put all defaults into it.
    return identityOf(claims, mapping as CheckedClaimMapping, languages)
  }
  try {
    // A function in JavaScript may leave out `attributes`, or give nothing.
    const none: IdentityData = { attributes: {} }
    return { ...none, ...mapping(claims) }
  } catch (error) {
    throw signInError(
      name,
      'unexpected',
      'ERR_SIGN_IN_MAPPING',
      `the function mapping failed: ${kindAndPlace(error)}. Nothing was kept; correct it.`
    )
  }
}
