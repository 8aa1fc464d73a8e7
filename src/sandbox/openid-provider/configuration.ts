import { createHash, createHmac } from 'node:crypto'
import type { JsonObject } from '../../domain/json'
import { newId } from '../../internal/ids'
import { textOf } from '../json-object'
import { findSandboxPerson, languagesOf } from '../people/sandbox-people'
import type { SandboxPerson } from '../people/sandbox-people'
import {
  claimsOf,
  CLAIMS_BY_NAME,
  CLAIMS_BY_SCOPE,
  requestedClaims
} from './claims'
import type {
  OidcClient,
  OidcContext,
  OidcLibrary,
  OidcProvider
} from './library'
import type { MemoryStorage } from './memory-storage'
import {
  ONE_TIME_CODE_ACR,
  STATIC_CODE_ACR,
  type OpenIdProviderOptions
} from './options'
import { renderErrorPage } from './pages'

/** What a provider is made of; the same at every change of keys. */
export type ProviderParts = {
  library: OidcLibrary
  issuer: string
  options: Omit<OpenIdProviderOptions, 'clients' | 'people' | 'clock' | 'port'>
  people: readonly SandboxPerson[]
  storage: MemoryStorage
  /** Signs cookies, and makes subjects pairwise. */
  secret: string
}

/** Seconds that a person may take on the pages; also how long what they allowed lasts. */
export const SIGN_IN_SECONDS = 600

/** Endpoints by eSignet's release (mosip FACTS 8). */
const PATHS = {
  '1.x': {
    authorization: '/authorize',
    token: '/oauth/v2/token',
    userinfo: '/oidc/userinfo',
    pushed_authorization_request: '/oauth/par',
    jwks: '/.well-known/jwks.json'
  },
  '2.0': {
    authorization: '/oauth2/authorize',
    token: '/oauth2/token',
    userinfo: '/oauth2/userinfo',
    pushed_authorization_request: '/oauth2/par',
    jwks: '/oauth2/jwks'
  }
}

/** The paths of the endpoints, by the library's names. */
export function endpointPaths(
  options: Pick<OpenIdProviderOptions, 'paths'>
): (typeof PATHS)['1.x'] {
  return PATHS[options.paths ?? '1.x']
}

/** Cookies are shared by all ports of a host, so they carry the port in their names. */
export function sessionCookieName(issuer: string): string {
  return `sandbox-openid-${new URL(issuer).port}-session`
}

/** Makes a provider that knows these keys. */
export function createProvider(
  parts: ProviderParts,
  jwks: { keys: JsonObject[] }
): OidcProvider {
  const provider = new parts.library.Provider(parts.issuer, {
    adapter: (model: string) => parts.storage.adapter(model),
    jwks,
    ...identity(parts),
    ...protocol(parts),
    features: features(parts),
    interactions: {
      url: (_context: OidcContext, { uid }: { uid: string }) =>
        `/interaction/${uid}`,
      policy: interactionPolicy(parts.library)
    }
  })
  // What goes wrong is seen in the answers and in the exchange log.
  provider.silent = true
  return provider
}

/** Who signs in, and what is told about them. */
function identity({ options, people, secret }: ProviderParts): object {
  const translated = languagesOf(people).map((language) => `name#${language}`)
  return {
    acrValues: [ONE_TIME_CODE_ACR, STATIC_CODE_ACR],
    claims: {
      openid: ['sub'],
      acr: null,
      auth_time: null,
      ...CLAIMS_BY_SCOPE,
      ...Object.fromEntries(
        [...CLAIMS_BY_NAME, ...translated].map((name) => [name, null])
      )
    },
    subjectTypes: ['pairwise'],
    pairwiseIdentifier: async (
      _context: OidcContext,
      accountId: string,
      client: OidcClient
    ) =>
      createHmac('sha256', secret)
        .update(JSON.stringify([client.sectorIdentifier, accountId]))
        .digest('base64url'),
    findAccount: async (_context: OidcContext, accountId: string) => {
      const person = findSandboxPerson(accountId, people)
      if (person === undefined) return undefined
      return { accountId, claims: async () => claimsOf(person, options) }
    }
  }
}

/** How the exchange goes. */
function protocol({ options, issuer, secret, library }: ProviderParts): object {
  const port = new URL(issuer).port
  return {
    routes: endpointPaths(options),
    responseTypes: ['code'],
    // Without `offline_access`: eSignet gives no refresh tokens.
    scopes: ['openid'],
    clientAuthMethods: ['private_key_jwt'],
    assertJwtClientAuthClaimsAndHeader: async (
      context: OidcContext,
      claims: JsonObject
    ) => {
      const problem = assertionProblem(context, claims, issuer, options)
      if (problem !== undefined)
        throw new library.errors.InvalidClientAuth(problem)
    },
    pkce: { required: () => options.requirePkce ?? true },
    clientBasedCORS: () => false,
    cookies: {
      keys: [secret],
      names: {
        session: sessionCookieName(issuer),
        interaction: `sandbox-openid-${port}-interaction`,
        resume: `sandbox-openid-${port}-resume`
      }
    },
    ttl: {
      AccessToken: 300,
      AuthorizationCode: 60,
      IdToken: 300,
      Grant: SIGN_IN_SECONDS,
      Interaction: SIGN_IN_SECONDS,
      Session: SIGN_IN_SECONDS
    },
    renderError: async (
      context: OidcContext,
      problem: Readonly<Record<string, unknown>>
    ) => {
      context.type = 'html'
      context.body = renderErrorPage(problem)
    }
  }
}

/**
 * What eSignet checks of a client assertion beyond the library (mosip FACTS 8):
 * `iat` is there, and which `aud` it takes. The library checks the signature,
 * `iss`, `sub`, `exp` and that `jti` is new.
 */
function assertionProblem(
  context: OidcContext,
  claims: JsonObject,
  issuer: string,
  options: Pick<OpenIdProviderOptions, 'assertionAudience' | 'paths'>
): string | undefined {
  if (typeof claims['iat'] !== 'number') return 'iat is missing'
  const accepted =
    options.assertionAudience === 'issuer'
      ? [issuer]
      : [endpointPaths(options).token, context.path].map(
          (path) => `${issuer}${path}`
        )
  return [claims['aud']].flat().some((aud) => accepted.includes(textOf(aud)))
    ? undefined
    : 'aud is not the endpoint that was called'
}

function features({ options }: ProviderParts): object {
  const dpop = options.dpop ?? false
  return {
    devInteractions: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    claimsParameter: { enabled: true },
    jwtUserinfo: { enabled: true },
    encryption: { enabled: options.userInfo === 'encrypted' },
    pushedAuthorizationRequests: {
      enabled: true,
      requirePushedAuthorizationRequests: options.requirePar ?? false
    },
    dPoP: dpop
      ? {
          enabled: true,
          nonceSecret: createHash('sha256').update(newId()).digest(),
          requireNonce: () => true
        }
      : { enabled: false }
  }
}

/** The library's own policy; before it asks, what eSignet does unasked is added to the request. */
function interactionPolicy(library: OidcLibrary): object {
  const policy = library.interactionPolicy.base()
  policy.get('login').checks.add(
    new library.interactionPolicy.Check(
      'esignet_habits',
      'never fails',
      ({ oidc }) => {
        oidc.claims = withHabits(oidc.claims ?? {}, oidc.params)
        return false
      }
    )
  )
  return policy
}

/** The ID token always says `acr` and `auth_time`; translated claims follow from `claims_locales`. */
function withHabits(
  claims: Record<string, Record<string, unknown> | undefined>,
  parameters: Readonly<Record<string, unknown>>
): Record<string, Record<string, unknown>> {
  const translated = requestedClaims(parameters)
    .filter(({ name }) => name.includes('#'))
    .map(({ name }): [string, unknown] => [name, null])
  return {
    id_token: { acr: null, auth_time: null, ...claims['id_token'] },
    userinfo: { ...Object.fromEntries(translated), ...claims['userinfo'] }
  }
}
