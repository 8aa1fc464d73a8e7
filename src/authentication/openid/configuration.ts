import { importJWK } from 'jose'
import * as oidc from 'openid-client'
import { NationalIdError } from '../../domain/errors'
import { systemClock, type Clock } from '../../internal/clock'
import { resolveSecret } from '../../internal/secret'
import { algorithmOf, resolvePrivateKey } from './client-key'
import type { CheckedOpenIdOptions } from './options'
import type { ProviderClient } from './provider-client'
import type { ProviderMetadata } from './provider-metadata'

/** What a configuration is made of. */
export type ConfigurationParts = {
  options: CheckedOpenIdOptions
  client: Pick<ProviderClient, 'fetch'>
  clock: Clock
}

/**
 * The protocol library's view of one call: made for each, since the library holds the clock's offset, the keys and the
 * audience fast in it, and nothing of it may outlive a rotation.
 *
 * @throws NationalIdError `ERR_SECRET`
 */
export async function createConfiguration(
  { clock, client, options }: ConfigurationParts,
  { audiences, server }: ProviderMetadata,
  call: 'token' | 'pushedAuthorization'
): Promise<oidc.Configuration> {
  const endpoint = audiences[call] ?? audiences.token
  const configuration = new oidc.Configuration(
    {
      ...server,
      // What ID Tokens must name. `iss` of the redirect is checked before (`redirect-answer.ts`).
      issuer: options.tokenIssuer,
      authorization_response_iss_parameter_supported: false,
      // The library takes what is announced; we take what the country allows.
      id_token_signing_alg_values_supported: [...options.algorithms]
    },
    options.clientId,
    {
      // The library has its own clock.
      [oidc.clockSkew]: seconds(clock) - seconds(systemClock),
      [oidc.clockTolerance]: options.clockToleranceSeconds
    },
    await clientAuthentication(options, server, endpoint)
  )
  configuration[oidc.customFetch] = (url, request) => client.fetch(url, request)
  // Our client has the deadline.
  configuration.timeout = 0
  if (usesHttp(server)) {
    // `provider-metadata.ts` has looked at each address: loopback, or allowed by the country.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated only to stand out, says its own text
    oidc.allowInsecureRequests(configuration)
  }
  return configuration
}

function seconds(clock: Clock): number {
  return Math.floor(clock.now() / 1000)
}

function usesHttp(server: ProviderMetadata['server']): boolean {
  return [
    server.authorization_endpoint,
    server.token_endpoint,
    server.userinfo_endpoint,
    server.pushed_authorization_request_endpoint
  ].some((address) => address?.startsWith('http:') === true)
}

async function clientAuthentication(
  options: CheckedOpenIdOptions,
  server: ProviderMetadata['server'],
  endpoint: string
): Promise<oidc.ClientAuth> {
  if (options.clientAuthentication === 'client_secret_basic') {
    const secret = await resolveSecret(
      options.clientSecret ?? '',
      'clientSecret'
    )
    return oidc.ClientSecretBasic(secret)
  }
  const jwk = await resolvePrivateKey(options.clientKey ?? '', 'clientKey')
  const algorithm = algorithmOf(
    jwk,
    options.signatureAlgorithm,
    server.token_endpoint_auth_signing_alg_values_supported
  )
  if (algorithm === undefined) {
    throw new NationalIdError(
      'The secret clientKey cannot sign with signatureAlgorithm: an RSA key signs with RS256 or PS256, one on P-256 with ES256.',
      { code: 'ERR_SECRET' }
    )
  }
  const key = await importJWK(jwk, algorithm)
  if (key instanceof Uint8Array) throw new TypeError('not a private key')
  const kid = options.keyId ?? jwk.kid
  const audience = audienceOf(options, endpoint)
  return oidc.PrivateKeyJwt(kid === undefined ? key : { key, kid }, {
    [oidc.modifyAssertion]: (_header, payload) => {
      // The library says the issuer (FAPI 2.0); eSignet and most others ask for the endpoint (OIDC Core 9).
      payload.aud = audience
      // Optional (RFC 7523, 3), and refused by a provider whose clock is a second behind.
      delete payload.nbf
    }
  })
}

function audienceOf(
  { assertionAudience, issuer }: CheckedOpenIdOptions,
  endpoint: string
): string {
  if (assertionAudience === 'endpoint') return endpoint
  return assertionAudience === 'issuer' ? issuer : assertionAudience
}
