import jwt from 'jsonwebtoken'
import { OpenCrvsError } from '../domain/errors'
import { resolveSecret, type Secret } from '../internal/secret'
import type { OpenCrvsCapabilities } from './capabilities'
import { isRecord } from './clean-json'
import type { RecordToken } from './core'
import { callCore, type CoreCall, type CoreConnection } from './core-call'
import { joinUrl } from './join-url'
import { readClaims, type TokenClaims } from './token-claims'

/** The token endpoint of the auth service. */
export type TokenEndpoint = CoreConnection & {
  authUrl: string
  parametersIn: OpenCrvsCapabilities['tokenParametersIn']
}

/** A system client of OpenCRVS, as its integrations page gives it (FACTS D4). */
export type SystemClient = { clientId: string; clientSecret: Secret }

type Target = { eventId: string; actionId: string }

/**
 * A fresh record token from any token that is still good (FACTS D2, D5).
 *
 * @throws OpenCrvsError `unauthorized` when the token has ended;
 *   `ERR_CORE_ANSWER` when what came is not a token for this action
 */
export async function exchangeToken(
  endpoint: TokenEndpoint,
  target: Target,
  subjectToken: string
): Promise<RecordToken> {
  const what = `the token exchange for action ${target.actionId}`
  const { token, claims } = await requestToken(endpoint, what, {
    grant_type: 'urn:opencrvs:oauth:grant-type:token-exchange',
    subject_token: subjectToken,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    requested_token_type: 'urn:opencrvs:oauth:token-type:single_record_token',
    event_id: target.eventId,
    action_id: target.actionId
  })
  if (
    claims.eventId !== target.eventId ||
    claims.actionId !== target.actionId
  ) {
    throw notAToken(what)
  }
  return { token, expiresAt: claims.expiresAt }
}

/** A system client's tokens last 600 s (FACTS D4); one is not used for longer than this. */
const LONGEST_USE_MS = 540_000
/** Nor during its last minute. */
const MARGIN_MS = 60_000

/**
 * Record tokens by way of a system client: its own token is fetched when
 * needed, kept for less than it lasts, and exchanged (FACTS D4).
 */
export function createSystemClientTokens(
  endpoint: TokenEndpoint,
  client: SystemClient
): (target: Target) => Promise<RecordToken> {
  let kept: { token: string; useUntil: number } | undefined
  let fetching: Promise<string> | undefined

  async function fetchToken(): Promise<string> {
    const { token, claims } = await clientToken(endpoint, client)
    const now = endpoint.clock.now()
    const useUntil = Math.min(
      now + LONGEST_USE_MS,
      claims.expiresAt - MARGIN_MS
    )
    kept = { token, useUntil }
    return token
  }

  async function currentToken(): Promise<string> {
    if (kept !== undefined && kept.useUntil > endpoint.clock.now()) {
      return kept.token
    }
    fetching ??= fetchToken().finally(() => (fetching = undefined))
    return fetching
  }

  return async (target) => {
    const token = await currentToken()
    try {
      return await exchangeToken(endpoint, target, token)
    } catch (error) {
      if (!isUnauthorized(error)) throw error
      // Core's key may have changed since; a new token shows whether it did.
      if (kept?.token === token) kept = undefined
      return exchangeToken(endpoint, target, await currentToken())
    }
  }
}

async function clientToken(
  endpoint: TokenEndpoint,
  client: SystemClient
): Promise<{ token: string; claims: TokenClaims }> {
  const secret = await resolveSecret(
    client.clientSecret,
    'opencrvs.systemClient.clientSecret'
  )
  try {
    return await requestToken(endpoint, "the system client's token request", {
      grant_type: 'client_credentials',
      client_id: client.clientId,
      client_secret: secret
    })
  } catch (error) {
    if (!isUnauthorized(error)) throw error
    // Not `unauthorized`: a fresh record token is what this was to bring.
    throw new OpenCrvsError(
      'OpenCRVS does not take the system client (401). Trying again cannot help; check opencrvs.systemClient.',
      { code: 'ERR_SYSTEM_CLIENT_REFUSED', failure: 'permanent', status: 401 }
    )
  }
}

async function requestToken(
  endpoint: TokenEndpoint,
  what: string,
  parameters: Record<string, string>
): Promise<{ token: string; claims: TokenClaims }> {
  const call = tokenCall(endpoint, new URLSearchParams(parameters).toString())
  const body = await callCore(endpoint, { ...call, what })
  const token = isRecord(body) ? body.access_token : undefined
  if (typeof token !== 'string') throw notAToken(what)
  // Only read, not verified: it comes from the auth service itself, and core
  // verifies it. Its end is said nowhere else (FACTS D2).
  const claims = readClaims(decode(token))
  if (claims === undefined) throw notAToken(what)
  return { token, claims }
}

function tokenCall(
  endpoint: TokenEndpoint,
  parameters: string
): Omit<CoreCall, 'what'> {
  const url = joinUrl(endpoint.authUrl, '/token')
  return endpoint.parametersIn === 'query'
    ? { method: 'POST', url: `${url}?${parameters}` }
    : {
        method: 'POST',
        url,
        // A query string would end up in access logs (FACTS D2).
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: parameters
      }
}

function decode(token: string): unknown {
  try {
    return jwt.decode(token)
  } catch {
    return undefined
  }
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof OpenCrvsError && error.failure === 'unauthorized'
}

function notAToken(what: string): OpenCrvsError {
  return new OpenCrvsError(
    `OpenCRVS answered ${what} with something that is not the token asked for. It is tried again; check opencrvs.authUrl and opencrvs.version.`,
    { code: 'ERR_CORE_ANSWER', failure: 'transient', status: 200 }
  )
}
