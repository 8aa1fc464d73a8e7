import type { OptionsIssue } from '../../domain/errors'
import type { SignInFactory } from '../relying-party'
import { readPrivateKey } from './client-key'
import { isRecord } from '../../internal/json'
import { signInFactory } from './open-id-connect'
import { issue, issuesOf } from './option-issues'
import type { EsignetOptions } from './options'

type Release = NonNullable<EsignetOptions['release']>

const RELEASES: readonly unknown[] = [
  '1.7',
  '1.8',
  '2.0'
] satisfies readonly Release[]

/**
 * Ways of authentication that need something the person has or is. A PIN, a password or an answer can be told to
 * somebody else.
 */
const STRONG = [
  'mosip:idp:acr:biometrics',
  'mosip:idp:acr:generated-code',
  'mosip:idp:acr:linked-wallet'
]

const WANTED = {
  userinfo: {
    name: { essential: true },
    birthdate: { essential: true },
    gender: { essential: true }
  },
  id_token: {}
}

/** Where eSignet's services stand below its host: mosip/esignet, default properties of 1.8, and the 2.0 guide. */
const PATHS = {
  java: {
    authorization: '/authorize',
    token: '/v1/esignet/oauth/v2/token',
    userInfo: '/v1/esignet/oidc/userinfo',
    jwks: '/.well-known/jwks.json',
    pushedAuthorization: '/v1/esignet/oauth/par'
  },
  go: {
    authorization: '/v1/esignet/oauth2/authorize',
    token: '/v1/esignet/oauth2/token',
    userInfo: '/v1/esignet/oauth2/userinfo',
    jwks: '/v1/esignet/oauth2/jwks',
    pushedAuthorization: '/v1/esignet/oauth2/par'
  }
} as const

/**
 * Sign-in with MOSIP eSignet: `openIdConnect` with eSignet's ways and addresses.
 *
 * ```ts
 * authentication: {
 *   oidc: esignet({
 *     issuer: 'https://esignet.example.org',
 *     clientId: 'civil-registry',
 *     clientKey: () => readSecret('esignet-key')
 *   })
 * }
 * ```
 *
 * Asks for name, date of birth and sex, and takes no weaker proof than a one-time code.
 */
export function esignet(options: EsignetOptions): SignInFactory {
  const given: unknown = options
  if (!isRecord(given)) return signInFactory('esignet', given, issuesOf)
  return signInFactory('esignet', expand(given), (expanded, path) => [
    ...ownIssues(given, path),
    ...issuesOf(expanded, path, ['release'])
  ])
}

/** The options of `openIdConnect` that these mean. */
function expand(given: Record<string, unknown>): Record<string, unknown> {
  const { release = '1.8', ...own } = given
  return {
    name: 'esignet',
    acrValues: STRONG,
    claims: WANTED,
    // Shown each time; eSignet keeps no session that `login` would end, and 2.0 knows this word alone.
    prompt: 'consent',
    ...(release === '1.7' ? olderIssuer(own) : {}),
    ...own,
    ...(own.discovery === false ? withoutDiscovery(own, release) : {}),
    mapping: mappingOf(own.mapping)
  }
}

/** Up to 1.7, `iss` of tokens is where the service stands, and the document names the host alone. */
function olderIssuer({
  issuer
}: Record<string, unknown>): Record<string, unknown> {
  return typeof issuer === 'string'
    ? { tokenIssuer: `${hostOf(issuer)}/v1/esignet` }
    : {}
}

function withoutDiscovery(
  { clientKey, endpoints, issuer, signatureAlgorithm }: Record<string, unknown>,
  release: unknown
): Record<string, unknown> {
  const paths = release === '2.0' ? PATHS.go : PATHS.java
  const usual = Object.entries(paths).map(([name, path]) => [
    name,
    `${hostOf(String(issuer))}${path}`
  ])
  return {
    endpoints: {
      ...Object.fromEntries(usual),
      ...(isRecord(endpoints) ? endpoints : {})
    },
    // 2.0 takes no RS256, and here nothing announces that.
    ...(release === '2.0' &&
    signatureAlgorithm === undefined &&
    !isEc(clientKey)
      ? { signatureAlgorithm: 'PS256' }
      : {})
  }
}

/** Whether a key that can be looked at now is one on a curve. */
function isEc(clientKey: unknown): boolean {
  if (typeof clientKey !== 'string') return false
  const read = readPrivateKey(clientKey)
  return 'key' in read && read.key.kty === 'EC'
}

function hostOf(issuer: string): string {
  return issuer.replace(/\/+$/, '')
}

function mappingOf(mapping: unknown): unknown {
  if (mapping !== undefined && !isRecord(mapping)) return mapping
  return { identifier: 'individual_id', ...mapping }
}

function ownIssues(
  given: Record<string, unknown>,
  path: string
): OptionsIssue[] {
  const { acrValues, release } = given
  const found: OptionsIssue[] = []
  if (release !== undefined && !RELEASES.includes(release)) {
    const problem = `must be one of \`${RELEASES.map(String).join('`, `')}\`.`
    found.push(issue(path, ['release'], problem))
  }
  for (const key of ['clientAuthentication', 'clientSecret']) {
    if (given[key] === undefined) continue
    const problem =
      'is not an option here: eSignet takes private_key_jwt alone.'
    found.push(issue(path, [key], problem))
  }
  if (Array.isArray(acrValues) && acrValues.length === 0) {
    const problem =
      'is an empty list, so eSignet would take any way of authentication. Name those that are good enough.'
    found.push(issue(path, ['acrValues'], problem))
  }
  return found
}
