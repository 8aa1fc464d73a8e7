import { randomUUID } from 'node:crypto'
import * as jwt from 'jsonwebtoken'

export const ISSUER = 'opencrvs:auth-service'
export const AUDIENCE = 'opencrvs:countryconfig-user'

/** The token that core sends with a trigger: for one action of one record. */
export function recordToken(
  { eventId, actionId }: { eventId: string; actionId: string },
  privateKey: string
): string {
  const scope = [
    'type=record.confirm-registration',
    'type=record.reject-registration',
    'type=record.read'
  ]
  return sign({ scope, eventId, actionId, userType: 'user' }, privateKey)
}

/** The token that a registrar's browser sends. */
export function sessionToken(privateKey: string): string {
  const scope = [
    'type=record.search',
    'type=record.create',
    'type=record.read',
    'type=record.declare',
    'type=record.register'
  ]
  return sign({ scope, userType: 'user', role: 'LOCAL_REGISTRAR' }, privateKey)
}

function sign(claims: object, privateKey: string): string {
  return jwt.sign(claims, privateKey, {
    algorithm: 'RS256',
    issuer: ISSUER,
    audience: ['opencrvs:gateway-user', 'opencrvs:events-user', AUDIENCE],
    subject: randomUUID(),
    expiresIn: '7d'
  })
}
