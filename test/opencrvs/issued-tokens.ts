import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import jwt from 'jsonwebtoken'
import type { Clock } from '../../src/internal/clock'

/** A moment of the recordings: their tokens are good then. */
export const NOW = 1_795_475_100_000

/** A clock that stands until it is moved. */
export function heldClock(): Clock & {
  now(): number
  advance(ms: number): void
} {
  let time = NOW
  return {
    now: () => time,
    advance(ms) {
      time += ms
    }
  }
}

export type Keys = { privateKey: KeyObject; pem: string }

export function newKeys(): Keys {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048
  })
  return {
    privateKey,
    pem: publicKey.export({ type: 'spki', format: 'pem' }).toString()
  }
}

/** A token as the auth service signs it, with no claims but the given ones. */
export function signToken(
  keys: Keys,
  claims: object,
  options: jwt.SignOptions = {}
): string {
  // A text, so that claims which are undefined are left out.
  return jwt.sign(JSON.stringify(claims), keys.privateKey, {
    algorithm: 'RS256',
    ...options
  })
}

export const EVENT_ID = '12582b28-4051-4f7a-9ea8-6ecb9091dadb'
export const ACTION_ID = '6a945400-0652-4b4d-9f81-868fcb36da6f'

/** Claims of a record token of OpenCRVS 2. */
export function recordClaims(more: object = {}): object {
  return {
    iss: 'opencrvs:auth-service',
    aud: ['opencrvs:auth-user', 'opencrvs:countryconfig-user'],
    sub: '55555555-5555-4555-8555-555555555555',
    exp: NOW / 1000 + 604_800,
    userType: 'user',
    eventId: EVENT_ID,
    actionId: ACTION_ID,
    scope: [
      'type=record.confirm-registration',
      'type=record.reject-registration'
    ],
    ...more
  }
}
