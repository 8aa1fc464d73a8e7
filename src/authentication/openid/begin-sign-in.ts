import * as oidc from 'openid-client'
import type { RelyingParty, SignInTransaction } from '../relying-party'
import { createConfiguration, type ConfigurationParts } from './configuration'
import { dpopAlgorithm, type DpopKeys } from './dpop-key'
import { failureAt, signInError, type Place } from './failures'
import type { CheckedOpenIdOptions } from './options'
import { isUsed, type MetadataSource } from './provider-metadata'

/** What a sign-in begins with. */
export type BeginParts = ConfigurationParts & {
  metadata: MetadataSource
  dpopKeys: DpopKeys
}

type BeginRequest = Parameters<RelyingParty['begin']>[0]

/** Makes the authorization request, pushes it where that is done, and says where the browser goes. */
export async function beginSignIn(
  parts: BeginParts,
  request: BeginRequest
): ReturnType<RelyingParty['begin']> {
  const { dpopKeys, metadata, options } = parts
  const place: Place = { provider: options.name, step: 'the pushed request' }
  try {
    const known = await metadata.get()
    const configuration = await createConfiguration(
      parts,
      known,
      'pushedAuthorization'
    )
    const algorithm = dpopAlgorithm(options.dpop, known.server)
    const key = algorithm && (await dpopKeys.begin(algorithm))
    const proof = key && oidc.getDPoPHandle(configuration, key.pair)
    const transaction: SignInTransaction = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      codeVerifier: oidc.randomPKCECodeVerifier(),
      ...(key && { dpopKey: key.jwk })
    }
    const parameters = {
      ...(await parametersOf(options, request, transaction)),
      // RFC 9449, 10: the code is good with this key alone.
      ...(proof && { dpop_jkt: await proof.calculateThumbprint() })
    }
    const url = isPushed(options, known.server)
      ? await oidc.buildAuthorizationUrlWithPAR(
          configuration,
          parameters,
          proof && { DPoP: proof }
        )
      : oidc.buildAuthorizationUrl(configuration, parameters)
    return { url: url.href, transaction }
  } catch (error) {
    throw failureAt(place, error)
  }
}

function isPushed(
  { name, pushedAuthorization }: CheckedOpenIdOptions,
  server: Readonly<Record<string, unknown>>
): boolean {
  const isAnnounced = server.pushed_authorization_request_endpoint !== undefined
  const isWanted = isUsed(pushedAuthorization, isAnnounced)
  if (!isWanted || isAnnounced) return isWanted
  throw signInError(
    name,
    'unavailable',
    'ERR_PROVIDER_METADATA',
    'the discovery document has no pushed_authorization_request_endpoint, and pushedAuthorization is true. Set endpoints.pushedAuthorization.'
  )
}

async function parametersOf(
  options: CheckedOpenIdOptions,
  { locale, redirectUri }: BeginRequest,
  { codeVerifier, nonce, state }: SignInTransaction
): Promise<Record<string, string>> {
  const { claims, display, maxAgeSeconds } = options
  const locales = locale === undefined ? [] : [locale]
  return withoutEmpty({
    redirect_uri: normalised(redirectUri),
    scope: options.scopes.join(' '),
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    acr_values: options.acrValues.join(' '),
    claims: claims === undefined ? '' : JSON.stringify(claims),
    claims_locales: options.languages.join(' '),
    ui_locales: [...new Set([...locales, ...options.uiLocales])].join(' '),
    prompt: options.prompt,
    display: display ?? '',
    max_age: maxAgeSeconds === undefined ? '' : String(maxAgeSeconds)
  })
}

/** The library writes it so in the token request, and both must be the same (RFC 6749, 4.1.3). */
function normalised(redirectUri: string): string {
  return new URL(redirectUri).href
}

function withoutEmpty(
  parameters: Record<string, string | undefined>
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value]]
    )
  )
}
