import { OptionsError, type OptionsIssue } from '../../domain/errors'
import type { Clock } from '../../internal/clock'
import type { RelyingParty, SignInFactory } from '../relying-party'
import { isInsecure } from '../../internal/peer-address'
import { beginSignIn } from './begin-sign-in'
import { completeSignIn, type CompleteParts } from './complete-sign-in'
import { createDecryption } from './decryption'
import { createDpopKeys } from './dpop-key'
import { isRecord } from '../../internal/json'
import { addressesOf, issuesOf, withDefaults } from './option-issues'
import type { OpenIdConnectOptions } from './options'
import { createProviderClient } from './provider-client'
import { createProviderKeys } from './provider-keys'
import { createMetadataSource } from './provider-metadata'

/**
 * Sign-in with an OpenID Connect provider: authorization code with PKCE, everything that comes back verified.
 *
 * ```ts
 * authentication: {
 *   oidc: openIdConnect({
 *     issuer: 'https://login.example.org',
 *     clientId: 'civil-registry',
 *     clientKey: () => readSecret('login-key'),
 *     acrValues: ['urn:example:two-factors']
 *   })
 * }
 * ```
 *
 * Nothing is checked or fetched here: mistakes are reported with those of the other options, and the provider is first
 * asked when somebody signs in. docs/authentication.md has every option.
 */
export function openIdConnect(options: OpenIdConnectOptions): SignInFactory {
  return signInFactory('openid', options, issuesOf)
}

/**
 * A factory over options that nobody has checked: a country may write JavaScript, so their type proves nothing.
 *
 * @param issues what is wrong with them
 */
export function signInFactory(
  name: string,
  options: unknown,
  issues: (options: unknown, path: string) => OptionsIssue[]
): SignInFactory {
  return {
    name: nameOf(options) ?? name,
    keepsUserInfo: keepsUserInfo(options),
    issues: (path) => issues(options, path),
    weakenings: (path) => weakeningsOf(options, path),
    create({ clock }) {
      const found = issues(options, 'authentication.oidc')
      if (found.length > 0) throw new OptionsError(found)
      return createRelyingParty(options, clock)
    }
  }
}

function nameOf(options: unknown): string | undefined {
  const name = isRecord(options) ? options.name : undefined
  return typeof name === 'string' && name !== '' ? name : undefined
}

/** What comes as plain JSON has no signature to keep. */
function keepsUserInfo(options: unknown): boolean {
  return (
    isRecord(options) &&
    options.keepUserInfo === true &&
    options.userInfo !== 'json'
  )
}

function weakeningsOf(
  options: unknown,
  path: string
): Array<{ option: string; effect: string }> {
  if (!isRecord(options)) return []
  const isOpen =
    options.allowInsecureHttp === true &&
    addressesOf(options).some(([, url]) => isInsecure(url))
  const session = {
    option: `${path}.allowExistingSession`,
    effect:
      'a person whom the provider still knows from before is taken, so at a shared desk one may be signed in as the one before'
  }
  const weak = options.allowExistingSession === true ? [session] : []
  if (!isOpen) return weak
  return [
    ...weak,
    {
      option: `${path}.allowInsecureHttp`,
      effect:
        'people sign in over an unencrypted connection to another machine, so anybody on the way can sign in as anybody and read their data'
    }
  ]
}

function createRelyingParty(given: unknown, clock: Clock): RelyingParty {
  const options = withDefaults(given)
  const client = createProviderClient(options)
  const parts: CompleteParts = {
    options,
    client,
    clock,
    metadata: createMetadataSource(options, client, clock),
    keys: createProviderKeys(options, client),
    decryption: createDecryption(options.decryptionKeys),
    dpopKeys: createDpopKeys()
  }
  return {
    begin: (request) => beginSignIn(parts, request),
    complete: (answer) => completeSignIn(parts, answer),
    stop: () => client.close()
  }
}
