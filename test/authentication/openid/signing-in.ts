import { generateKeyPairSync } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import type {
  RelyingParty,
  SignInFactory,
  SignInResult
} from '../../../src/authentication/relying-party'
import { SignInError } from '../../../src/authentication/relying-party'
import { openIdConnect } from '../../../src/authentication/openid'
import type { OpenIdConnectOptions } from '../../../src/authentication/openid'
import type { Secret } from '../../../src/internal/secret'
import { NOW, startProvider, type LoopbackProvider } from './loopback-provider'

export const REDIRECT_URI =
  'https://register.example.org/api/countryconfig/national-id/authentication/callback'
export const CLIENT_ID = 'civil-registry'

/** A private key as PEM with its public half, as a country would have made them. */
export function newClientKey(): { pem: string; publicJwk: JWK } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048
  })
  return {
    pem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicJwk: publicKey.export({ format: 'jwk' })
  }
}

/** A key on P-256, as JWKs. */
export function newEcKey(): { privateJwk: JWK; publicJwk: JWK } {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    privateJwk: pair.privateKey.export({ format: 'jwk' }),
    publicJwk: pair.publicKey.export({ format: 'jwk' })
  }
}

const CLIENT_KEY = newClientKey()

/** A key that something is encrypted to. */
export async function newEncryptionKey(
  kid: string
): Promise<{ privateJwk: string; publicJwk: JWK }> {
  const pair = await generateKeyPair('RSA-OAEP-256', { extractable: true })
  return {
    privateJwk: JSON.stringify({ ...(await exportJWK(pair.privateKey)), kid }),
    publicJwk: { ...(await exportJWK(pair.publicKey)), kid }
  }
}

export const clock = { now: () => NOW }

type MadeOptions = OpenIdConnectOptions & { clientKey: Secret }

/** A provider and a relying party that knows it. */
export type Meeting = {
  provider: LoopbackProvider
  party: RelyingParty
  close(): Promise<void>
}

export async function meet(
  options: Partial<OpenIdConnectOptions> = {},
  make: (options: MadeOptions) => SignInFactory = openIdConnect,
  now = NOW
): Promise<Meeting> {
  const usesSecret = options.clientAuthentication === 'client_secret_basic'
  const provider = await startProvider({
    id: CLIENT_ID,
    publicJwk: CLIENT_KEY.publicJwk,
    now,
    ...(usesSecret ? { secret: 'client-secret' } : {})
  })
  const party = make({
    issuer: provider.issuer,
    clientId: CLIENT_ID,
    // Taken no notice of, where a secret is used.
    clientKey: CLIENT_KEY.pem,
    ...options
  }).create({ clock: { now: () => now } })
  return {
    provider,
    party,
    async close() {
      party.stop?.()
      await provider.close()
    }
  }
}

/** A whole sign-in; `change` may tamper with what the browser brings back. */
export async function signIn(
  { party, provider }: Pick<Meeting, 'party' | 'provider'>,
  change: (parameters: URLSearchParams) => URLSearchParams = (same) => same
): Promise<SignInResult> {
  const { transaction, url } = await party.begin({ redirectUri: REDIRECT_URI })
  const parameters = change(provider.signIn(url))
  return party.complete({ parameters, redirectUri: REDIRECT_URI, transaction })
}

/** The error of a sign-in that must not succeed. */
export async function failureOf(work: Promise<unknown>): Promise<SignInError> {
  const ended = await work.then(
    () => 'it succeeded',
    (error: unknown) => error
  )
  if (ended instanceof SignInError) return ended
  throw new Error(`no SignInError: ${String(ended)}`)
}
