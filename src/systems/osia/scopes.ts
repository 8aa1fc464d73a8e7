import { decodeJwt } from 'jose'
import { isRecord } from '../../internal/json'
import { operationsOf } from './capabilities'
import { SUBSCRIPTION_SCOPES } from './notification/options'
import type { CheckedOsiaOptions } from './options'
import { publishes, writes } from './ways'

/**
 * The OSIA scopes that a configuration needs (FACTS 1 and 2.7). They are asked
 * for where the options name none, and looked for in the token by the doctor.
 */
export function scopesOf(options: CheckedOsiaOptions): string[] {
  const operations = operationsOf(options)
  const creates = operations.includes('createIdentity')
  const { push, uin, verify } = options
  const reads = options.duplicates !== undefined || options.lookUp !== undefined
  const isWritten = writes(options)
  const needed: Array<readonly [boolean, ...string[]]> = [
    [creates && uin === 'generate', 'uin.generate'],
    [reads, 'pr.person.read'],
    [verify?.by === 'match', 'pr.person.match'],
    [verify?.by === 'verify', 'pr.person.verify'],
    [verify?.by === 'thirdParty', 'id.verify'],
    [
      publishes(options),
      'notif.topic.read',
      'notif.topic.write',
      'notif.topic.publish'
    ],
    [options.subscription !== undefined, ...SUBSCRIPTION_SCOPES],
    [isWritten, 'pr.person.read', 'pr.person.write'],
    [isWritten, 'pr.identity.read', 'pr.identity.write'],
    [isWritten && push.onValid === 'replace', 'pr.reference.write']
  ]
  const scopes = needed.flatMap(([isNeeded, ...names]) =>
    isNeeded ? names : []
  )
  return [...new Set(scopes)]
}

/**
 * The scopes that a token claims, or undefined when it cannot be looked into.
 * The standard does not name the claim: `scope` (RFC 8693) or `scp`. Read for
 * an operator; nothing is decided by it, so the signature does not matter.
 */
export function scopesIn(token: string): string[] | undefined {
  let claims: unknown
  try {
    claims = decodeJwt(token)
  } catch {
    return undefined
  }
  const held = isRecord(claims) ? (claims.scope ?? claims.scp) : undefined
  if (typeof held === 'string') return held.split(/\s+/)
  return Array.isArray(held)
    ? held.filter((one) => typeof one === 'string')
    : undefined
}
