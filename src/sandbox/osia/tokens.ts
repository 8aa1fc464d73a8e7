import { createPublicKey } from 'node:crypto'
import { sign, verify, type JwtPayload } from 'jsonwebtoken'
import type { Clock } from '../../internal/clock'
import { newId } from '../../internal/ids'
import { rsaKey } from '../core/rsa-keys'
import type { ServedAnswer, ServedRequest } from '../loopback-server'
import type { OsiaBehaviour } from './behaviour'
import { emptyAnswer, jsonAnswer } from './osia-answer'

/** A client that the token endpoint knows. */
export type OsiaClient = {
  clientId: string
  clientSecret: string
  /** Scopes that it can get. Default: all. */
  scopes?: readonly string[]
}

/** What is to be in a token; `expiresInSeconds` may be negative. */
export type OsiaTokenClaims = {
  scope: string
  audience?: string
  subject?: string
  expiresInSeconds?: number
}

/** Gives and checks tokens. */
export type OsiaTokens = {
  answerTokenRequest(request: ServedRequest): ServedAnswer
  answerKeys(): ServedAnswer
  /** The refusal of a call without a good token (401) or without the scope (403), else undefined. */
  refusal(request: ServedRequest, scope: string): ServedAnswer | undefined
  /** A token of this issuer with anything in it: the register shows one when it reads from civil registration. */
  issue(claims: OsiaTokenClaims): string
  /** Ends every token that was given to clients. */
  expireTokens(): void
}

/** `iss` of every token. */
export const OSIA_ISSUER = 'https://osia-simulator.example'

const KEY_ID = 'osia-simulator-1'

/** Scopes that civil registration may need (FACTS 1). */
const ALL_SCOPES = [
  'uin.generate',
  'pr.person.read',
  'pr.person.match',
  'pr.person.verify',
  'pr.person.write',
  'pr.identity.read',
  'pr.identity.write',
  'pr.reference.write',
  'id.verify',
  'notif.topic.read',
  'notif.topic.write',
  'notif.topic.publish',
  'notif.sub.read',
  'notif.sub.write'
]

/** An OAuth 2.0 token endpoint with one client, and the key that its tokens are signed with. */
export function createOsiaTokens(
  client: OsiaClient,
  { behaviour, clock }: { behaviour: OsiaBehaviour; clock: Clock }
): OsiaTokens {
  let generation = 0
  const allowed = client.scopes ?? ALL_SCOPES

  return {
    issue: (claims) => issue(claims, clock),
    answerTokenRequest(request) {
      const form = new URLSearchParams(request.body)
      if (!isClient(client, request, form)) {
        return jsonAnswer(401, { error: 'invalid_client' })
      }
      if (form.get('grant_type') !== 'client_credentials') {
        return jsonAnswer(400, { error: 'unsupported_grant_type' })
      }
      const asked = scopesIn(form.get('scope') ?? allowed.join(' '))
      if (!asked.every((scope) => allowed.includes(scope))) {
        return jsonAnswer(400, { error: 'invalid_scope' })
      }
      const { tokenSeconds } = behaviour
      const scope = asked.join(' ')
      const claims = { scope, expiresInSeconds: tokenSeconds }
      const token = issue({ ...claims, subject: client.clientId }, clock, {
        generation
      })
      return jsonAnswer(200, {
        access_token: token,
        token_type: 'Bearer',
        expires_in: tokenSeconds,
        scope
      })
    },
    answerKeys: publicKeys,
    refusal(request, scope) {
      const claims = claimsOf(request, clock)
      if (claims?.generation !== generation) return emptyAnswer(401)
      const has = scopesIn(String(claims.scope)).includes(scope)
      return has ? undefined : emptyAnswer(403)
    },
    expireTokens: () => void (generation += 1)
  }
}

function issue(
  { audience, expiresInSeconds = 300, scope, subject }: OsiaTokenClaims,
  clock: Clock,
  more: object = {}
): string {
  const now = Math.floor(clock.now() / 1000)
  const claims = {
    iss: OSIA_ISSUER,
    sub: subject ?? 'population-register',
    jti: newId(),
    iat: now,
    exp: now + expiresInSeconds,
    scope,
    ...(audience === undefined ? {} : { aud: audience }),
    ...more
  }
  return sign(claims, rsaKey(KEY_ID).privateKey, {
    algorithm: 'RS256',
    keyid: KEY_ID
  })
}

function publicKeys(): ServedAnswer {
  const { publicKey } = rsaKey(KEY_ID)
  const jwk = createPublicKey(publicKey).export({ format: 'jwk' })
  return jsonAnswer(200, {
    keys: [{ ...jwk, kid: KEY_ID, alg: 'RS256', use: 'sig' }]
  })
}

function isClient(
  { clientId, clientSecret }: OsiaClient,
  { headers }: ServedRequest,
  form: URLSearchParams
): boolean {
  const basic = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1]
  if (basic !== undefined) {
    const [id, secret] = Buffer.from(basic, 'base64')
      .toString('utf8')
      .split(':')
      .map(decodeURIComponent)
    return id === clientId && secret === clientSecret
  }
  return (
    form.get('client_id') === clientId &&
    form.get('client_secret') === clientSecret
  )
}

function scopesIn(text: string): string[] {
  return text.split(' ').filter((scope) => scope !== '')
}

function claimsOf(
  { headers }: ServedRequest,
  clock: Clock
): JwtPayload | undefined {
  const token = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1]
  if (token === undefined) return undefined
  try {
    const claims = verify(token, rsaKey(KEY_ID).publicKey, {
      algorithms: ['RS256'],
      issuer: OSIA_ISSUER,
      clockTimestamp: Math.floor(clock.now() / 1000)
    })
    return typeof claims === 'string' ? undefined : claims
  } catch {
    return undefined
  }
}
