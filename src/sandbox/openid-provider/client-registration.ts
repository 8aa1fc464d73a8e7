import { createPublicKey } from 'node:crypto'
import type { JsonObject } from '../../domain/json'
import { newId } from '../../internal/ids'
import { rsaKey } from '../core/rsa-keys'
import type {
  OpenIdClientRegistration,
  OpenIdProviderOptions,
  RegisteredOpenIdClient
} from './options'
import { keyIdOf, plain } from './signing-keys'

/** A client as the provider stores it, and as its owner needs it. */
export type ClientRecord = {
  metadata: JsonObject
  registered: RegisteredOpenIdClient
}

type AnswerOptions = Pick<
  OpenIdProviderOptions,
  'userInfo' | 'signingAlgorithm' | 'dpop'
>

/** Makes the client's metadata (OIDC Registration 2) in eSignet's manner, and the keys that were not given. */
export function createClient(
  registration: OpenIdClientRegistration,
  options: AnswerOptions
): ClientRecord {
  const clientId = registration.clientId ?? `sandbox-client-${newId()}`
  const signing = keyOf(registration.publicKey, 'openid-client')
  const encryption = keyOf(registration.encryptionKey, 'openid-encryption')
  const isEncrypted = options.userInfo === 'encrypted'
  return {
    metadata: {
      client_id: clientId,
      client_name: registration.name ?? clientId,
      redirect_uris: [...registration.redirectUris],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      subject_type: 'pairwise',
      token_endpoint_auth_method: 'private_key_jwt',
      ...answerFormats(options),
      jwks: {
        keys: [
          { ...signing.publicJwk, use: 'sig' },
          ...(isEncrypted ? [{ ...encryption.publicJwk, use: 'enc' }] : [])
        ]
      }
    },
    registered: {
      clientId,
      ...(signing.privatePem === undefined
        ? {}
        : { clientKey: signing.privatePem }),
      ...(isEncrypted && encryption.privatePem !== undefined
        ? { decryptionKey: encryption.privatePem }
        : {})
    }
  }
}

/** How ID tokens and UserInfo come, and what tokens are bound to. */
function answerFormats(options: AnswerOptions): JsonObject {
  const alg = options.signingAlgorithm ?? 'RS256'
  return {
    id_token_signed_response_alg: alg,
    ...(options.userInfo === 'json'
      ? {}
      : { userinfo_signed_response_alg: alg }),
    // mosip FACTS 8: RSA-OAEP or RSA-OAEP-256, content A256GCM.
    ...(options.userInfo === 'encrypted'
      ? {
          userinfo_encrypted_response_alg: 'RSA-OAEP-256',
          userinfo_encrypted_response_enc: 'A256GCM'
        }
      : {}),
    ...(options.dpop === true ? { dpop_bound_access_tokens: true } : {})
  }
}

/** The given public key, or a new pair. */
function keyOf(
  given: JsonObject | string | undefined,
  name: string
): { publicJwk: JsonObject; privatePem?: string } {
  if (typeof given === 'object') {
    return { publicJwk: { kid: keyIdOf(given), ...given } }
  }
  const made = given === undefined ? rsaKey(name) : undefined
  const jwk = plain(
    createPublicKey(made?.publicKey ?? given ?? '').export({ format: 'jwk' })
  )
  return {
    publicJwk: { kid: keyIdOf(jwk), ...jwk },
    ...(made === undefined ? {} : { privatePem: made.privateKey })
  }
}
