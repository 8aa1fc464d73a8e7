import {
  signInAddresses,
  type SignInAddresses
} from '../../authentication/sign-in/addresses'
import type { ResolvedOptions } from '../../config/resolved'
import { TICKET_REPEAT_MS } from '../../domain/ticket'
import type { Cipher } from '../../internal/encryption'
import { createProviderGate, type ProviderGate } from './provider-gate'
import { createSignInSealer, type SignInSealer } from './sealed-sign-in'
import { createSignInCookies, type SignInCookies } from './sign-in-cookies'

/** What the HTTP entries of sign-in work with. */
export type SignInParts = {
  addresses: SignInAddresses
  cookies: SignInCookies
  sealer: SignInSealer
  gate: ProviderGate
}

/** A cookie outlives its sign-in by this much, so that who comes back late is taken to the form and told so. */
const LATE_MS = 60 * 60 * 1000

/** Makes them from the options. */
export function createSignInParts(
  options: Pick<
    ResolvedOptions,
    'publicUrl' | 'routePrefix' | 'opencrvs' | 'authentication'
  >,
  cipher: Pick<Cipher, 'keyFor'>
): SignInParts {
  const { publicUrl, routePrefix, opencrvs, authentication } = options
  const { clientUrl, countryConfigPath } = opencrvs
  const addresses = signInAddresses({
    publicUrl,
    routePrefix,
    countryConfigPath,
    clientUrl
  })
  const signInMs = authentication.signInTimeoutMs + LATE_MS
  return {
    addresses,
    cookies: createSignInCookies(addresses, {
      signInMs,
      sessionMs: signInMs + authentication.ticketTimeoutMs + TICKET_REPEAT_MS
    }),
    sealer: createSignInSealer(cipher),
    gate: createProviderGate()
  }
}
