import { createVerify, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mosip } from '../../../src/systems/mosip'
import type { MosipApiOptions } from '../../../src/systems/mosip'
import type {
  InboundRequest,
  NationalIdSystem
} from '../../../src/systems/system'
import { ID_SCHEMA, TestClock, type Loose } from './made'

export const API_URL = 'https://mosip-api.example.org'

function rsaKey(bits: number): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  return pemOf(privateKey)
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

export const SIGNING_KEY = rsaKey(2048)
export const OTHER_KEY = rsaKey(2048)
export const SHORT_KEY = rsaKey(1024)

/** Options that are right, and a few changed ones. */
export function apiOptions(
  changes: Partial<MosipApiOptions> = {}
): MosipApiOptions {
  return {
    via: 'mosip-api',
    baseUrl: API_URL,
    signingKeys: SIGNING_KEY,
    office: {
      centreId: '10001',
      machineId: '10004',
      officerId: 'crvs1',
      host: { name: 'crvs-lab', ip: '127.0.0.1' }
    },
    idSchema: { version: '0.100', schema: ID_SCHEMA },
    createIdentity: { fields: { addressLine1: { attribute: 'addressLine1' } } },
    updateIdentity: {},
    notifyDeath: {},
    verify: {},
    ...changes
  }
}

export function apiSystem(
  changes: Partial<MosipApiOptions> = {},
  clock = new TestClock()
): NationalIdSystem {
  return mosip(apiOptions(changes)).create({ clock })
}

/** What a token says, unchecked. */
export function claimsIn(token: string): Loose {
  const [, payload = ''] = token.split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
}

/** Whether a PEM key has signed an RS256 token: checked as mosip-api does, and apart from the adapter. */
export function isSignedBy(token: string, publicKey: string): boolean {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8'))
  return (
    alg === 'RS256' &&
    createVerify('RSA-SHA256')
      .update(`${header}.${payload}`)
      .verify(publicKey, Buffer.from(signature, 'base64url'))
  )
}

/** A call of mosip-api's to what it believes to be core. */
export function calling(token: string, body: unknown = {}): InboundRequest {
  return {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    query: { batch: '1' },
    params: {},
    rawBody: Buffer.from(JSON.stringify(body))
  }
}
