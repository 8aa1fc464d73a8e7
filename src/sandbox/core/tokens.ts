import jwt from 'jsonwebtoken'
import type { JsonObject } from '../../domain/json'
import type { Clock } from '../../internal/clock'
import { isJsonObject } from '../json-object'
import type { Actor } from './actor'
import { rsaKey } from './rsa-keys'

const ISSUER = 'opencrvs:auth-service'

/** Audiences of a record token, a user's and a system client's token (FACTS D1, D4). */
const AUDIENCES = [
  'opencrvs:gateway-user',
  'opencrvs:events-user',
  'opencrvs:user-mgnt-user',
  'opencrvs:auth-user',
  'opencrvs:countryconfig-user',
  'opencrvs:documents-user'
]

const CONFIRM_SCOPES = [
  'type=record.confirm-registration',
  'type=record.reject-registration'
]

/** A week (FACTS D1). */
export const RECORD_TOKEN_SECONDS = 604_800
/** Ten minutes, of system clients and of nobody (FACTS D4, `token-claims`). */
const SHORT_TOKEN_SECONDS = 600

/**
 * What a token is signed with: the present key, the one before the last
 * rotation, a stranger's key, no key at all (`alg: none`), or the public key
 * used as a shared secret (`alg: HS256`).
 */
export type SigningKey =
  'current' | 'previous' | 'foreign' | 'none' | 'publicKeyAsSecret'

/** How a token differs from what core would mint. For tests of whoever checks it. */
export type TokenChanges = {
  /** Added to the usual claims; `undefined` takes a claim away. */
  claims?: Record<string, JsonObject[string] | undefined>
  lifetimeSeconds?: number
  signedWith?: SigningKey
}

export type Tokens = {
  /** The token that goes with a trigger (FACTS D1). */
  recordToken(
    target: { eventId: string; actionId: string },
    actor: Actor,
    changes?: TokenChanges
  ): string
  /** A user's session token, or a system client's own token (FACTS D4). */
  actorToken(actor: Actor, changes?: TokenChanges): string
  /** What anybody can get (FACTS F5). */
  anonymousToken(changes?: TokenChanges): string
  /** The claims of a token that is good for one of core's services, else undefined. */
  verify(token: string, service: string): JsonObject | undefined
  /** PEM, as `/.well-known` gives it (FACTS D6). */
  publicKey(): string
  /** From now on tokens have another key, and those of the last one are refused. */
  rotateKey(): void
  /** Seconds that record tokens last from now on. */
  recordTokenSeconds: number
}

/** Mints and checks core's tokens. */
export function createTokens(clock: Clock, recordTokenSeconds: number): Tokens {
  let generation = 0

  function mint(
    claims: Record<string, unknown>,
    seconds: number,
    changes: TokenChanges = {}
  ): string {
    const iat = Math.floor(clock.now() / 1000)
    const payload = withoutUndefined({
      ...claims,
      iat,
      exp: iat + (changes.lifetimeSeconds ?? seconds),
      iss: ISSUER,
      ...changes.claims
    })
    return sign(payload, changes.signedWith ?? 'current', generation)
  }

  const tokens: Tokens = {
    recordTokenSeconds,
    recordToken: (target, actor, changes) =>
      mint(recordClaims(target, actor), tokens.recordTokenSeconds, changes),
    actorToken: (actor, changes) =>
      mint(
        actorClaims(actor),
        actor.userType === 'user' ? RECORD_TOKEN_SECONDS : SHORT_TOKEN_SECONDS,
        changes
      ),
    anonymousToken: (changes) =>
      mint(ANONYMOUS_CLAIMS, SHORT_TOKEN_SECONDS, changes),
    verify: (token, service) =>
      verify(token, service, rsaKey(keyName(generation)).publicKey, clock),
    publicKey: () => rsaKey(keyName(generation)).publicKey,
    rotateKey: () => void (generation += 1)
  }
  return tokens
}

const ANONYMOUS_CLAIMS = {
  scope: [],
  userType: 'system',
  aud: ['opencrvs:user-mgnt-user', 'opencrvs:countryconfig-user'],
  sub: '__ANONYMOUS_USER__'
}

function recordClaims(
  target: { eventId: string; actionId: string },
  actor: Actor
): Record<string, unknown> {
  const own = actor.scopes.filter((scope) =>
    /^type=record\.(read|reject)(&|$)/.test(scope)
  )
  return {
    scope: [...CONFIRM_SCOPES, ...own],
    eventId: target.eventId,
    actionId: target.actionId,
    userType: actor.userType,
    aud: AUDIENCES,
    sub: actor.id
  }
}

function actorClaims(actor: Actor): Record<string, unknown> {
  return {
    scope: actor.scopes,
    userType: actor.userType,
    ...(actor.role === undefined ? {} : { role: actor.role }),
    aud: AUDIENCES,
    sub: actor.id
  }
}

function sign(
  payload: Record<string, unknown>,
  key: SigningKey,
  generation: number
): string {
  switch (key) {
    case 'none':
      return jwt.sign(payload, '', { algorithm: 'none' })
    case 'publicKeyAsSecret':
      return jwt.sign(payload, rsaKey(keyName(generation)).publicKey, {
        algorithm: 'HS256'
      })
    case 'foreign':
      return signRs256(payload, 'foreign')
    case 'previous':
      return signRs256(payload, keyName(generation - 1))
    case 'current':
      return signRs256(payload, keyName(generation))
  }
}

function signRs256(payload: Record<string, unknown>, name: string): string {
  return jwt.sign(payload, rsaKey(name).privateKey, { algorithm: 'RS256' })
}

function keyName(generation: number): string {
  return `core-${generation}`
}

function verify(
  token: string,
  service: string,
  publicKey: string,
  clock: Clock
): JsonObject | undefined {
  try {
    const claims: unknown = jwt.verify(token, publicKey, {
      algorithms: ['RS256'],
      issuer: ISSUER,
      audience: `opencrvs:${service}-user`,
      clockTimestamp: Math.floor(clock.now() / 1000)
    })
    return isJsonObject(claims) ? claims : undefined
  } catch {
    return undefined
  }
}

function withoutUndefined(
  claims: Record<string, unknown>
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(claims).filter(([, value]) => value !== undefined)
  )
}
