import type * as oidc from 'openid-client'
import type { Clock } from '../../internal/clock'
import { parseJson } from '../../internal/http'
import { isInsecure } from '../../internal/peer-address'
import { failureAt, signInError, type Place } from './failures'
import { isRecord } from '../../internal/json'
import type { CheckedOpenIdOptions } from './options'
import type { ProviderClient } from './provider-client'

/** What we know of the provider. */
export type ProviderMetadata = {
  /** Addresses and abilities, in the standard's words (OIDC Discovery 3). */
  server: oidc.ServerMetadata & {
    authorization_endpoint: string
    token_endpoint: string
    userinfo_endpoint: string
    jwks_uri: string
  }
  /** The token endpoint as the provider announces it: `aud` of client assertions, whatever way we reach it by. */
  audiences: { token: string; pushedAuthorization: string | undefined }
}

/** Keeps what the provider announces. */
export type MetadataSource = {
  /** @throws SignInError */
  get(): Promise<ProviderMetadata>
}

/** The document is read again after an hour; keys have a rhythm of their own. */
const KEEP_MS = 3_600_000
/** After a failure the old one serves for a minute until the next attempt. */
const RETRY_MS = 60_000

const ENDPOINTS = {
  authorization: 'authorization_endpoint',
  token: 'token_endpoint',
  userInfo: 'userinfo_endpoint',
  jwks: 'jwks_uri',
  pushedAuthorization: 'pushed_authorization_request_endpoint'
} as const

/**
 * Reads the discovery document when it is first needed, once for all who wait, and again from time to time. A failure
 * is not kept: the next sign-in tries again, and an old document serves until then.
 */
export function createMetadataSource(
  options: CheckedOpenIdOptions,
  client: ProviderClient,
  clock: Clock
): MetadataSource {
  let kept: { metadata: ProviderMetadata; until: number } | undefined
  let reading: Promise<ProviderMetadata> | undefined

  async function read(): Promise<ProviderMetadata> {
    try {
      const metadata = await readMetadata(options, client)
      kept = { metadata, until: clock.now() + KEEP_MS }
      return metadata
    } catch (error) {
      if (kept === undefined) throw error
      kept = { ...kept, until: clock.now() + RETRY_MS }
      return kept.metadata
    }
  }

  return {
    async get() {
      if (kept !== undefined && kept.until > clock.now()) return kept.metadata
      reading ??= read().finally(() => {
        reading = undefined
      })
      return reading
    }
  }
}

async function readMetadata(
  options: CheckedOpenIdOptions,
  client: ProviderClient
): Promise<ProviderMetadata> {
  const announced =
    options.discovery === false
      ? {}
      : await discover(options, options.discovery, client)
  const server: Record<string, unknown> = {
    ...announced,
    issuer: options.issuer
  }
  for (const [name, key] of Object.entries(ENDPOINTS)) {
    // Every name is a key of both.
    const own = options.endpoints[name as keyof typeof ENDPOINTS]
    if (own !== undefined) server[key] = own
  }
  checkEndpoints(options, server)
  return {
    server,
    audiences: {
      token: textOf(announced.token_endpoint) ?? server.token_endpoint,
      pushedAuthorization:
        textOf(announced.pushed_authorization_request_endpoint) ??
        textOf(server.pushed_authorization_request_endpoint)
    }
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

async function discover(
  options: CheckedOpenIdOptions,
  url: string,
  client: ProviderClient
): Promise<Record<string, unknown>> {
  const place: Place = {
    provider: options.name,
    step: 'the discovery document'
  }
  let response: Response
  try {
    response = await client.fetch(url, {
      headers: { accept: 'application/json' }
    })
  } catch (error) {
    throw failureAt(place, error)
  }
  const document =
    response.status === 200 ? parseJson(await response.text()) : undefined
  if (!isRecord(document)) {
    throw badMetadata(
      options,
      `was answered ${response.status}, and is not JSON with an object. Check issuer and discovery.`
    )
  }
  // OIDC Discovery 4.3: identical, or another provider's document could stand here.
  if (document.issuer !== options.issuer) {
    throw badMetadata(
      options,
      'names another issuer. Set issuer to exactly what the document has, and tokenIssuer to what tokens have where that differs.'
    )
  }
  return document
}

/** Whether the four addresses are there, and none of them is weaker than the issuer's own. */
function checkEndpoints(
  options: CheckedOpenIdOptions,
  server: Record<string, unknown>
): asserts server is ProviderMetadata['server'] {
  for (const [name, key] of Object.entries(ENDPOINTS)) {
    const address = server[key]
    const isNeeded = name !== 'pushedAuthorization'
    if (address === undefined && !isNeeded) continue
    if (typeof address !== 'string' || !URL.canParse(address)) {
      throw badMetadata(options, `has no ${key}. Set endpoints.${name}.`)
    }
    if (isWeaker(address, options)) {
      throw badMetadata(
        options,
        `has an http: address for ${key}, which was not used. Have the provider announce https:.`
      )
    }
  }
}

/** A document that came over TLS must not lead away from it; the country's own addresses were looked at before. */
function isWeaker(
  address: string,
  { allowInsecureHttp, endpoints, issuer }: CheckedOpenIdOptions
): boolean {
  if (allowInsecureHttp || address.startsWith('https:')) return false
  if (Object.values(endpoints).includes(address)) return false
  return isInsecure(address) || issuer.startsWith('https:')
}

function badMetadata({ name }: CheckedOpenIdOptions, words: string) {
  return signInError(
    name,
    'unavailable',
    'ERR_PROVIDER_METADATA',
    `the discovery document ${words}`
  )
}

/** Where metadata announces what we may use: `auto` follows it, true and false do not ask. */
export function isUsed(option: 'auto' | boolean, announced: boolean): boolean {
  return option === 'auto' ? announced : option
}
